"""Contracts whose last day is over, and what municipalities asked and nobody answered, as jobs."""

from procrastinate.contrib.django import app

from billing.plans.actions import answer_waiting, end_contracts
from tenants.audit.rules import Actor, ActorKind
from tenants.directory.models import Municipality
from tenants.directory.queries import today_of
from tenants.isolation.jobs import for_every_municipality


@app.periodic(cron="20 1 * * *")
@app.task(queue="default", name="end_contracts", queueing_lock="end_contracts", pass_context=False)
def end_contracts_that_are_over(timestamp: int) -> None:
    """Marks contracts whose end has come, of every municipality. Dates are what counts, so a late run changes no amount."""
    for_every_municipality(end_what_is_over)


def end_what_is_over(municipality: Municipality) -> None:
    """One municipality's part."""
    by = Actor(ActorKind.JOB, "SCT", "end_contracts")
    end_contracts(town=municipality, today=today_of(municipality), by=by, reason="its last day is over")


@app.periodic(cron="*/2 * * * *")
@app.task(queue="default", name="answer_wishes", queueing_lock="answer_wishes", pass_context=False)
def answer_wishes(timestamp: int) -> None:
    """Answers what a municipality asked in a request that ended before it was answered."""
    answer_waiting()
