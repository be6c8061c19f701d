"""Channel events in the forms that Asterisk and databases write."""

import pytest

from callhub.pbx.adapters import SourceFormat, adapter_for
from callhub.pbx.adapters.base import CelRecord, Ignored, ReadOptions, Rejected

READ = adapter_for(SourceFormat.CEL).reader(ReadOptions("Europe/Madrid"))


def row(
    *, event="CHAN_START", at="1795450259.066999", channel="1795450259.0", linked="1795450259.0", end=("", "", "", "")
):
    """Up to the linked id, then peer account, user field, peer and extra, as far as they are there."""
    cells = [event, at, "Anna", "600111222", "", "", "938000000", "s", "entrada", "PJSIP/troncal-00000000", "Queue",
             "oac,,,", "3", "", channel, linked, *end]  # fmt: skip
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)


@pytest.mark.parametrize(
    "payload",
    [
        row(end=("", "", "", "")),
        row(end=("", "", "")),
        "17," + row(end=("", "", "", "")),
        row(at="2026-11-23 17:10:59.066999"),
        row(at="2026-11-23 16:10:59.066999"),
        row(linked=""),
    ],
    ids=["20 columns", "19 columns", "database's export", "local time", "UTC", "no linked id"],
)
def test_every_form_tells_the_same_event(payload):
    said = READ(payload)
    assert isinstance(said, CelRecord), said
    assert said.at == pytest.approx(1795450259.066999)
    assert (said.event, said.channel, said.linked) == ("CHAN_START", "1795450259.0", "1795450259.0")
    assert (said.number, said.dnid, said.exten, said.context) == ("600111222", "938000000", "s", "entrada")
    assert (said.name, said.application, said.extra) == ("PJSIP/troncal-00000000", "Queue", "")


@pytest.mark.parametrize("end", [("", "", "", '{"extension":"305"}'), ("", "", '{"extension":"305"}')])
def test_what_comes_with_an_event_is_read_from_the_last_column(end):
    assert READ(row(event="BLINDTRANSFER", end=end)).extra == '{"extension":"305"}'


@pytest.mark.parametrize("event", ["DTMF", "STREAM_END", "LOCAL_OPTIMIZE", "LOCAL_OPTIMIZE_BEGIN", "APP_END"])
def test_events_that_no_story_needs_are_ignored(event):
    assert READ(row(event=event)) == Ignored("event_not_needed")


def test_an_event_of_the_switchboards_own_is_no_error():
    assert READ(row(event="MY_OWN_EVENT")).event == "USER_DEFINED"


@pytest.mark.parametrize(
    ("payload", "part"),
    [
        ("a,b", "2 columns"),
        (row(channel=""), "no event or no channel"),
        (row(event=""), "no event or no channel"),
        (row(at="soon"), "not the time of an event"),
        (row(at="315000000.5"), "1980"),
        (row(at="9999999999.5"), "2100"),
    ],
)
def test_rows_that_cannot_be_right_are_rejected_with_a_sentence(payload, part):
    said = READ(payload)
    assert isinstance(said, Rejected), said
    assert part in said.reason
