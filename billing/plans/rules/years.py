"""Years of annual contracts: when each begins and what is paid for it in advance. Knows nothing of Django."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from billing.plans.rules.amounts import Part, Quote, Tax, change_quote, quote
from billing.plans.rules.days import ANNUAL, end_of_year, start_of_year


@dataclass(frozen=True)
class Year:
    """A year that is paid in advance, half-open. ``instead_of``: the dearer plan begins before the year of this one is over."""

    starts_on: date
    ends_before: date
    of: Part
    instead_of: Part | None = None


def years_begun(held: Sequence[Part], first: date, past: date) -> Iterator[Year]:
    """The years that begin from ``first`` up to, but without, ``past``. ``held`` are whole contracts, in order.

    A contract that is left or changed begins no year after that: what is left of the last one is given back by the first of
    the contract that took its place.
    """
    annual = [one for one in held if one.term == ANNUAL and one.starts_on < one.ends_before]
    for one in annual:
        start = one.starts_on
        while start < min(past, one.ends_before):
            after = end_of_year(one.starts_on, start)
            if start >= first:
                yield Year(start, after, one, _left_early(annual, start) if start == one.starts_on else None)
            start = after


def _left_early(annual: Sequence[Part], on: date) -> Part | None:
    """The contract that ended on a day in the middle of its year."""
    ended = (one for one in annual if one.ends_before == on)
    return next((one for one in ended if start_of_year(one.starts_on, on) != on), None)


def year_quote(year: Year, tax: Tax) -> Quote:
    """What is paid for a year when it begins."""
    if year.instead_of:
        return change_quote(year.instead_of, year.of.terms, year.starts_on, tax)
    return quote(year.of.terms, ANNUAL, tax, year.starts_on)
