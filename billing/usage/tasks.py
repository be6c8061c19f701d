"""Closing months, and foreseeing the one that goes on, as jobs."""

from zoneinfo import ZoneInfo

import structlog
from django.utils import timezone
from procrastinate.contrib.django import app

from billing.usage.actions import UnableToCloseMonth, close_month, foresee_month
from billing.usage.queries import closed_months
from billing.usage.rules import months_to_close
from kit.periods import local_day
from tenants.audit.rules import Actor, ActorKind
from tenants.directory.models import Municipality
from tenants.directory.queries import today_of
from tenants.isolation.jobs import in_every_municipality

log = structlog.get_logger("sct.jobs")


# On more than one morning: a month whose figures still wait on the first is closed on the next.
@app.periodic(cron="30 5 1-7 * *")
@app.task(queue="default", name="close_months", queueing_lock="close_months", pass_context=False)
def close_months(timestamp: int) -> None:
    """Closes the months that are over, of every municipality."""
    in_every_municipality(close_what_is_over)


def close_what_is_over(municipality: Municipality) -> None:
    """One municipality's part: every month since it was opened that is over and not closed."""
    now, zone = timezone.now(), ZoneInfo(municipality.time_zone)
    closed = {one.month for one in closed_months(municipality.schema_name)}
    opened_on = local_day(municipality.opened_at, zone)
    for month in months_to_close(opened_on, closed, local_day(now, zone)):
        try:
            close_month(
                month=month, now=now, by=Actor(ActorKind.JOB, "SCT", "close_months"), reason="the month is over"
            )
        except UnableToCloseMonth as error:
            log.warning("a month was not closed", schema=municipality.schema_name, why=str(error))
            return


@app.periodic(cron="50 4 * * *")
@app.task(queue="default", name="foresee_months", queueing_lock="foresee_months", pass_context=False)
def foresee_months(timestamp: int) -> None:
    """Foresees this month, of every municipality, for the month close of finance."""
    in_every_municipality(foresee)


def foresee(municipality: Municipality) -> None:
    """One municipality's part."""
    foresee_month(today=today_of(municipality))
