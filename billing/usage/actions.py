"""Closing a month: its calls are counted once, and what is found later is in the next month. Inside the municipality."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from billing.usage.models import ClosedMonth, Foreseen
from billing.usage.queries import as_closed, attended_by_day, closed_months, is_counted_until
from billing.usage.rules import FORESEEN_UNTIL, WEEKS_BEHIND, corrections, forecast, in_all, within
from callhub.pbx.queries import samples_there
from kit.periods import days_between, local_day, month_after
from reporting.kpi.actions import wait_for_others
from tenants.audit.actions import record
from tenants.audit.rules import Actor
from tenants.isolation.context import connection


class UnableToCloseMonth(Exception):
    """Nothing was closed; one sentence says why."""


def close_month(*, month: date, now: datetime, by: Actor, reason: str) -> ClosedMonth:
    """Closes a month of the active municipality; one that is closed already stays as it is.

    Raises UnableToCloseMonth when the month is not over by the municipality's own clock, figures of it or of an earlier
    one wait to be computed, or sample calls are there.
    """
    town = connection.tenant
    zone, past = ZoneInfo(town.time_zone), month_after(month)
    if local_day(now, zone) < past:
        raise UnableToCloseMonth(f"The month {month:%Y-%m} is not over: it can be closed from {past:%Y-%m-%d}.")
    with transaction.atomic():
        wait_for_others()  # nobody computes figures meanwhile, and two who close at once do it one after the other
        closed = closed_months(town.schema_name)
        before = next((one for one in closed if one.month == month), None)
        if before:
            return before
        if samples_there():
            raise UnableToCloseMonth(
                f"Sample calls are among the calls: {month:%Y-%m} closes when they have been taken away."
            )
        if not is_counted_until(past, zone):
            raise UnableToCloseMonth(
                f"Figures of {month:%Y-%m} or of days before it wait to be computed: it closes when they are."
            )
        first = min([month, *(one.month for one in closed)])
        latest = max([month, *(one.month for one in closed)])
        counted = attended_by_day(first, month_after(latest), zone)
        found = corrections([as_closed(one) for one in closed], counted)
        made = ClosedMonth.objects.create(
            schema_name=town.schema_name,
            month=month,
            calls=within(counted, month, past),
            by_day={day.isoformat(): counted.get(day, 0) for day in days_between(month, past)},
            correction_of_earlier=sum(found.values()),
            corrections={one.isoformat(): difference for one, difference in found.items()},
        )
        record(
            by=by,
            verb="close_month",
            subject=f"{month:%Y-%m}",
            reason=reason,
            details={"calls": made.calls, "corrections": made.corrections},
        )
    return made


def foresee_month(*, today: date) -> Foreseen | None:
    """Writes down what this month of the active municipality will come to, anew each day until its middle.

    None: it is too early, or sample calls are among the calls.
    """
    if samples_there():
        return None
    town, first = connection.tenant, today.replace(day=1)
    since = min(first, today - timedelta(weeks=WEEKS_BEHIND))
    by_day = forecast(attended_by_day(since, month_after(first), ZoneInfo(town.time_zone)), today)
    if by_day is None:
        return None
    said = {
        "calls": in_all(by_day),
        "by_day": {day.isoformat(): str(calls) for day, calls in by_day.items()},
        "made_on": today,
    }
    find = Foreseen.objects.get_or_create if today.day > FORESEEN_UNTIL else Foreseen.objects.update_or_create
    made, _is_new = find(schema_name=town.schema_name, month=first, defaults=said)
    return made
