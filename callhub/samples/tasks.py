"""Making and ending sample calls as jobs. A job is a hint: the switchboard of samples says what is to be done."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from callhub.pbx.actions import ClaimedElsewhere, end_samples
from callhub.pbx.queries import latest_sample_pbx
from callhub.pbx.tasks import ask_for_import
from callhub.samples.actions import BY, close_samples, make_samples
from callhub.samples.queries import CONTRACT, samples_of_town, unfinished_sample_pbx, why_they_end
from tenants.audit.rules import Actor
from tenants.directory.models import Municipality
from tenants.isolation.context import connection
from tenants.isolation.jobs import defer_after_commit, in_every_municipality, in_municipality


@app.task(queue="imports", name="make_samples", retry=RetryStrategy(max_attempts=5, wait=10))
@in_municipality
def make_sample_calls(*, schema: str) -> None:
    """Makes the sample calls that were asked for, or goes on with it after a crash."""
    pbx = latest_sample_pbx()
    if pbx is None or samples_of_town().state != "MAKING":
        return
    try:
        make_samples(town=connection.tenant, pbx=pbx)
    except ClaimedElsewhere:
        return  # another worker is at it


def ask_for_making(*, schema: str) -> None:
    """Has the sample calls made once the transaction is through, unless a job that does it waits already."""
    defer_after_commit(make_sample_calls, queueing_lock=f"{schema}/samples", schema=schema)


def end_them(*, schema: str, by: Actor, reason: str) -> None:
    """Has the sample calls taken back; nothing where there are none."""
    for batch in end_samples(by=by, reason=reason):
        ask_for_import(schema=schema, import_id=batch.pk)


def contract_was_accepted(*, contract: Any) -> None:
    """Hears, inside the municipality, that a contract was accepted: no invented call is to be seen beside what is paid.

    Until the first payment by card the trial goes on, so it is written down that there are to be no others.
    """
    close_samples(town=connection.tenant, by=BY, reason=CONTRACT)
    end_them(schema=contract.schema_name, by=BY, reason=CONTRACT)


@app.periodic(cron="* * * * *")
@app.task(queue="default", name="sweep_samples", queueing_lock="sweep_samples", pass_context=False)
def sweep_samples(timestamp: int) -> None:
    """Finds sample calls that were asked for and nobody makes, and those that should go and nobody takes away."""

    def sweep(municipality: Municipality) -> None:
        pbx, state = latest_sample_pbx(), samples_of_town().state
        if pbx and state in {"READY", "ENDING"} and (why := why_they_end(pbx)):
            end_them(schema=municipality.schema_name, by=BY, reason=why)
        elif unfinished_sample_pbx():
            ask_for_making(schema=municipality.schema_name)

    in_every_municipality(sweep, among=can_have_some)


def can_have_some(municipality: Municipality) -> bool:
    """Whether sample calls can be there: on trial, or just after one, when what a contract ended may still have to go."""
    just_opened = municipality.opened_at > timezone.now() - timedelta(days=2 * settings.TRIAL_DAYS)
    return municipality.state == Municipality.State.TRIAL or just_opened
