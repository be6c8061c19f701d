"""Counting what is paid for: months that close, corrections of them, and what a month will come to. Plain Python."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from kit.money import half_up
from kit.periods import days_between, month_after

WEEKS_BEHIND = 8
FORESEEN_UNTIL = 15  # the day of a month after which its forecast stays as it was, to be compared with what came


@dataclass(frozen=True)
class Closed:
    """A month as it was closed: its calls by day, and by day what was corrected of months closed before."""

    month: date
    by_day: Mapping[date, int]
    corrections: Mapping[date, int] = field(default_factory=dict)


def told(closed: Sequence[Closed]) -> dict[date, int]:
    """The calls of each day of closed months, with every correction that was told since."""
    days = {day: calls for one in closed for day, calls in one.by_day.items()}
    for one in closed:
        for day, difference in one.corrections.items():
            days[day] += difference
    return days


def corrections(closed: Sequence[Closed], counted: Mapping[date, int]) -> dict[date, int]:
    """By day, what is counted today of months closed before and was not told yet; below zero where too much was told."""
    days = sorted(told(closed).items())
    return {day: counted.get(day, 0) - calls for day, calls in days if counted.get(day, 0) != calls}


def trouble_with(one: Closed, earlier: Sequence[Closed]) -> str:
    """Why a closed month cannot be right, in one sentence; empty when it can. ``earlier`` were closed before it.

    Its row is written by the municipality's own role: nothing may come of one that our own counting never writes.
    """
    past = month_after(one.month)
    if any(calls < 0 or not one.month <= day < past for day, calls in one.by_day.items()):
        return "A day of the closed month is outside of it or below zero."
    before = told(earlier)
    if any(before.get(day, -1) + found < 0 or day not in before for day, found in one.corrections.items()):
        return "A correction in the closed month is of no closed day or leaves it below zero."
    return ""


def months_to_close(opened_on: date, closed: Collection[date], today: date) -> Iterator[date]:
    """The months that are over and not closed, from the one in which the municipality was opened."""
    month = opened_on.replace(day=1)
    while month_after(month) <= today:
        if month not in closed:
            yield month
        month = month_after(month)


def forecast(by_day: Mapping[date, int], today: date) -> dict[date, Decimal] | None:
    """The calls of each day that this month will come to; None while no whole week is behind.

    Those of the days that are over, and for each day from today on the mean of the same weekday in the eight weeks before
    today. Of today the mean, unless more came already. Holidays are days like others.
    """
    first, past = today.replace(day=1), month_after(today.replace(day=1))
    begun = min(by_day, default=today)
    behind = [today - timedelta(days=number) for number in range(1, 7 * WEEKS_BEHIND + 1)]
    known = [day for day in behind if day >= begun]
    found = {day: Decimal(by_day.get(day, 0)) for day in days_between(first, today)}
    for day in days_between(today, past):
        alike = [by_day.get(one, 0) for one in known if one.weekday() == day.weekday()]
        if not alike:
            return None
        usual = Decimal(sum(alike)) / len(alike)
        found[day] = max(usual, Decimal(by_day.get(today, 0))) if day == today else usual
    return found


def in_all(by_day: Mapping[date, Decimal]) -> int:
    """The whole calls of days together."""
    return half_up(sum(by_day.values(), Decimal(0)))


def within(by_day: Mapping[date, int], first: date, past: date) -> int:
    """The calls of the days from ``first`` up to, but without, ``past``."""
    return sum(calls for day, calls in by_day.items() if first <= day < past)
