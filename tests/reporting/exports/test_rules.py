"""Columns that add up and figures made of them, from counts alone."""

from datetime import date

import pytest

from reporting.exports.rules import (
    COLUMNS,
    FRACTIONS,
    KEPT_DAYS,
    OPEN_DAYS,
    QUANTILE_SHARES,
    UnreadableMonth,
    cell,
    days_kept,
    month_in,
    terms,
    year_before,
)
from reporting.kpi.counts import Counts
from reporting.kpi.definitions import LATEST
from reporting.kpi.rules import figure


def a_day(**numbers):
    """A busy day of which everything is on record."""
    counts = Counts()
    told = {
        "inbound": 140, "answered_by_person": 82, "person_unknown": 3, "outcome_ANSWERED": 82, "outcome_ABANDONED": 15,
        "outcome_FLOWED_OUT": 5, "outcome_REJECTED": 20, "outcome_NOT_ANSWERED": 15, "outcome_UNKNOWN": 3,
        "offered": 101, "answered": 80, "abandoned": 15, "flowed_out": 5, "unknown": 1, "flowed_out_by_key": 2,
        "talk_sum": 4_801.5, "talk_n": 79, "wait_answered_sum": 1_200.25, "with_queue_record": 101,
        "with_transfer_record": 140, "answered_with_transfer_record": 80, "with_derivation": 30, "with_blind": 25,
        "with_attended": 6, "blind_total": 26, "blind_picked_up": 14, "blind_returned_to_queue": 4, "blind_lost": 6,
        "blind_unknown": 2, "attended_total": 6, "blind_inside_wait_sum": 200.5, "blind_inside_wait_n": 13,
    } | numbers  # fmt: skip
    for name, number in told.items():
        counts.add(name, number)
    counts.waits_answered.update({5: 60, 18: 10, 40: 9, 200: 1})
    counts.waits_abandoned.update({3: 5, 19: 4, 100: 6})
    counts.callers.update({"runs": 90, "answered_first": 70, "missed": 12, "served_again": 5, "unserved": 6})
    return counts


DAYS = [a_day(), a_day(offered=0, wait_answered_sum=4_000), a_day(wait_answered_sum=4_000)]
MONTH = DAYS[0] + DAYS[1] + DAYS[2]


def summed(columns):
    numbers = {column.key: column.of(MONTH) for column in COLUMNS}
    numbers[OPEN_DAYS], numbers[KEPT_DAYS] = days_kept(DAYS)
    return sum(sign * numbers[key] for sign, key in terms(columns))


@pytest.mark.parametrize("says", [one for one in LATEST if "all" in one.subjects], ids=lambda says: says.id)
def test_every_figure_of_all_calls_is_made_of_columns_or_never_there(says):
    one = figure(MONTH, says.id, days=DAYS)
    if says.id in QUANTILE_SHARES or one.value is None:
        assert says.id not in FRACTIONS
        return
    above, below = FRACTIONS[says.id]
    assert summed(above) == pytest.approx(one.numerator)
    assert summed(below) == pytest.approx(one.denominator or 0)


def test_columns_of_days_add_up_to_those_of_the_month():
    for column in COLUMNS:
        assert sum(column.of(day) for day in DAYS) == pytest.approx(column.of(MONTH)), column.key


def test_nothing_on_record_is_no_zero():
    counts = Counts()
    counts.add("inbound", 4)
    counts.add("person_unknown", 4)
    counts.add("without_queue_record", 4)
    cells = {column.key: cell(column, counts) for column in COLUMNS}
    assert cells["inbound"] == 4 and cells["answered_by_person"] == 0
    for key in ("offered", "waits_n", "within", "blind_total", "runs"):
        assert cells[key] is None, key


def test_on_a_day_without_calls_every_count_is_zero():
    assert {cell(column, Counts()) for column in COLUMNS} == {0}


def test_days_are_kept_as_the_figure_counts_them():
    assert days_kept(DAYS) == (2, 1)


@pytest.mark.parametrize(("text", "day"), [("2026-11", date(2026, 11, 1)), ("2000-01", date(2000, 1, 1))])
def test_a_month_is_read(text, day):
    assert month_in(text) == day


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-1", "26-01", "1999-12", "2026-11-01", "", "２０２６-11"])
def test_what_is_no_month_is_refused(text):
    with pytest.raises(UnreadableMonth):
        month_in(text)


def test_the_year_before_a_month():
    assert year_before(date(2026, 2, 1)) == date(2025, 2, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [("a", [(1, "a")]), ("a + b - c", [(1, "a"), (1, "b"), (-1, "c")]), ("", [])],
)
def test_the_terms_of_a_sum(text, told):
    assert terms(text) == told
