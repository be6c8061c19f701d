"""Whoever adds and subtracts all that is published finds no number from 1 to 4."""

import itertools
import random

import pytest

from reporting.public.rules import (
    ANSWERED,
    CALLS,
    TOTAL,
    Tally,
    hidden,
    months_without_split,
    outcome_indicator,
    published,
    tells_few_apart,
)

WORDS = ("ANSWERED", "ABANDONED", "CLOSED")


def row(**cells):
    return {("row", name): number for name, number in cells.items()}


def names(places):
    return {name for _row, name in places}


@pytest.mark.parametrize(
    ("cells", "small", "silent"),
    [
        ({"a": 10, "b": 20}, "", ""),
        ({"a": 0, "b": 20}, "", ""),
        ({"a": 3, "b": 140}, "a", "b"),
        ({"a": 28, "b": 2}, "b", "a"),
        ({"a": 3, "b": 20, "c": 7}, "a", "c"),
        ({"a": 3, "b": 20, "c": 5}, "a", "cb"),
        ({"a": 1, "b": 2, "c": 30}, "ab", "c"),
        ({"a": 1, "b": 5}, "", "ab"),
        ({"a": 4, "b": 4}, "", "ab"),
    ],
)
def test_small_cells_are_hidden_with_enough_others(cells, small, silent):
    found_small, found_silent = hidden(row(**cells))
    assert (names(found_small), names(found_silent)) == (set(small), set(silent))


def test_a_hidden_small_number_could_be_any_from_1_to_4_even_for_who_knows_the_rule():
    for numbers in itertools.product((0, 1, 2, 3, 4, 5, 6, 9, 13), repeat=4):
        cells = row(**dict(zip("abcd", numbers, strict=True)))
        small, silent = hidden(cells)
        if not small:
            continue
        rest = sum(cells[place] for place in small | silent)
        for tried in itertools.product(range(1, 5), repeat=len(small)):
            assert rest - sum(tried) >= 5 * len(silent), cells


def test_a_month_is_split_only_where_the_others_give_no_small_part_away():
    def tallies(*months):
        return {f"2026-{n:02d}": Tally({"ANSWERED": a, "CLOSED": r}) for n, (a, r) in enumerate(months, 1)}

    assert months_without_split(tallies((50, 10), (60, 8)), set()) == set()
    assert months_without_split(tallies((50, 10), (60, 8), (70, 2)), set()) == {"2026-01", "2026-03"}
    assert months_without_split(tallies((50, 30), (60, 0), (70, 2)), set()) == {"2026-01", "2026-02", "2026-03"}


def rows_of(told, month):
    """All rows of outcomes that a month may have, by what is told of the month."""
    calls, answered = told.shown.get((month, CALLS)), told.shown.get((month, ANSWERED))
    if calls is not None:
        sizes = [calls]
    elif (month, CALLS) in told.small:
        sizes = range(1, 5)
    else:
        sizes = range(told.shown[TOTAL, CALLS] + 1)
    for size in sizes:
        for first in range(size + 1) if answered is None else [answered]:
            for second in range(size - first + 1):
                yield first, second, size - first - second


def is_possible(told, table):
    """Whether a table of months and outcomes agrees with everything that is told of all months together."""
    for place, word in enumerate(WORDS):
        indicator, number = (TOTAL, outcome_indicator(word)), sum(month[place] for month in table)
        if told.shown.get(indicator, number) != number or (indicator in told.small and not 0 < number < 5):
            return False
    return True


def solved(told, months):
    """The cells, sums of rows and sums of columns that can have one value only."""
    total = told.shown[TOTAL, CALLS]
    values = {}
    *first_months, latest = months
    by_size = {}
    for one in rows_of(told, latest):
        by_size.setdefault(sum(one), []).append(one)
    for first in itertools.product(*(list(rows_of(told, month)) for month in first_months)):
        for one in by_size.get(total - sum(map(sum, first)), ()):
            table = (*first, one)
            if not is_possible(told, table):
                continue
            for n, month in enumerate(table):
                values.setdefault((n, "calls"), set()).add(sum(month))
                values.setdefault((n, "rest"), set()).add(sum(month) - month[0])
                for place, number in enumerate(month):
                    values.setdefault((n, place), set()).add(number)
            for place in range(len(WORDS)):
                values.setdefault(("total", place), set()).add(sum(month[place] for month in table))
            values.setdefault(("total", "rest"), set()).add(sum(sum(month) - month[0] for month in table))
    assert values
    return {cell: found.pop() for cell, found in values.items() if len(found) == 1}


def tables():
    """Small towns of two months: ones with every kind of trouble, and some by chance."""
    yield (28, 2, 0), (0, 0, 0)
    yield (9, 0, 0), (2, 1, 0)
    yield (9, 5, 0), (6, 2, 0)
    yield (9, 5, 0), (0, 3, 0)
    yield (7, 0, 6), (6, 1, 5)
    yield (4, 4, 0), (0, 0, 0)
    yield (3, 0, 0), (3, 0, 0)
    yield (5, 1, 3), (5, 4, 1)
    yield (0, 6, 3), (0, 7, 2)
    chance = random.Random(90)
    for _ in range(150):
        yield tuple(tuple(chance.choice((0, 0, 1, 2, 3, 4, 5, 6, 8)) for _ in WORDS) for _ in range(2))


@pytest.mark.parametrize("table", sorted(set(tables())), ids=str)
def test_no_small_number_of_a_town_can_be_solved_from_all_that_is_published(table):
    months = {f"2026-{n:02d}": Tally(dict(zip(WORDS, month, strict=True))) for n, month in enumerate(table, 1)}
    total = Tally({word: sum(month[place] for month in table) for place, word in enumerate(WORDS)})
    told = published(total, months)
    assert all(number == 0 or number >= 5 for number in told.shown.values())
    if (TOTAL, CALLS) in told.small:
        assert not told.shown
        assert told.small == {(TOTAL, CALLS)}
        return
    found = solved(told, list(months))
    assert not {cell: number for cell, number in found.items() if 0 < number < 5}


def test_a_town_with_less_than_five_calls_tells_nothing_else():
    told = published(Tally({"ANSWERED": 3, "CLOSED": 1}), {"2026-01": Tally({"ANSWERED": 3, "CLOSED": 1})})
    assert (told.shown, told.small, told.silent) == ({}, {(TOTAL, CALLS)}, set())


def test_a_month_cannot_be_found_by_taking_the_others_from_the_total():
    months = {"2026-01": Tally({"ANSWERED": 140}), "2026-02": Tally({"ANSWERED": 3})}
    told = published(Tally({"ANSWERED": 143}), months)
    assert told.shown == {(TOTAL, CALLS): 143, (TOTAL, "outcome_ANSWERED"): 143}
    assert told.small == {("2026-02", CALLS)}


@pytest.mark.parametrize(
    ("before", "now", "waits"),
    [(None, 3, False), (143, 143, False), (143, 144, True), (143, 147, True), (143, 139, True), (143, 148, False),
     (143, None, False)],
)  # fmt: skip
def test_a_new_number_beside_the_old_one_does_not_tell_of_few_calls(before, now, waits):
    assert tells_few_apart(before, now) == waits
