"""Corrections, months to close and the forecast: tables of examples, worked out by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.usage.rules import Closed, corrections, forecast, in_all, months_to_close, trouble_with

SEP, OCT, NOV, DEC = (date(2026, month, 1) for month in (9, 10, 11, 12))

O5, O6, N9 = date(2026, 10, 5), date(2026, 10, 6), date(2026, 11, 9)
FIRST = Closed(OCT, {O5: 5, O6: 0})
CORRECTIONS = [
    ([], {}, {}),
    ([FIRST], {O5: 5}, {}),
    ([FIRST], {O5: 5, N9: 3}, {}),
    ([FIRST], {O5: 7}, {O5: 2}),
    ([FIRST], {O5: 5, O6: 1}, {O6: 1}),
    ([FIRST], {O5: 1}, {O5: -4}),
    ([FIRST], {}, {O5: -5}),
    ([FIRST, Closed(NOV, {N9: 9}, {O5: 2})], {O5: 7, N9: 9}, {}),
    ([FIRST, Closed(NOV, {N9: 9}, {O5: 2})], {O5: 6, O6: 1, N9: 10}, {O5: -1, O6: 1, N9: 1}),
    ([FIRST, Closed(SEP, {date(2026, 9, 9): 3}, {O5: 1})], {O5: 6, date(2026, 9, 9): 3}, {}),
]


@pytest.mark.parametrize(("closed", "counted", "found"), CORRECTIONS)
def test_only_what_was_not_told_yet_is_a_correction(closed, counted, found):
    assert corrections(closed, counted) == found


OUTSIDE, BELOW = "A day of the closed month is outside", "A correction in the closed month is of no closed day"
FORGED = [
    (Closed(NOV, {N9: 9}), [FIRST], ""),
    (Closed(NOV, {N9: 9}, {O5: -5}), [FIRST], ""),
    (Closed(NOV, {N9: -1}), [FIRST], OUTSIDE),
    (Closed(NOV, {O5: 1}), [], OUTSIDE),
    (Closed(NOV, {DEC: 1}), [], OUTSIDE),
    (Closed(NOV, {N9: 9}, {O5: -6}), [FIRST], BELOW),
    (Closed(NOV, {N9: 9}, {date(2026, 10, 7): 1}), [FIRST], BELOW),
    (Closed(NOV, {N9: 9}, {O5: -1}), [FIRST, Closed(SEP, {}, {O5: -5})], BELOW),
]


@pytest.mark.parametrize(("one", "earlier", "trouble"), FORGED)
def test_a_closed_month_that_our_counting_never_writes_is_told(one, earlier, trouble):
    found = trouble_with(one, earlier)
    assert found.startswith(trouble)
    assert bool(found) == bool(trouble)


TO_CLOSE = [
    (date(2026, 9, 20), set(), date(2026, 11, 2), [SEP, OCT]),
    (date(2026, 9, 20), {SEP}, date(2026, 11, 2), [OCT]),
    (date(2026, 9, 20), {OCT}, date(2026, 11, 2), [SEP]),
    (date(2026, 9, 20), set(), date(2026, 9, 30), []),
    (date(2026, 9, 20), set(), date(2026, 10, 1), [SEP]),
    (date(2026, 11, 30), set(), date(2027, 1, 1), [NOV, DEC]),
]


@pytest.mark.parametrize(("opened_on", "closed", "today", "months"), TO_CLOSE)
def test_the_months_that_are_over_since_the_opening(opened_on, closed, today, months):
    assert list(months_to_close(opened_on, closed, today)) == months


def foreseen(by_day, today):
    found = forecast(by_day, today)
    return None if found is None else in_all(found)


def every_day(first, past, calls):
    return {first + timedelta(days=n): calls(first + timedelta(days=n)) for n in range((past - first).days)}


def workday(day):
    return 10 if day.weekday() < 5 else 0


TODAY = date(2026, 11, 25)  # a Wednesday


def test_a_month_of_working_days_is_foreseen_exactly():
    history = every_day(date(2026, 9, 1), TODAY, workday)
    assert foreseen(history, TODAY) == 21 * 10  # November 2026 has 21 working days


def test_what_came_today_counts_when_it_is_more_than_usual():
    history = {**every_day(date(2026, 9, 1), TODAY, workday), TODAY: 25}
    assert foreseen(history, TODAY) == 21 * 10 + 15
    assert foreseen({**history, TODAY: 3}, TODAY) == 21 * 10


def test_a_mean_that_is_not_whole_is_rounded_once():
    first_weeks = every_day(TODAY - timedelta(days=14), TODAY, lambda day: 1 if day >= TODAY - timedelta(days=7) else 2)
    # 14 days: 11 to 17 November two calls each, 18 to 24 one each: 21; six days from the 25th of 1.5 each: 9
    assert foreseen(first_weeks, TODAY) == 30


def test_only_eight_weeks_behind_count():
    old = every_day(date(2026, 1, 1), date(2026, 9, 30), lambda day: 1_000)
    recent = every_day(date(2026, 9, 30), TODAY, workday)
    assert foreseen({**old, **recent}, TODAY) == 210


@pytest.mark.parametrize("days", [0, 1, 5])
def test_without_a_week_behind_nothing_is_foreseen(days):
    begun = TODAY - timedelta(days=days)
    assert foreseen(every_day(begun, TODAY, lambda day: 5), TODAY) is None


def test_a_week_is_enough():
    assert foreseen(every_day(TODAY - timedelta(days=7), TODAY, lambda day: 5), TODAY) == 7 * 5 + 6 * 5


def test_each_day_of_the_month_has_its_calls():
    found = forecast(every_day(TODAY - timedelta(days=14), TODAY, lambda day: day.day), TODAY)
    assert list(found) == [date(2026, 11, day) for day in range(1, 31)]
    assert (found[date(2026, 11, 3)], found[date(2026, 11, 24)], found[TODAY]) == (0, 24, Decimal("14.5"))
