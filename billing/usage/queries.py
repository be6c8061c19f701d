"""How many calls people answered, by day, and the months that are closed. Asked inside the municipality."""

from datetime import date
from zoneinfo import ZoneInfo

from billing.plans.queries import parts_between
from billing.plans.rules import Quote, month_quote, tax_of
from billing.usage.models import ClosedMonth
from billing.usage.rules import Closed, month_after, within
from kit.periods import Period, day_start, local_day
from reporting.kpi.queries import fill, series


def attended_by_day(first: date, past: date, zone: ZoneInfo) -> dict[date, int]:
    """Inbound calls that a person answered, by local day from ``first`` up to, but without, ``past``; days without any are absent."""
    stored = series("D", Period(day_start(first, zone), day_start(past, zone)))
    by_day = {local_day(at, zone): int(counts["answered_by_person"]) for at, counts in stored.items()}
    return {day: calls for day, calls in sorted(by_day.items()) if calls}


def attended_in(month: date, zone: ZoneInfo) -> int:
    """Inbound calls that a person answered in a month."""
    return sum(attended_by_day(month, month_after(month), zone).values())


def is_counted_until(past: date, zone: ZoneInfo) -> bool:
    """Whether no figure of a day before ``past`` waits to be computed."""
    waiting = fill().waiting_from
    return waiting is None or waiting >= day_start(past, zone)


def closed_months(schema: str) -> list[ClosedMonth]:
    """The months of a municipality that are closed, in order."""
    return list(ClosedMonth.objects.filter(schema_name=schema))


def as_closed(one: ClosedMonth) -> Closed:
    """A closed month as the rules take it."""
    told = {date.fromisoformat(month): calls for month, calls in one.corrections.items()}
    return Closed(one.month, one.calls, told)


def quote_of(closed: ClosedMonth, ine_code: str) -> Quote | None:
    """What a closed month costs by the contracts that held in it, what was found late included; None without any.

    Calls of days before the first contract or after the last one cost nothing.
    """
    past = month_after(closed.month)
    parts = parts_between(closed.schema_name, closed.month, past)
    if not parts:
        return None
    by_day = {date.fromisoformat(day): calls for day, calls in closed.by_day.items()}
    calls = within(by_day, parts[0].starts_on, parts[-1].ends_before) + closed.correction_of_earlier
    return month_quote(parts, tax_of(ine_code, closed.month), calls=calls)
