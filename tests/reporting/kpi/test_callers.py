"""What can be said of callers: runs, first attempts, who was left unserved. Hidden numbers are never one caller."""

import itertools
import uuid
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from support import day_period

from callhub.calls.models import Call
from reporting.kpi.actions import compute_changed, mark_changed
from reporting.kpi.counts import Counts
from reporting.kpi.queries import series
from reporting.kpi.rules import commitment_days, figure
from tenants.isolation.context import inside

MADRID, CANARY = ZoneInfo("Europe/Madrid"), ZoneInfo("Atlantic/Canary")
DAY = date(2026, 11, 23)
number = itertools.count()


def call(moment, caller, outcome, *, is_hidden=False, by_person=...):
    """An inbound call at a moment of UTC on 23 November 2026; 24:00 and later are of the 24th."""
    hour, minute = (int(part) for part in moment.split(":"))
    at = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)
    Call.objects.create(
        id=uuid.UUID(int=next(number)), pbx_id=1, key="", direction="INBOUND", started_at=at, caller=caller,
        is_hidden=is_hidden, outcome=outcome, queue_record=True, sources=1,
        answered_by_person=outcome == "ANSWERED" if by_person is ... else by_person,
    )  # fmt: skip
    mark_changed({at - timedelta(minutes=at.minute % 15)})


def day_of(town, *calls, zone=MADRID, day=DAY):
    with inside(town):
        for one in calls:
            call(*one[:3], **(one[3] if len(one) > 3 else {}))
        compute_changed()
        (counts,) = series("D", day_period(day, zone)).values()
        return counts


ANNA, PERE = "600111222", "600333444"


@pytest.mark.parametrize(
    ("calls", "runs", "first"),
    [
        ([("9:00", ANNA, "ANSWERED")], 1, 1),
        ([("9:00", ANNA, "ABANDONED"), ("9:30", ANNA, "ANSWERED")], 1, 0),  # 30 minutes are still the same run
        ([("9:00", ANNA, "ABANDONED"), ("9:31", ANNA, "ANSWERED")], 2, 1),
        ([("9:00", ANNA, "ABANDONED"), ("9:20", ANNA, "ABANDONED"), ("9:45", ANNA, "ANSWERED")], 1, 0),  # from one to the next
        ([("9:00", ANNA, "ABANDONED"), ("9:10", PERE, "ANSWERED")], 2, 1),
        ([("22:50", ANNA, "ABANDONED"), ("23:10", ANNA, "ANSWERED")], 1, 0),  # the run ends with the day, at 23:00 UTC
        ([("9:00", ANNA, "ANSWERED"), ("9:05", "", "ABANDONED"), ("9:06", "x", "ABANDONED", {"is_hidden": True})], 1, 1),
    ],
)  # fmt: skip
def test_runs_of_calls_and_their_first_attempt(caldes, calls, runs, first):
    one = figure(counts := day_of(caldes, *calls), "first_attempt_rate", days=[counts])
    assert (one.numerator, one.denominator) == (first, runs)


@pytest.mark.parametrize(
    ("calls", "missed", "served_again", "unserved"),
    [
        ([("9:00", ANNA, "ANSWERED")], 0, 0, 0),
        ([("9:00", ANNA, "ABANDONED")], 1, 0, 1),
        ([("9:00", ANNA, "ABANDONED"), ("9:01", ANNA, "REJECTED"), ("9:02", ANNA, "FLOWED_OUT")], 1, 0, 1),
        ([("9:00", ANNA, "ABANDONED"), ("16:00", ANNA, "ANSWERED")], 1, 1, 0),
        ([("9:00", ANNA, "ANSWERED"), ("16:00", ANNA, "ABANDONED")], 1, 0, 0),  # had been served before
        ([("9:00", ANNA, "ABANDONED"), ("23:30", ANNA, "ANSWERED")], 1, 0, 1),  # served, but on the next day
        ([("9:00", ANNA, "ABANDONED"), ("9:10", PERE, "ABANDONED"), ("9:20", PERE, "ANSWERED")], 2, 1, 1),
        ([("9:00", ANNA, "CLOSED"), ("9:10", PERE, "NOT_ANSWERED")], 0, 0, 0),
        ([("9:00", ANNA, "ABANDONED", {"by_person": None}), ("9:10", PERE, "ABANDONED")], 1, 0, 1),
    ],
)  # fmt: skip
def test_what_became_of_the_callers_missed(caldes, calls, missed, served_again, unserved):
    counts = day_of(caldes, *calls)
    told = {name: counts.callers.get(name, 0) for name in ("missed", "served_again", "unserved")}
    assert told == {"missed": missed, "served_again": served_again, "unserved": unserved}
    one = figure(counts, "unserved_citizens", days=[counts])
    assert (one.value, one.denominator) == (unserved, missed)


def test_hidden_numbers_are_no_caller_and_their_lost_calls_stand_beside(caldes):
    hidden = [(f"9:{minute:02}", "", "ABANDONED") for minute in range(3)]
    hidden.append(("9:30", "anonymous", "ABANDONED", {"is_hidden": True}))
    counts = day_of(caldes, *hidden)
    assert dict(counts.callers) == {"hidden_missed": 4}
    one = figure(counts, "unserved_citizens", days=[counts])
    assert (one.value, one.reason) == (None, "no_known_callers")


def test_a_day_of_the_canaries_is_their_own_day(arrecife):
    """23:30 of UTC is still the 23rd there."""
    counts = day_of(arrecife, ("9:00", ANNA, "ABANDONED"), ("23:30", ANNA, "ANSWERED"), zone=CANARY)
    assert counts.callers == {"runs": 2, "answered_first": 1, "missed": 1, "served_again": 1}


def test_the_other_town_has_no_caller_of_these(caldes, arrecife):
    day_of(caldes, ("9:00", ANNA, "ABANDONED"))
    with inside(arrecife):
        compute_changed()
        assert series("D", day_period(DAY, CANARY)) == {}


def test_an_hour_says_nothing_of_callers(caldes):
    counts = day_of(caldes, ("9:00", ANNA, "ABANDONED"))
    assert figure(counts, "unserved_citizens").reason == "only_told_of_days"


def day_with(offered, *waits):
    counts = Counts()
    counts.add("offered", offered)
    counts.waits_answered.update(dict.fromkeys(waits, 1))
    counts.add("wait_answered_sum", sum(waits))
    return counts


@pytest.mark.parametrize(
    ("days", "kept", "open_days"),
    [
        ([], None, 0),
        ([day_with(0)], None, 0),  # closed
        ([day_with(2, 10, 30)], 1, 1),  # a mean of exactly 20 s
        ([day_with(2, 10, 31)], 0, 1),
        ([day_with(3)], 0, 1),  # everybody gave up
        ([day_with(1, 5), day_with(0), day_with(1, 50)], 1, 2),
    ],
)
def test_a_commitment_is_kept_on_days(days, kept, open_days):
    one = commitment_days(days, 20)
    assert one.denominator == open_days
    assert (one.value is None) == (kept is None)
    if kept is not None:
        assert one.numerator == kept
