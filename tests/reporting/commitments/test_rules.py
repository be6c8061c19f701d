"""Verdicts from counts of days alone: what a day says, what a window says, and how it stands while it goes on."""

from datetime import date, timedelta

import pytest

from reporting.commitments import rules
from reporting.commitments.rules import Charter, Commitment, Record, Window, day_result, verdict, window_of
from reporting.kpi.counts import Counts
from reporting.kpi.rules import commitment_days

NOVEMBER = Window(date(2026, 11, 1), date(2026, 12, 1))
AFTER = date(2026, 12, 2)
WAIT = Commitment("c1", "We answer soon", "mean_wait", 0.9, limit=20)
ANSWERED = Commitment("c2", "A person answers", "answered_calls", 0.9)


def a_day(wait=10.0, answered=40, abandoned=0, calls=None):
    """A day with so many visits answered after ``wait`` seconds each."""
    counts = Counts()
    inbound = answered + abandoned if calls is None else calls
    for name, number in {
        "inbound": inbound, "answered_by_person": answered, "offered": answered + abandoned, "answered": answered,
        "abandoned": abandoned, "with_queue_record": inbound, "wait_answered_sum": wait * answered,
    }.items():  # fmt: skip
        counts.add(name, number)
    if answered:
        counts.waits_answered[int(wait)] += answered
    if abandoned:
        counts.waits_abandoned[30] += abandoned
    return counts


def on_weekdays(day):
    return day.weekday() < 5


def record(waits, today=AFTER, first=NOVEMBER.first, latest=None, **more):
    """A record whose first weekdays of November waited so; None is a day without any call."""
    weekdays = [NOVEMBER.first + timedelta(days=n) for n in range(60)]
    weekdays = [day for day in weekdays if on_weekdays(day)]
    days = {day: a_day(wait) for day, wait in zip(weekdays, waits, strict=False) if wait is not None}
    return Record(days, today, first, latest or max(days, default=None), is_expected=on_weekdays, **more)


def whole(late, of=21):
    """A whole November of ``of`` open days, of which ``late`` waited too long."""
    return record([10.0] * (of - late) + [60.0] * late, latest=date(2026, 11, 30))


@pytest.mark.parametrize(
    ("late", "word"),
    [(0, "MET"), (2, "MET"), (3, "MISSED"), (21, "MISSED")],
    ids=["none", "as many as may", "one more", "all"],
)
def test_a_window_is_met_when_enough_days_kept_the_target(late, word):
    found = verdict(WAIT, NOVEMBER, whole(late))
    assert (found.word, found.good, found.cases) == (word, 21 - late, 21)
    assert found.count(rules.NOBODY) == 9


def test_the_share_is_that_of_the_figure_of_kept_days():
    known = whole(4)
    found, figure = verdict(WAIT, NOVEMBER, known), commitment_days(known.days.values(), 20)
    assert (found.good, found.cases, found.rate) == (figure.numerator, figure.denominator, figure.value)


def test_a_day_at_the_limit_keeps_it_and_one_above_does_not():
    known = record([20.0, 20.5])
    first, second = (day_result(WAIT, date(2026, 11, day), known).state for day in (2, 3))
    assert (first, second) == (rules.KEPT, rules.MISSED_DAY)


def test_a_day_on_which_nobody_who_waited_was_answered_is_missed():
    known = Record({date(2026, 11, 2): a_day(answered=0, abandoned=8)}, AFTER, NOVEMBER.first, date(2026, 11, 30))
    found = day_result(WAIT, date(2026, 11, 2), known)
    assert (found.state, found.reason, found.value) == (rules.MISSED_DAY, rules.NOBODY_ANSWERED, None)


def test_a_day_without_record_of_queues_is_not_known_and_says_why():
    counts = Counts()
    for name in ("inbound", "answered_by_person", "without_queue_record"):
        counts.add(name, 40)
    known = Record({date(2026, 11, 2): counts}, AFTER, NOVEMBER.first, date(2026, 11, 30))
    found = day_result(WAIT, date(2026, 11, 2), known)
    assert (found.state, found.reason) == (rules.UNKNOWN_DAY, "no_queue_record")


def test_a_day_that_is_left_out_counts_for_nothing():
    known = record([60.0] + [10.0] * 20, latest=date(2026, 11, 30), left_out={date(2026, 11, 2): "The line was down"})
    found = verdict(WAIT, NOVEMBER, known)
    assert (found.word, found.good, found.cases) == ("MET", 20, 20)
    assert found.days[1].reason == "The line was down"


def test_closed_days_are_left_out_only_where_the_commitment_says_so():
    known = record([60.0] * 3 + [10.0] * 18, latest=date(2026, 11, 30), is_closed=lambda day: day < date(2026, 11, 5))
    assert verdict(WAIT, NOVEMBER, known).word == "MISSED"
    only_open = Commitment("c1", "x", "mean_wait", 0.9, limit=20, only_open_days=True)
    found = verdict(only_open, NOVEMBER, known)
    assert (found.word, found.cases) == ("MET", 18)


def test_too_few_days_give_no_verdict():
    found = verdict(WAIT, NOVEMBER, record([60.0] * 4, latest=date(2026, 11, 30)))
    assert (found.word, found.good, found.cases) == ("TOO_FEW", 0, 4)


@pytest.mark.parametrize(
    ("known", "late", "word"),
    [(19, 0, "MET"), (18, 0, "NOT_KNOWN"), (15, 3, "MISSED"), (15, 2, "NOT_KNOWN")],
    ids=["the rest cannot turn it", "the rest could miss it", "the rest cannot save it", "the rest could save it"],
)
def test_days_without_record_hinder_a_verdict_only_where_they_could_turn_it(known, late, word):
    told = record([10.0] * (known - late) + [60.0] * late)
    found = verdict(WAIT, NOVEMBER, told)
    assert found.word == word
    assert found.reason == (rules.NO_RECORD if word == "NOT_KNOWN" else "")


def test_a_window_before_the_records_is_not_known():
    october = window_of("month", date(2026, 10, 5))
    found = verdict(WAIT, october, whole(0))
    assert (found.word, found.reason, found.cases) == ("NOT_KNOWN", rules.NO_RECORD, 0)


@pytest.mark.parametrize(("answered", "word"), [(36, "MET"), (35, "MISSED")])
def test_of_calls_each_counts_whatever_its_day(answered, word):
    days = {date(2026, 11, 2 + n): a_day(answered=answered, abandoned=40 - answered) for n in range(5)}
    found = verdict(ANSWERED, NOVEMBER, Record(days, AFTER, NOVEMBER.first, date(2026, 11, 30)))
    assert (found.word, found.good, found.cases) == (word, 5 * answered, 200)


def test_too_few_calls_give_no_verdict():
    days = {date(2026, 11, 2): a_day(answered=29)}
    assert verdict(ANSWERED, NOVEMBER, Record(days, AFTER, NOVEMBER.first, date(2026, 11, 30))).word == "TOO_FEW"


def test_calls_in_time_are_counted_within_their_own_limit():
    days = {date(2026, 11, 2): a_day(wait=25.0), date(2026, 11, 3): a_day(wait=35.0)}
    known = Record(days, AFTER, NOVEMBER.first, date(2026, 11, 30))
    in_30 = Commitment("c3", "x", "calls_in_time", 0.5, limit=30)
    in_20 = Commitment("c3", "x", "calls_in_time", 0.5, limit=20)
    assert [verdict(one, NOVEMBER, known).good for one in (in_30, in_20)] == [40, 0]


def test_attempts_of_callers_are_counted_too():
    counts = a_day()
    counts.callers.update({"runs": 40, "answered_first": 30})
    known = Record({date(2026, 11, 2): counts}, AFTER, NOVEMBER.first, date(2026, 11, 30))
    found = verdict(Commitment("c4", "x", "first_attempt", 0.8), NOVEMBER, known)
    assert (found.word, found.good, found.cases) == ("MISSED", 30, 40)


@pytest.mark.parametrize(
    ("waits", "today", "outlook", "left", "needed"),
    [
        ([10.0] * 10, 16, "ON_TRACK", 11, 9),
        ([10.0] * 8 + [60.0] * 2, 16, "AT_RISK", 11, 11),
        ([10.0] * 7 + [60.0] * 3, 16, "LOST", 11, 12),
        ([10.0] * 19, 27, "SECURED", 2, 0),
        ([60.0], 3, "ON_TRACK", 20, 19),
    ],
    ids=["all well", "behind", "out of reach", "nothing can happen", "one day says little"],
)
def test_while_a_window_goes_on_it_says_how_many_days_must_still_keep_it(waits, today, outlook, left, needed):
    found = verdict(WAIT, NOVEMBER, record(waits, today=date(2026, 11, today)))
    assert (found.word, found.outlook, found.left, found.needed) == ("RUNNING", outlook, left, needed)
    assert found.is_about_to_miss == (outlook in {"AT_RISK", "LOST"})


def test_a_day_whose_records_come_late_can_still_turn_out_either_way():
    found = verdict(WAIT, NOVEMBER, record([10.0] * 5, today=date(2026, 11, 16)))
    assert (found.cases, found.left, found.count(rules.UNKNOWN_DAY)) == (5, 16, 5)


@pytest.mark.parametrize(("answered", "outlook"), [(38, "ON_TRACK"), (30, "AT_RISK"), (2, "LOST")])
def test_of_calls_a_window_that_goes_on_is_told_by_what_may_come(answered, outlook):
    days = {date(2026, 11, 2 + n): a_day(answered=answered, abandoned=40 - answered) for n in range(5)}
    known = Record(days, date(2026, 11, 7), NOVEMBER.first, date(2026, 11, 6), is_expected=on_weekdays)
    promised = ANSWERED if answered > 2 else Commitment("c2", "x", "answered_calls", 0.9)
    assert verdict(promised, NOVEMBER, known).outlook == outlook


@pytest.mark.parametrize(
    ("kind", "first", "past"),
    [
        ("month", date(2026, 11, 1), date(2026, 12, 1)), ("quarter", date(2026, 10, 1), date(2027, 1, 1)),
        ("year", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)  # fmt: skip
def test_the_window_of_a_day(kind, first, past):
    assert window_of(kind, date(2026, 11, 24)) == (first, past)


def test_windows_begin_after_the_charter_and_the_latest_comes_first():
    found = rules.windows_until("quarter", date(2026, 2, 1), date(2026, 11, 24))
    assert [one.first for one in found] == [date(2026, 10, 1), date(2026, 7, 1), date(2026, 4, 1)]


def test_a_charter_comes_back_as_it_was_kept():
    charter = Charter("Carta", (WAIT, ANSWERED), is_public=True)
    assert rules.from_json(rules.to_json(charter)) == charter


def test_a_code_is_never_used_again():
    assert rules.next_code([]) == "c1"
    assert rules.next_code([Charter(commitments=(ANSWERED,)), Charter(commitments=(WAIT,))]) == "c3"


def test_a_new_edition_changes_nothing_that_was_judged():
    assert rules.earliest_start(has_edition=True, today=date(2026, 11, 24)) == date(2026, 11, 1)
    assert rules.earliest_start(has_edition=False, today=date(2026, 11, 24)) is None
