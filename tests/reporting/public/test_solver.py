"""A solver that knows the rules and all that was ever published of a town finds no number from 1 to 4.

Months come one after the other and each is published for good, so what is told later stands beside what was told before.
The solver holds an interval for each number and narrows them by every sum, until nothing moves.
"""

import itertools
import random

import pytest

from reporting.public.rules import ANSWERED, CALLS, TOTAL, Tally, as_told, outcome_indicator, published, tells_few_apart

WORDS = ("ANSWERED", "ABANDONED", "CLOSED")
MANY = 10_000


class Town:
    """A town that publishes as the program does: what was told of a month is never taken back."""

    def __init__(self):
        self.said, self.numbers, self.tallies, self.told, self.moved = {}, {}, {}, None, []

    def publish(self, today):
        tallies = as_told(today, self.said)
        kept = {name for name, before in self.said.items() if tallies[name].parts == before.parts}
        known = {place for place in self.numbers if place[0] in kept}
        total = sum(tallies.values(), Tally(dict.fromkeys(WORDS, 0)))
        told = published(total, tallies, known)
        before = self.told.calls if self.told else None
        if told.gives_away or tells_few_apart(before, told.calls):
            return
        assert known <= set(told.shown), "what was told is told again"
        numbers = {place: number for place, number in told.shown.items() if place[0] != TOTAL}
        self.moved = [abs(numbers[place] - number) for place, number in self.numbers.items() if place in numbers]
        self.tallies, self.told, self.said, self.numbers = tallies, told, dict(tallies), numbers


class Solver:
    """Intervals of whole numbers, and sums that hold: a cell is the sum of others."""

    def __init__(self):
        self.between, self.sums = {}, []

    def cell(self, name, low=0, high=MANY):
        before = self.between.get(name, (0, MANY))
        self.between[name] = max(low, before[0]), min(high, before[1])

    def sum(self, whole, parts):
        for name in (whole, *parts):
            self.cell(name)
        self.sums.append((whole, list(parts)))

    def solve(self):
        moved = True
        while moved:
            before = dict(self.between)
            for whole, parts in self.sums:
                self.cell(whole, sum(self.between[p][0] for p in parts), sum(self.between[p][1] for p in parts))
                for part in parts:
                    rest = [one for one in parts if one != part]
                    low = self.between[whole][0] - sum(self.between[p][1] for p in rest)
                    high = self.between[whole][1] - sum(self.between[p][0] for p in rest)
                    self.cell(part, low, high)
            moved = before != self.between
        return {name: low for name, (low, high) in self.between.items() if low == high}


def solved(town):
    """Every number that the solver finds in what a town tells today. It knows that hidden places hold no zero."""
    told, solver = town.told, Solver()

    def place(period, indicator):
        at = (period, indicator)
        if at in told.shown:
            solver.cell(at, told.shown[at], told.shown[at])
        elif at in told.small:
            solver.cell(at, 1, 4)
        elif indicator == ANSWERED:
            solver.cell(at)
        else:
            solver.cell(at, 1)
        return at

    calls = place(TOTAL, CALLS)
    if calls in told.small:
        return {}
    outcomes = [place(TOTAL, outcome_indicator(word)) for word in WORDS]
    solver.sum(calls, outcomes)
    months = [place(name, CALLS) for name in town.tallies]
    solver.sum(calls, months)
    solver.sum((TOTAL, "rest"), outcomes[1:])
    parts = {ANSWERED: [], "rest": []}
    for name in town.tallies:
        answered, rest = place(name, ANSWERED), (name, "rest")
        solver.sum((name, CALLS), [answered, rest])
        parts[ANSWERED].append(answered)
        parts["rest"].append(rest)
    solver.sum(outcomes[0], parts[ANSWERED])
    solver.sum((TOTAL, "rest"), parts["rest"])
    return solver.solve()


def truth(town, place):
    period, indicator = place
    month = sum(town.tallies.values(), Tally({})) if period == TOTAL else town.tallies[period]
    if indicator in (CALLS, ANSWERED, "rest"):
        return {CALLS: month.calls, ANSWERED: month.answered, "rest": month.rest}[indicator]
    return month.outcomes.get(indicator.removeprefix("outcome_"), 0)


def lives(seed):
    """A town's months, one more at each step, and records that come in late: of every size, the small ones often."""
    chance = random.Random(seed)
    size = chance.choice((3, 8, 20, 90))

    def number():
        return chance.choice((0, 0, 1, 2, 3, 4, 5, 6, 7, size, size, 2 * size))

    months = {}
    for n in range(1, chance.randint(3, 9)):
        months[f"2026-{n:02d}"] = {word: number() for word in WORDS}
        if chance.random() < 0.3:
            late = months[chance.choice(list(months))]
            word = chance.choice(WORDS)
            late[word] = max(0, late[word] + chance.choice((-6, -2, -1, 1, 2, 3, 4, 5, 7)))
        yield {name: Tally(dict(outcomes)) for name, outcomes in months.items() if any(outcomes.values())}


@pytest.mark.parametrize("seed", range(400))
def test_the_solver_finds_no_small_number_of_a_town_at_any_time_of_its_life(seed):
    town = Town()
    for today in lives(seed):
        town.publish(today)
        if town.told is None:
            continue
        found = solved(town)
        assert all(truth(town, place) == number for place, number in found.items())
        assert not {place: number for place, number in found.items() if 0 < number < 5}, (town.told, town.tallies)
        assert not [calls for calls in town.moved if 0 < calls < 5], "two editions tell of few calls"


def test_small_towns_of_two_months_are_all_tried():
    for numbers in itertools.product((0, 1, 3, 5, 9), repeat=4):
        town = Town()
        first, second = (
            Tally(dict(zip(WORDS, (*numbers[:2], 0), strict=True))),
            Tally(dict(zip(WORDS, (*numbers[2:], 6), strict=True))),
        )
        for months in ({"2026-01": first}, {"2026-01": first, "2026-02": second}):
            town.publish(months)
            found = solved(town) if town.told else {}
            assert not {place: number for place, number in found.items() if 0 < number < 5}, (town.told, numbers)


def test_the_solver_bites_where_nothing_is_hidden_beside_a_small_number():
    """What an open-hearted town would tell: its total and every month but the small one."""
    town = Town()
    town.publish(
        {"2026-01": Tally({"ANSWERED": 40}), "2026-02": Tally({"ANSWERED": 3}), "2026-03": Tally({"ANSWERED": 50})}
    )
    assert town.told.silent & {("2026-01", CALLS), ("2026-03", CALLS)}
    town.told.shown |= {("2026-01", CALLS): 40, ("2026-03", CALLS): 50}
    assert solved(town)["2026-02", CALLS] == 3


def test_without_remembering_what_was_told_before_a_month_would_be_found(monkeypatch):
    """The month that was told first is hidden later to cover a small one: who kept the first edition subtracts it."""
    town = Town()
    first = {"2026-01": Tally({"ANSWERED": 40, "ABANDONED": 20})}
    later = {**first, "2026-02": Tally({"ANSWERED": 3}), "2026-03": Tally({"ANSWERED": 150, "ABANDONED": 60})}
    town.publish(first)
    forgetful = published(sum(later.values(), Tally({})), later)
    assert ("2026-01", CALLS) in forgetful.silent
    town.publish(later)
    assert town.told.shown["2026-01", CALLS] == 60
    assert ("2026-03", CALLS) in town.told.silent
