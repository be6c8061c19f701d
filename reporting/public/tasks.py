"""Figures as jobs."""

import structlog
from procrastinate.contrib.django import app

from reporting.kpi.actions import compute_changed
from reporting.public.actions import publish, publish_closed_months
from reporting.public.keys import key_to_sign_with
from reporting.public.queries import is_publication_behind, months_due
from tenants.directory.models import Municipality
from tenants.directory.queries import today_of
from tenants.isolation.jobs import in_every_municipality

log = structlog.get_logger("sct.jobs")


@app.periodic(cron="*/5 * * * *")
@app.task(queue="default", name="sweep_figures", queueing_lock="sweep_figures", pass_context=False)
def sweep_figures(timestamp: int) -> None:
    """Counts and publishes what nobody did: an import killed at its very end, days that a new version counts otherwise."""
    in_every_municipality(count_and_publish)


def count_and_publish(municipality: Municipality) -> None:
    """One municipality's part of the sweep."""
    if compute_changed() or is_publication_behind(municipality.schema_name):
        publish()


@app.periodic(cron="20 * * * *")
@app.task(queue="default", name="publish_months", queueing_lock="publish_months", pass_context=False)
def publish_months(timestamp: int) -> None:
    """Publishes for good the months that are over, of every municipality that has a contract or had one."""
    if key_to_sign_with() is None:
        log.warning("no month is published: this process has no key to sign with")
        return
    in_every_municipality(publish_what_is_over, among=lambda town: town.trial_ends_on is None)


def publish_what_is_over(municipality: Municipality) -> None:
    """One municipality's part."""
    if months_due(municipality.schema_name, today_of(municipality)):
        publish_closed_months()
