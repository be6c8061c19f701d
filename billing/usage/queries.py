"""How many calls people answered, by day, and the months that are closed. Asked inside the municipality."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from billing.plans.queries import blocks_of, parts_between
from billing.plans.rules import Line, Part, Quote, correction_line, month_quote, quote_of_lines, tax_of
from billing.usage.models import ClosedMonth, Foreseen
from billing.usage.rules import Closed, in_all, told, trouble_with, within
from kit.periods import day_start, days_period, local_day, month_after
from reporting.kpi.queries import fill, series


def attended_by_day(first: date, past: date, zone: ZoneInfo) -> dict[date, int]:
    """Inbound calls that a person answered, by local day from ``first`` up to, but without, ``past``; days without any are absent."""
    stored = series("D", days_period(first, past, zone))
    by_day = {local_day(at, zone): int(counts["answered_by_person"]) for at, counts in stored.items()}
    return {day: calls for day, calls in sorted(by_day.items()) if calls}


def is_counted_until(past: date, zone: ZoneInfo) -> bool:
    """Whether no figure of a day before ``past`` waits to be computed."""
    waiting = fill().waiting_from
    return waiting is None or waiting >= day_start(past, zone)


def closed_months(schema: str) -> list[ClosedMonth]:
    """The months of a municipality that are closed, in order."""
    return list(ClosedMonth.objects.filter(schema_name=schema))


def as_closed(one: ClosedMonth) -> Closed:
    """A closed month as the rules take it."""
    return Closed(one.month, _days(one.by_day), _days(one.corrections))


def trouble_of(closed: ClosedMonth) -> str:
    """Why a closed month cannot be right, in one sentence; empty when it can."""
    one = as_closed(closed)
    if closed.calls != sum(one.by_day.values()) or closed.correction_of_earlier != sum(one.corrections.values()):
        return "The days of the closed month do not add up to its calls."
    return trouble_with(one, _closed_before(closed))


def _closed_before(closed: ClosedMonth) -> list[Closed]:
    return [as_closed(one) for one in closed_months(closed.schema_name) if one.closed_at < closed.closed_at]


def _days(kept: dict[str, int]) -> dict[date, int]:
    return {date.fromisoformat(day): calls for day, calls in kept.items()}


def quote_of(closed: ClosedMonth, ine_code: str) -> Quote | None:
    """What a closed month costs by the contracts that held in it, and what was found late by those of its own month.

    Calls of days without a contract cost nothing. None where there is nothing to pay.
    """
    tax = tax_of(ine_code, closed.month)
    parts = parts_between(closed.schema_name, closed.month, month_after(closed.month))
    late = [line for _month, line in late_lines(closed)]
    if not parts:
        return quote_of_lines(late[-1].plan, late, tax) if late else None
    blocks = blocks_of(closed.schema_name, closed.month)
    month = month_quote(parts, tax, calls=_with_contract(_days(closed.by_day), parts), blocks=blocks)
    return quote_of_lines(month.plan, [*month.lines, *late], tax)


def quote_of_calls(schema: str, month: date, by_day: Mapping[date, Decimal], ine_code: str) -> Quote | None:
    """What a month would cost with these calls by the contracts that hold in it; None without one.

    Calls of days without a contract cost nothing, as when the month is closed.
    """
    parts = parts_between(schema, month, month_after(month))
    if not parts:
        return None
    counted = {
        day: calls for day, calls in by_day.items() if any(one.starts_on <= day < one.ends_before for one in parts)
    }
    return month_quote(parts, tax_of(ine_code, month), calls=in_all(counted), blocks=blocks_of(schema, month))


def days_foreseen(one: Foreseen) -> dict[date, Decimal]:
    """The calls of each day of a forecast. Raises ValueError or ArithmeticError where they are none."""
    return {date.fromisoformat(day): Decimal(calls) for day, calls in one.by_day.items()}


def foreseen_of(month: date) -> dict[str, Foreseen]:
    """What each municipality's month was foreseen to come to, by schema."""
    return {one.schema_name: one for one in Foreseen.objects.filter(month=month)}


def late_lines(closed: ClosedMonth) -> list[tuple[date, Line]]:
    """What was found late of months closed before: each month with its line, in the order of the quote."""
    found = _days(closed.corrections)
    before = told(_closed_before(closed))
    after = {day: calls + found.get(day, 0) for day, calls in before.items()}
    lines = []
    for month in sorted({day.replace(day=1) for day in found}):
        past = month_after(month)
        parts = parts_between(closed.schema_name, month, past)
        if parts:
            days = [{day: n for day, n in one.items() if month <= day < past} for one in (before, after)]
            blocks = blocks_of(closed.schema_name, month)
            was, now = (_with_contract(one, parts) for one in days)
            line = correction_line(parts, was, now, blocks)
            lines += [(month, line)] if line else []
    return lines


def _with_contract(by_day: dict[date, int], parts: list[Part]) -> int:
    return sum(within(by_day, one.starts_on, one.ends_before) for one in parts)
