"""Days, months and quarters over clock changes, in Madrid and in the Canaries."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import day_period

from kit.periods import (
    Period,
    UnusableMoment,
    day_start,
    days_between,
    days_period,
    local_day,
    month_after,
    month_before,
    parse_moment,
    quarter_at_or_after,
    quarter_of,
)

MADRID, CANARY = ZoneInfo("Europe/Madrid"), ZoneInfo("Atlantic/Canary")
ZONES = st.sampled_from([MADRID, CANARY])
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def length(period):
    return (period.ends_before - period.starts_at) / timedelta(hours=1)


@pytest.mark.parametrize("zone", [MADRID, CANARY], ids=str)
@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 10, 25), 25), (date(2026, 3, 29), 23), (date(2026, 10, 24), 24), (date(2026, 10, 26), 24)],
)
def test_the_october_sunday_has_25_hours_and_the_march_one_23(zone, day, hours):
    assert length(day_period(day, zone)) == hours


def test_a_day_begins_at_its_own_midnight():
    assert day_start(date(2026, 11, 23), MADRID) == utc("2026-11-22 23:00")
    assert day_start(date(2026, 11, 23), CANARY) == utc("2026-11-23 00:00")
    assert day_start(date(2026, 7, 1), MADRID) == utc("2026-06-30 22:00")
    assert day_start(date(2026, 7, 1), CANARY) == utc("2026-06-30 23:00")


@given(MOMENTS, ZONES)
def test_every_moment_lies_in_its_day(moment, zone):
    period = day_period(local_day(moment, zone), zone)
    assert period.starts_at <= moment < period.ends_before


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), ZONES)
def test_days_follow_each_other_without_gap_and_hold_whole_quarters(day, zone):
    today, tomorrow = day_period(day, zone), day_period(day + timedelta(days=1), zone)
    assert today.ends_before == tomorrow.starts_at
    assert quarter_of(today.starts_at) == today.starts_at
    assert length(today) in (23, 24, 25)


@given(MOMENTS)
def test_a_quarter_holds_its_moments(moment):
    start = quarter_of(moment)
    assert start <= moment < start + timedelta(minutes=15)
    assert (start.minute % 15, start.second, start.microsecond) == (0, 0, 0)
    after = quarter_at_or_after(moment)
    assert after - timedelta(minutes=15) < moment <= after


@pytest.mark.parametrize(
    ("first", "hours"),
    [
        (date(2026, 10, 1), 31 * 24 + 1),
        (date(2026, 3, 1), 31 * 24 - 1),
        (date(2026, 12, 1), 31 * 24),
        (date(2028, 2, 1), 29 * 24),
        (date(2026, 2, 1), 28 * 24),
    ],
)
def test_a_month_is_whole(first, hours):
    assert length(days_period(first, month_after(first), MADRID)) == hours


def test_months_follow_each_other_over_the_year():
    assert month_after(date(2026, 12, 31)) == date(2027, 1, 1)
    assert month_after(date(2026, 1, 31)) == date(2026, 2, 1)
    assert month_before(date(2026, 1, 31)) == date(2025, 12, 1)
    assert month_before(date(2026, 3, 1)) == date(2026, 2, 1)


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2026-11-23", MADRID, "2026-11-22 23:00"),
        ("2026-11-23", CANARY, "2026-11-23 00:00"),
        ("2026-11-23T09:30", MADRID, "2026-11-23 08:30"),
        (" 2026-11-23 09:30 ", MADRID, "2026-11-23 08:30"),
        ("2026-11-23T09:30Z", MADRID, "2026-11-23 09:30"),
        ("2026-11-23T09:30+05:00", MADRID, "2026-11-23 04:30"),
        ("2026-10-25T02:30", MADRID, "2026-10-25 00:30"),
        ("2026-10-25T02:30+01:00", MADRID, "2026-10-25 01:30"),
    ],
)
def test_a_moment_without_offset_is_the_municipalitys_own(text, zone, moment):
    assert parse_moment(text, zone) == utc(moment)


@pytest.mark.parametrize("text", ["", "today", "23/11/2026", "2026-13-01", "2026-02-30"])
def test_what_is_no_moment_gets_a_sentence(text):
    with pytest.raises(UnusableMoment, match="is not a moment"):
        parse_moment(text, MADRID)


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(UnusableMoment, match="before it starts"):
        Period(utc("2026-11-23 10:00"), utc("2026-11-23 10:00"))


def test_days_between_leaves_the_last_one_out():
    assert list(days_between(date(2026, 10, 24), date(2026, 10, 26))) == [date(2026, 10, 24), date(2026, 10, 25)]
    assert list(days_between(date(2026, 10, 24), date(2026, 10, 24))) == []
