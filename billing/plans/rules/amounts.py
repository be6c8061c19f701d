"""Lines, tax and total of any stretch of a contract. Knows nothing of Django.

Each line is rounded half up by itself; tax is taken of the sum of the lines. Days count whole, from the first one up to,
but without, the day that ends the stretch.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.plans.definitions import Book, book, on_day
from billing.plans.rules.days import ANNUAL, MONTHLY, end_of_year, first_of_month, start_of_year
from billing.plans.rules.terms import Terms
from kit.money import half_up, part, percent
from kit.periods import month_after

BASE, ANNUAL_DISCOUNT, DISCOUNT, UNUSED = "base", "annual_discount", "discount", "unused"
FURTHER_CALLS, OVERFLOW_BLOCK, CAMPAIGN_BLOCK = "further_calls", "overflow_block", "campaign_block"
CORRECTION = "correction"  # further calls of a month closed before, or fewer of them
_CANARY_PROVINCES = {"35", "38"}
_WITH_ANOTHER_TAX = {"51": "Ceuta", "52": "Melilla"}


class UnknownTax(ValueError):
    """No rate of tax is kept for a place; one sentence says why."""


@dataclass(frozen=True)
class Tax:
    """A tax and its rate in percent."""

    code: str
    rate: Decimal


@dataclass(frozen=True)
class Line:
    """One line of an offer or an invoice. ``days`` of ``of_days`` where it is part of a month or of a year."""

    kind: str
    quantity: int
    unit_cents: int
    net_cents: int
    plan: str = ""
    days: int = 0
    of_days: int = 0


@dataclass(frozen=True)
class Quote:
    """What is to be paid, line by line."""

    plan: str
    lines: tuple[Line, ...]
    net_cents: int
    tax: Tax
    tax_cents: int
    total_cents: int


@dataclass(frozen=True)
class Bought:
    """A block of calls ordered for a month, at the price agreed: used before further calls are charged."""

    kind: str
    calls: int
    cents: int


@dataclass(frozen=True)
class Part:
    """A contract in a month: its terms and the days it holds, half-open."""

    terms: Terms
    term: str
    starts_on: date
    ends_before: date


def tax_of(ine_code: str, on: date, of: Book | None = None) -> Tax:
    """The tax of a municipality on a day: IGIC in the provinces 35 and 38, IVA elsewhere.

    Raises UnknownTax for Ceuta and Melilla, whose own tax is not of one rate.
    """
    province = ine_code[:2]
    if province in _WITH_ANOTHER_TAX:
        raise UnknownTax(f"{_WITH_ANOTHER_TAX[province]} has a tax of its own, IPSI, of which no rate is kept.")
    code = "IGIC" if province in _CANARY_PROVINCES else "IVA"
    return Tax(code, on_day((of or book()).taxes[code], on, code).value)


def minor_contract_cents(on: date, of: Book | None = None) -> int:
    """The value without tax that a minor contract of services stays below."""
    return int(on_day((of or book()).minor_contract_cents, on, "The minor contract").value)


def fits_minor_contract(net_cents: int, on: date, of: Book | None = None) -> bool:
    """Whether a year's price without tax stays below the ceiling of a minor contract."""
    return net_cents < minor_contract_cents(on, of)


def quote(terms: Terms, term: str, tax: Tax, on: date) -> Quote:
    """A whole month, or a whole year in advance, begun on a day."""
    if term == MONTHLY:
        lines = [Line(BASE, 1, terms.month_cents, terms.month_cents, terms.plan)]
    else:
        lines = [Line(BASE, 12, terms.month_cents, 12 * terms.month_cents, terms.plan)]
        lines += _less(ANNUAL_DISCOUNT, lines[0].net_cents, terms.annual_discount_percent, terms.plan)
    if terms.has_discount_on(on):
        lines += _less(DISCOUNT, sum(line.net_cents for line in lines), terms.discount_percent, terms.plan)
    return quote_of_lines(terms.plan, lines, tax)


def month_quote(parts: Sequence[Part], tax: Tax, *, calls: int, blocks: Sequence[Bought] = ()) -> Quote:
    """What a month costs when it is over: its days, and the calls that its parts do not include.

    ``parts`` are the contracts that held in it, in order. The latest tells the price of calls. ``blocks`` are paid
    whether they are used or not. The days of an
    annual contract are paid for when its year begins (`year_quote`).
    """
    latest = parts[-1].terms
    lines = [line for one in parts if one.term == MONTHLY for line in _days(one)]
    beyond = calls - sum(included_in(one) for one in parts)
    for block, number in sorted(
        Counter(blocks).items(), key=lambda pair: (pair[0].kind != OVERFLOW_BLOCK, pair[0].cents)
    ):
        lines.append(Line(block.kind, number, block.cents, number * block.cents, latest.plan))
        beyond -= number * block.calls
    if beyond > 0 and latest.further_call_cents:
        lines.append(
            Line(FURTHER_CALLS, beyond, latest.further_call_cents, beyond * latest.further_call_cents, latest.plan)
        )
    return quote_of_lines(latest.plan, lines, tax)


def month_total(terms: Terms, calls: int) -> int:
    """Net cents of a whole month with so many calls, without a discount: to compare plans."""
    return terms.month_cents + max(calls - terms.included_calls, 0) * terms.further_call_cents


def correction_line(parts: Sequence[Part], before: int, after: int, blocks: Sequence[Bought] = ()) -> Line | None:
    """What a month costs more, or less, with ``after`` calls than with the ``before`` that it was invoiced with; None: the same.

    ``parts`` are the contracts that held in that month. Calls that it includes, or that its blocks do, cost nothing, also when
    they are found late.
    """
    latest = parts[-1].terms
    included = sum(included_in(one) for one in parts) + sum(one.calls for one in blocks)
    further = max(after - included, 0) - max(before - included, 0)
    cents = latest.further_call_cents
    return Line(CORRECTION, further, cents, further * cents, latest.plan) if further and cents else None


def included_in(one: Part) -> int:
    """The calls that a part of a month includes, in proportion to its days."""
    days, of_days = _month_days(one)
    return part(one.terms.included_calls, days, of_days)


def change_quote(old: Part, new: Terms, on: date, tax: Tax) -> Quote:
    """What changing to dearer terms on a day costs at once.

    In an annual contract what is left of the year is given back and the new one's year begins. In a monthly one both are
    paid by days: what is left of this month, less the same days of the old one.
    """
    if old.term == ANNUAL:
        starts_on = start_of_year(old.starts_on, on)
        ends_before = end_of_year(old.starts_on, on)
        paid = quote(old.terms, ANNUAL, tax, starts_on).net_cents
        begun = list(quote(new, ANNUAL, tax, on).lines)
    else:
        starts_on, ends_before = first_of_month(on), month_after(on)
        paid = quote(old.terms, MONTHLY, tax, on).net_cents
        begun = _days(Part(new, MONTHLY, on, ends_before))
    left, whole = (ends_before - on).days, (ends_before - starts_on).days
    unused = -part(paid, left, whole)
    return quote_of_lines(new.plan, [Line(UNUSED, 1, unused, unused, old.terms.plan, left, whole), *begun], tax)


def _month_days(one: Part) -> tuple[int, int]:
    first = first_of_month(one.starts_on)
    return (one.ends_before - one.starts_on).days, (month_after(first) - first).days


def _days(one: Part) -> list[Line]:
    days, of_days = _month_days(one)
    terms = one.terms
    if days == of_days:
        lines = [Line(BASE, 1, terms.month_cents, terms.month_cents, terms.plan)]
    else:
        net = part(terms.month_cents, days, of_days)
        lines = [Line(BASE, 1, net, net, terms.plan, days, of_days)]
    last = min(one.ends_before, terms.discount_ends_before or one.ends_before)
    if terms.discount_percent and (reduced := (last - one.starts_on).days) > 0:
        off = -half_up(Decimal(terms.month_cents) * reduced / of_days * terms.discount_percent / 100)
        lines.append(Line(DISCOUNT, 1, off, off, terms.plan))
    return lines


def _less(kind: str, cents: int, rate: Decimal, plan: str) -> list[Line]:
    off = -percent(cents, rate)
    return [Line(kind, 1, off, off, plan)] if off else []


def quote_of_lines(plan: str, lines: Sequence[Line], tax: Tax) -> Quote:
    """Net, tax and total of lines."""
    net = sum(line.net_cents for line in lines)
    tax_cents = percent(net, tax.rate)
    return Quote(plan, tuple(lines), net, tax, tax_cents, net + tax_cents)
