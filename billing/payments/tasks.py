"""Working on what Stripe told. A job is a hint: the table of events says what is to be done."""

import structlog
from django.db import connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from billing.payments.actions import UnableToPay, process
from billing.payments.queries import lost_events
from tenants.isolation.context import CONSOLE, inside
from tenants.isolation.jobs import defer_after_commit

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
