"""T60: kill -9 of whoever takes in or works on an event, at the worst moment; Stripe delivers again, and there is one effect."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fixtures.stripe import SECRET, forget_payments, order, pay, stripe_double
from support import owner_connection
from trust.web_server import web_server

from tenants.audit.rules import Actor, ActorKind
from tenants.isolation.context import CONSOLE, inside

BY = Actor(ActorKind.PERSON, "Anna", "192.0.2.1")
KILLED_AT = ("customer.subscription.created", "invoice.paid", "checkout.session.completed")


@pytest.fixture
def double(towns):
    forget_payments()
    with stripe_double() as running:
        yield running
    forget_payments()


def rows(query):
    with owner_connection() as owner:
        return owner.execute(query).fetchall()


def pay_for(town):
    from billing.payments.actions import start_checkout

    with inside(town):
        page = start_checkout(
            municipality=town, order=order(), names={"service": "Servicio"}, by=BY, reason="because of this test",
            return_url="http://caldes.localhost/payments/returned/",
        )  # fmt: skip
    assert pay(page.url)[0] == 303


def wait_until(is_so):
    for _ in range(600):
        if is_so():
            return True
        time.sleep(0.1)
    return is_so()


def one_effect():
    """The municipality is paid, which was written down once; every event was worked on once."""
    states = rows("SELECT status FROM public.payments_subscriptionstate")
    lines = rows("SELECT count(*) FROM public.audit_auditentry WHERE verb = 'payment_state'")
    left = rows("SELECT count(*) FROM public.payments_stripeevent WHERE processed_at IS NULL OR attempts <> 1")
    return (states, lines, left) == ([("active",)], [(1,)], [(0,)])


@pytest.mark.parametrize("point", ["before the job", "before the answer"])
def test_a_web_process_killed_after_the_commit_is_delivered_to_again_and_nothing_is_done_twice(
    caldes, double, tmp_path, monkeypatch, point
):
    from billing.payments import tasks
    from billing.payments.actions import process
    from billing.payments.double import hooks

    monkeypatch.setattr(hooks, "RETRIES", (0.2,) * 300)
    for kind in KILLED_AT:
        (tmp_path / kind).touch()
    here = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    environment = {
        "DJANGO_SETTINGS_MODULE": "killing_settings", "PYTHONPATH": here, "STRIPE_WEBHOOK_SECRETS": SECRET,
        "KILLS": str(tmp_path), "KILL_POINT": point,
    }  # fmt: skip
    with web_server(**environment) as port:
        double.hooks.address, double.hooks.host = f"http://127.0.0.1:{port}/stripe/webhook", "localhost"
        double.hooks.holds = False
        pay_for(caldes)
        told = len(double.store.objects["event"])
        stored = "SELECT count(*) FROM public.payments_stripeevent"
        assert wait_until(lambda: rows(stored) == [(told,)] and not any(tmp_path.iterdir()))
        assert wait_until(lambda: double.hooks.undelivered == 0), "what was not answered is delivered again"
    asked = [one["event_id"] for (one,) in rows(
        "SELECT args FROM procrastinate_jobs WHERE task_name = 'process_payment_event' AND status = 'todo'"
    )]  # fmt: skip
    assert len(asked) == told - (len(KILLED_AT) if point == "before the job" else 0)
    with owner_connection() as owner:
        owner.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'process_payment_event'")
        owner.execute("UPDATE public.payments_stripeevent SET received_at = now() - interval '3 minutes'")
    with inside(CONSOLE):
        for event_id in asked * 2:
            process(event_id=event_id)
    assert tasks.sweep() == told - len(asked)
    assert one_effect()


WORKER = """
import os, signal, sys
import django; django.setup()
from billing.payments.actions import events
from tenants.isolation.context import CONSOLE, inside
from django.conf import settings
point, event_id, settings.STRIPE_DOUBLE = sys.argv[1:]
if point == "before the commit":
    real = events.record
    def record(**line):
        real(**line)
        os.kill(os.getpid(), signal.SIGKILL)
    events.record = record
with inside(CONSOLE):
    events.process(event_id=event_id)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("point", ["before the commit", "after the commit"])
def test_a_worker_killed_at_an_event_works_on_it_again_and_nothing_is_done_twice(caldes, double, monkeypatch, point):
    from fixtures.stripe import deliver

    from billing.payments import tasks
    from billing.payments.actions import process

    monkeypatch.setattr(tasks.process_payment_event, "defer", lambda **_event: None)
    pay_for(caldes)
    event = next(one for one in double.hooks.held if one["type"] == "checkout.session.completed")
    assert deliver(double.hooks.signed(event)) == 200
    address = double.engine.base.replace("localhost", "127.0.0.1")
    killed = subprocess.run(
        [sys.executable, "-c", WORKER, point, event["id"], address], check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(one for one in sys.path if one)},
    )  # fmt: skip
    assert killed.returncode == -9
    done = rows("SELECT count(*) FROM public.audit_auditentry WHERE verb = 'payment_state'")
    assert done == [(0 if point == "before the commit" else 1,)]
    with inside(CONSOLE):
        for _again in range(2):
            assert process(event_id=event["id"]) == "DONE"
    assert one_effect()
