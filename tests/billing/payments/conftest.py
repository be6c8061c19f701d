"""Payments of two municipalities at a stand-in for Stripe."""

import pytest
from fixtures.stripe import deliver, forget_payments, stripe_double
from support import owner_connection

from tenants.audit.rules import Actor, ActorKind
from tenants.isolation.context import CONSOLE, inside

BY = Actor(ActorKind.PERSON, "Anna", "192.0.2.1")


@pytest.fixture
def double(towns):
    """The stand-in, and tables of payments that are empty before and after."""
    forget_payments()
    with stripe_double() as running:
        yield running
    forget_payments()


@pytest.fixture
def asked(monkeypatch):
    """The jobs that were asked for, by event; the worker that would do them runs elsewhere."""
    from billing.payments import tasks

    found = []
    monkeypatch.setattr(tasks.process_payment_event, "defer", lambda *, event_id: found.append(event_id))
    return found


@pytest.fixture
def settle(double, asked):
    """settle() delivers everything that happened at the stand-in and works on it, as webhook and worker do."""

    from billing.payments.actions import process

    def go(times=1):
        deliveries = [double.hooks.signed(one) for one in double.hooks.held for _ in range(times)]
        double.hooks.held.clear()
        assert [deliver(one) for one in deliveries] == [200] * len(deliveries)
        waiting, asked[:] = list(asked), []
        with inside(CONSOLE):
            return [process(event_id=one) for one in waiting]

    return go


@pytest.fixture
def checkout():
    """checkout(caldes, order()) is the page where it is paid."""

    from billing.payments.actions import start_checkout

    def go(town, wanted):
        with inside(town):
            return start_checkout(
                municipality=town, order=wanted, names={"service": "Servicio"}, by=BY, reason="because of this test",
                return_url="http://caldes.localhost/payments/returned/",
            )  # fmt: skip

    return go


@pytest.fixture
def on_trial(caldes):
    """Caldes on trial; it is active again afterwards, without contracts."""
    from tenants.directory.queries import forget_hosts

    def put(state):
        with owner_connection() as owner:
            owner.execute(
                "UPDATE directory_municipality SET state = %s WHERE schema_name = %s", [state, caldes.schema_name]
            )
            if state == "ACTIVE":
                owner.execute("DELETE FROM plans_contract")
                owner.execute("DELETE FROM usage_closedmonth")
        forget_hosts()

    put("TRIAL")
    yield caldes
    put("ACTIVE")


@pytest.fixture
def wanted_states(monkeypatch):
    """The municipalities whose state the provisioner was asked to see to."""
    from billing.payments.actions import contracts

    found = []
    monkeypatch.setattr(contracts, "defer_after_commit", lambda _job, *, schema: found.append(schema))
    return found
