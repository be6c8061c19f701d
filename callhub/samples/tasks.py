"""Making and ending sample calls as jobs. A job is a hint: the switchboard of samples says what is to be done."""

from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from callhub.pbx.actions import ClaimedElsewhere, end_samples
from callhub.pbx.queries import has_real_records, latest_sample_pbx
from callhub.pbx.tasks import ask_for_import
from callhub.samples.actions import BY, make_samples
from callhub.samples.queries import samples_of_town, unfinished_sample_pbx
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
    """Has the sample calls made once the transaction is through."""
    defer_after_commit(make_sample_calls, schema=schema)


def end_them(*, schema: str, by: Actor, reason: str) -> None:
    """Has the sample calls taken back; nothing where there are none."""
    for batch in end_samples(by=by, reason=reason):
        ask_for_import(schema=schema, import_id=batch.pk)


def contract_was_accepted(*, contract: Any) -> None:
    """Hears, inside the municipality, that a contract was accepted: no invented call is to be seen beside what is paid."""
    end_them(schema=contract.schema_name, by=BY, reason="a contract was accepted")


@app.periodic(cron="* * * * *")
@app.task(queue="default", name="sweep_samples", queueing_lock="sweep_samples", pass_context=False)
def sweep_samples(timestamp: int) -> None:
    """Finds sample calls that were asked for and nobody makes, and those that should go and nobody takes away."""

    def sweep(municipality: Municipality) -> None:
        if municipality.trial_ends_on is None:
            return
        state = samples_of_town().state
        if state == "ENDING" or (state == "READY" and has_real_records()):
            end_them(schema=municipality.schema_name, by=BY, reason="real records came in")
        elif unfinished_sample_pbx():
            make_sample_calls.configure(queueing_lock=f"{municipality.schema_name}/samples").defer(
                schema=municipality.schema_name
            )

    in_every_municipality(sweep)
