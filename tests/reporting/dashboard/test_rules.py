"""What the pages of figures decide: how a period is split, how service levels count."""

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from reporting.dashboard.rules import NOT_COUNTED, ON_TIME, Asked, by_month, by_stretch, strip, ways_to_split
from reporting.dashboard.sentences import reason_in_words
from reporting.kpi.counts import Counts
from reporting.kpi.definitions import LATEST, SERVICE_LEVELS
from reporting.kpi.rules import figure, service_level

FIRST = date(2026, 9, 28)


def days(number, cases=0):
    counted = []
    for n in range(number):
        counts = Counts()
        counts.add("inbound", cases)
        counted.append((FIRST + timedelta(days=n), counts))
    return counted


@pytest.mark.parametrize(
    ("number", "kind", "is_of_days", "ways"),
    [
        (7, "all", False, ("day", "month", "hour")),
        (31, "queue", True, ("day", "month")),
        (31, "agent", False, ("day", "month")),
        (32, "all", False, ("month", "day", "hour")),
        (366, "department", False, ("month", "day", "hour")),
        (367, "all", False, ("month",)),
    ],
)
def test_a_period_is_split_by_what_is_kept_and_can_be_read(number, kind, is_of_days, ways):
    assert ways_to_split(Asked(FIRST, FIRST + timedelta(days=number), kind), is_of_days=is_of_days) == ways


@pytest.mark.parametrize(
    ("number", "by", "stretches"), [(7, "day", 7), (31, "day", 31), (32, "week", 5), (121, "month", 5)]
)
def test_a_chart_has_room_for_so_many(number, by, stretches):
    found, parts = by_stretch(days(number))
    assert (found, len(parts)) == (by, stretches)


@pytest.mark.parametrize(("cases", "by"), [(30, "day"), (29, "week"), (6, "week"), (1, "month")])
def test_a_share_is_drawn_over_stretches_with_cases_enough(cases, by):
    found, parts = by_stretch(days(28, cases), lambda counts: counts["inbound"])
    assert found == by
    assert sum(counts["inbound"] for _start, counts in parts) == 28 * cases


def test_months_begin_with_their_first_day():
    assert [(start, len(parts)) for start, parts in by_month(days(5))] == [
        (date(2026, 9, 1), 3),
        (date(2026, 10, 1), 2),
    ]


WAITS = st.dictionaries(st.integers(0, 90), st.integers(1, 20), max_size=6)


@given(WAITS, WAITS, st.integers(0, 9), st.integers(0, 9), st.integers(0, 60), st.integers(0, 60))
def test_the_strip_of_a_service_level_adds_up_to_its_fraction(answered, abandoned, flowed_out, rejected, target, short):
    counts = Counts()
    counts.waits_answered.update(answered)
    counts.waits_abandoned.update(abandoned)
    for name, number in {"answered": sum(answered.values()), "abandoned": sum(abandoned.values()),
                         "flowed_out": flowed_out, "outcome_REJECTED": rejected, "with_queue_record": 1}.items():  # fmt: skip
        counts.add(name, number)
    for name in SERVICE_LEVELS:
        parts = strip(counts, name, target, short)
        assert all(number >= 0 for number, _how in parts)
        one = service_level(counts, name, target, short)
        assert sum(number for number, how in parts if how == ON_TIME) == one.numerator
        assert sum(number for number, how in parts if how != NOT_COUNTED) == one.denominator


CALLS_WITHOUT_MORE = ("inbound", "with_queue_record", "with_transfer_record", "answered_with_transfer_record")


@pytest.mark.parametrize("says", LATEST, ids=lambda says: says.id)
@pytest.mark.parametrize("known", [(), CALLS_WITHOUT_MORE[:1], CALLS_WITHOUT_MORE[:3]])
def test_a_figure_that_is_not_there_says_in_a_sentence_of_its_own_what_is_lacking(says, known):
    counts = Counts()
    for name in known:
        counts.add(name, 1)
    one = figure(counts, says.id, days=[counts])
    assert one.value is None or one.reason == ""
    if one.value is None:
        with translation.override("en"):
            told = reason_in_words(one.reason, says.id)
        assert told.endswith("."), one.reason
        assert told[0].isupper()
        assert "divide" not in told
        assert told != "No call of this period counts for this figure.", "no figure needs the sentence for all"


def test_calls_outside_queues_are_no_period_without_calls():
    counts = Counts()
    counts.add("inbound", 3)
    counts.add("with_queue_record", 3)
    counts.add("answered_by_person", 3)
    with translation.override("en"):
        for figure_id in ("visits_answered", "callbacks_requested", "department_calls"):
            told = reason_in_words(figure(counts, figure_id).reason, figure_id)
            assert told != "There are no calls in this period.", figure_id
        waited = figure(counts, "average_inside_wait").reason
        assert reason_in_words(waited, "average_inside_wait").startswith("The records imported do not tell")
        counts.add("with_transfer_record", 3)
        waited = figure(counts, "average_inside_wait").reason
        told = reason_in_words(waited, "average_inside_wait")
    assert told == "No call handed on blindly was picked up with a known wait in this period."
