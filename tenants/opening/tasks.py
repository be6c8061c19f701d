"""Jobs of the owner: only the provisioner process runs the queue `opening`, because it alone holds the owner's secret."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.db import connections
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from kit.periods import local_day
from tenants.audit.rules import Actor, ActorKind
from tenants.directory.models import Municipality
from tenants.isolation.context import connection
from tenants.opening.actions import UnableToOpen, assert_roles, erase_contact_data, open_application, open_municipality
from tenants.opening.actions.lifecycle import (
    UnableToChangeState,
    change_state,
    due_warnings,
    end_trials,
    lengthen_trial,
)
from tenants.opening.notices import warn_of_end
from tenants.opening.queries import waiting_applications
from tenants.opening.rules import KEPT_DAYS

log = structlog.get_logger("sct.opening")


@app.task(queue="opening", name="open_municipality", retry=RetryStrategy(max_attempts=3, wait=5))
def open_requested_municipality(*, ine_code: str, slug: str, requested_by: str, reason: str) -> None:
    """Opens the municipality unless it is open already: a job is a hint and may come twice."""
    connection.set_schema_to_public()
    if Municipality.objects.filter(slug=slug).exists():
        return
    by = Actor(ActorKind.JOB, requested_by, "opening")
    try:
        open_municipality(ine_code=ine_code, slug=slug, by=by, reason=reason)
    except UnableToOpen as error:  # somebody else took a look-alike address meanwhile: trying again would say the same
        log.warning("a requested municipality was not opened", slug=slug, why=str(error))


@app.task(queue="opening", name="open_application", retry=RetryStrategy(max_attempts=3, wait=5))
def open_asked_application(*, application: int) -> None:
    """Opens what an application asks for."""
    open_application(application_id=application)


@app.periodic(cron="* * * * *")
@app.task(
    queue="opening", name="open_waiting_applications", queueing_lock="open_waiting_applications", pass_context=False
)
def open_waiting_applications(timestamp: int) -> None:
    """Opens what was asked for and not done: a job is a hint, and the provisioner may have been killed in one."""
    connection.set_schema_to_public()
    for application in waiting_applications():
        try:
            open_application(application_id=application)
        except Exception:
            log.exception("an application was not opened", application=application)


@app.periodic(cron="41 3 * * *")
@app.task(queue="opening", name="erase_applicants", queueing_lock="erase_applicants", pass_context=False)
def erase_applicants(timestamp: int) -> None:
    """Contact data goes 30 days after opening or giving up."""
    connection.set_schema_to_public()
    erase_contact_data(days=KEPT_DAYS)


@app.task(queue="opening", name="change_state", retry=RetryStrategy(max_attempts=3, wait=5))
def change_state_of_municipality(*, schema: str, state: str, reason: str) -> None:
    """Changes a municipality's state for somebody who may not: what it owes is known to others."""
    try:
        change_state(schema=schema, state=state, by=Actor(ActorKind.JOB, "change_state", "opening"), reason=reason)
    except UnableToChangeState as error:  # trying again would say the same
        log.warning("a state was not changed", schema=schema, why=str(error))


@app.task(queue="opening", name="lengthen_trial", retry=RetryStrategy(max_attempts=3, wait=5))
def lengthen_trial_of_municipality(*, schema: str, ends_on: str, requested_by: str, reason: str) -> None:
    """Gives a municipality more time of trial for somebody of Adtende, who may not."""
    by = Actor(ActorKind.JOB, requested_by, "opening")
    try:
        lengthen_trial(schema=schema, ends_on=date.fromisoformat(ends_on), by=by, reason=reason)
    except UnableToChangeState as error:  # trying again would say the same
        log.warning("a trial was not lengthened", schema=schema, why=str(error))


@app.periodic(cron="5 5 * * *")
@app.task(queue="opening", name="look_after_trials", queueing_lock="look_after_trials", pass_context=False)
def look_after_trials(timestamp: int) -> None:
    """Warns seven days and one day before a trial ends, and ends those that are over."""
    today = local_day(timezone.now(), ZoneInfo("Europe/Madrid"))
    end_trials(today=today, by=Actor(ActorKind.JOB, "look_after_trials", "opening"))
    for town, days in due_warnings(today=today):
        try:
            warn_of_end(town, days)
        except Exception:
            log.exception("a warning was not sent", schema=town.schema_name)


@app.periodic(cron="17 3 * * *")
@app.task(queue="opening", name="forget_old_jobs", queueing_lock="forget_old_jobs", pass_context=False)
def forget_old_jobs(timestamp: int) -> None:
    """Jobs that are over are kept for three days."""
    over = datetime.now(UTC) - timedelta(days=3)
    with connections["jobs"].cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs j WHERE status NOT IN ('todo', 'doing') "
            "AND NOT EXISTS (SELECT 1 FROM procrastinate_events e WHERE e.job_id = j.id AND e.at > %s)",
            [over],
        )


@app.periodic(cron="*/5 * * * *")
@app.task(queue="opening", name="assert_roles", queueing_lock="assert_roles", pass_context=False)
def assert_all_roles(timestamp: int) -> None:
    """Roles that changed their own password can sign in again."""
    assert_roles()
