"""Local times become true moments, over clock changes and whatever clock the switchboard writes."""

from datetime import UTC, datetime

import pytest
from fixtures.records import content, records_in

from callhub.pbx.adapters import SourceFormat
from callhub.pbx.adapters.clocks import LocalClock, epoch_of_uniqueid


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("zone", "text", "true"),
    [
        ("Europe/Madrid", "2026-07-01 10:00:00", "2026-07-01 08:00:00"),
        ("Europe/Madrid", "2026-11-23 17:10:59", "2026-11-23 16:10:59"),
        ("Europe/Madrid", "2026-11-23T17:10:59.250", "2026-11-23 16:10:59.250"),
        ("Atlantic/Canary", "2026-07-01 10:00:00", "2026-07-01 09:00:00"),
        ("Atlantic/Canary", "2026-11-23 17:10:59", "2026-11-23 17:10:59"),
        ("Europe/Madrid", "2026-10-25 01:59:59", "2026-10-24 23:59:59"),
        ("Europe/Madrid", "2026-10-25 02:30:00", "2026-10-25 00:30:00"),
        ("Europe/Madrid", "2026-10-25 03:00:00", "2026-10-25 02:00:00"),
        ("Europe/Madrid", "2026-03-29 01:59:59", "2026-03-29 00:59:59"),
        ("Europe/Madrid", "2026-03-29 02:30:00", "2026-03-29 01:30:00"),
        ("Europe/Madrid", "2026-03-29 03:00:00", "2026-03-29 01:00:00"),
        ("UTC", "2026-10-25 02:30:00", "2026-10-25 02:30:00"),
    ],
)
def test_a_local_time_is_one_moment(zone, text, true):
    assert LocalClock(zone).epoch(text) == pytest.approx(utc(true))


@pytest.mark.parametrize("true", ["2026-10-25 00:30:05", "2026-10-25 01:30:05"])
def test_the_hour_that_happens_twice_is_told_apart_by_the_channels_id(true):
    """Both are 02:30:05 in Madrid; the id holds the true second in which the channel was made."""
    made = int(utc(true)) - 4
    assert LocalClock("Europe/Madrid").epoch("2026-10-25 02:30:05", made) == utc(true)


def test_in_the_canaries_the_second_hour_comes_an_hour_of_utc_later():
    made = int(utc("2026-10-25 01:29:00"))
    assert LocalClock("Atlantic/Canary").epoch("2026-10-25 01:30:00", made) == utc("2026-10-25 01:30:00")
    made = int(utc("2026-10-25 00:29:00"))
    assert LocalClock("Atlantic/Canary").epoch("2026-10-25 01:30:00", made) == utc("2026-10-25 00:30:00")


@pytest.mark.parametrize("month", ["01", "07"])
def test_a_switchboard_that_writes_utc_is_recognised_by_the_channels_id(month):
    text = f"2026-{month}-15 10:00:07"
    assert LocalClock("Europe/Madrid").epoch(text, int(utc(text)) - 3) == utc(text)


def test_a_long_call_in_the_local_clock_is_not_taken_for_utc():
    """An hour and a half after its channel was made, the local reading still is the nearest that is not before it."""
    answered = utc("2026-01-15 10:30:00")
    made = int(answered - 5_400)
    assert LocalClock("Europe/Madrid").epoch("2026-01-15 11:30:00", made) == answered


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01 10:00:00", "2026-01-01 25:00:00", "2026-01-01 10:61:00", "23/11/2026 10:00"]
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises((ValueError, IndexError)):
        LocalClock("Europe/Madrid").epoch(text)


@pytest.mark.parametrize(
    ("uniqueid", "second"),
    [("1795450259.2", 1795450259), ("pbx-1795450259.2", 1795450259), ("oddly", None), ("", None), ("12.5", None)],
)
def test_the_id_of_a_channel_holds_the_second_in_which_it_was_made(uniqueid, second):
    assert epoch_of_uniqueid(uniqueid) == second


def test_a_detail_file_reads_the_same_with_any_zone_when_the_switchboard_writes_exact_moments():
    raw = content("edges", "cdr-custom.csv")
    assert records_in(raw, SourceFormat.CDR, "Europe/Madrid") == records_in(raw, SourceFormat.CDR, "Atlantic/Canary")


def test_a_master_file_in_utc_gives_the_moments_of_the_local_one():
    """The same rows with every time an hour earlier, as a switchboard without a zone writes them."""
    raw = content("edges", "Master.csv").decode()
    in_utc = raw
    for hour in range(1, 24):
        in_utc = in_utc.replace(f"2026-11-23 {hour:02}:", f"2026-11-23 {hour - 1:02}:")
    assert in_utc != raw
    local = records_in(raw.encode(), SourceFormat.CDR)
    assert [one.at for one in records_in(in_utc.encode(), SourceFormat.CDR)] == [one.at for one in local]
