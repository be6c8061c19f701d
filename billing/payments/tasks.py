"""Working on what Stripe told. A job is a hint: the table of events says what is to be done."""

import structlog
from django.db import connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from billing.payments.actions import UnableToPay, follow_contracts, follow_payment, process, settle_months
from billing.payments.queries import lost_events
from billing.payments.words import names_of, settlement_in_words
from tenants.audit.rules import Actor, ActorKind
from tenants.directory.models import Municipality
from tenants.directory.queries import open_municipalities
from tenants.isolation.context import CONSOLE, connection, inside
from tenants.isolation.jobs import defer_after_commit, for_every_municipality
from tenants.opening.actions.lifecycle import UnableToChangeState

log = structlog.get_logger("sct.payments")


@app.task(queue="default", name="process_payment_event", retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def process_payment_event(*, event_id: str) -> None:
    """Works on one event."""
    try:
        with inside(CONSOLE):
            process(event_id=event_id)
    finally:
        connections.close_all()


def ask_for_processing(*, event_id: str) -> None:
    """Has an event worked on once it is stored."""
    defer_after_commit(process_payment_event, event_id=event_id)


@app.periodic(cron="* * * * *")
@app.task(queue="default", name="sweep_payment_events", queueing_lock="sweep_payment_events", pass_context=False)
def sweep_payment_events(timestamp: int) -> None:
    """Works on events whose job was lost, or that waited for Stripe to answer again."""
    sweep()


def sweep() -> int:
    """Works on every lost event; gives how many were done. Stops at the first that Stripe does not answer for."""
    done = 0
    with inside(CONSOLE):
        for event_id in lost_events():
            try:
                process(event_id=event_id)
                done += 1
            except UnableToPay as error:
                if error.is_passing:
                    break
            except Exception:
                log.exception("an event failed for a reason nobody foresaw", event=event_id)
    return done


@app.task(queue="opening", name="follow_payment", retry=RetryStrategy(max_attempts=3, wait=5))
def follow_payment_of(*, schema: str) -> None:
    """Brings the state of a municipality where somebody just agreed or paid to what it is now; also out of a suspension."""
    try:
        follow_payment(schema_name=schema, may_lift=True)
    except UnableToChangeState as error:  # trying again would say the same
        log.warning("a state did not follow the payment", schema=schema, why=str(error))


@app.periodic(cron="*/15 * * * *")
@app.task(queue="opening", name="follow_payments", queueing_lock="follow_payments", pass_context=False)
def follow_payments(timestamp: int) -> None:
    """The same for every municipality whose job was lost, or whose contract began today; a suspension stays."""
    connection.set_schema_to_public()
    for town in open_municipalities():
        try:
            follow_payment(schema_name=town.schema_name, may_lift=False)
        except Exception:
            log.exception("a state did not follow the payment", schema=town.schema_name)


# Every day: what Stripe did not answer for one morning is charged the next. Months are closed half an hour before.
@app.periodic(cron="0 6 * * *")
@app.task(queue="default", name="settle_months", queueing_lock="settle_months", pass_context=False)
def settle_closed_months(timestamp: int) -> None:
    """Charges what months that are closed cost beyond what was charged for them."""
    for_every_municipality(settle_what_is_closed)


def settle_what_is_closed(municipality: Municipality) -> None:
    """One municipality's part."""
    try:
        settle_months(
            municipality=municipality, words=settlement_in_words, by=Actor(ActorKind.JOB, "SCT", "settle_months")
        )
    except UnableToPay as error:
        log.warning("a month was not settled", schema=municipality.schema_name, is_passing=error.is_passing)


@app.periodic(cron="25 * * * *")
@app.task(queue="default", name="follow_contracts", queueing_lock="follow_contracts", pass_context=False)
def follow_every_contract(timestamp: int) -> None:
    """Tells Stripe which contracts were left or changed, within the hour: nobody pays on for them."""
    for_every_municipality(follow_what_was_agreed)


def follow_what_was_agreed(municipality: Municipality) -> None:
    """One municipality's part."""
    try:
        follow_contracts(municipality=municipality, names=names_of, by=Actor(ActorKind.JOB, "SCT", "follow_contracts"))
    except UnableToPay as error:
        log.warning("a subscription was not changed", schema=municipality.schema_name, is_passing=error.is_passing)
