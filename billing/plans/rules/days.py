"""Months and years of a contract, in the municipality's own calendar. Knows nothing of Django."""

from datetime import date

from kit.periods import month_after

MONTHLY, ANNUAL = "MONTHLY", "ANNUAL"


def first_of_month(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def start_of_year(starts_on: date, on: date) -> date:
    """The first day of the contract's year that ``on`` belongs to; of 29 February, 1 March where there is none."""
    in_this_year = _in_year(starts_on, on.year)
    return in_this_year if in_this_year <= on else _in_year(starts_on, on.year - 1)


def end_of_year(starts_on: date, on: date) -> date:
    """The first day of the contract's year after the one that ``on`` belongs to."""
    return _in_year(starts_on, start_of_year(starts_on, on).year + 1)


def end_day(term: str, starts_on: date, today: date) -> date:
    """The first day on which a contract left today no longer holds.

    A monthly one ends with its month, an annual one with the year that was agreed. One that has not begun never begins.
    """
    if today < starts_on:
        return starts_on
    return end_of_year(starts_on, today) if term == ANNUAL else month_after(today)


def _in_year(day: date, year: int) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return date(year, 3, 1) if is_leap_day and not _is_leap(year) else day.replace(year=year)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
