"""T58, T60, T61, T62: who is believed, how often an event counts, and what becomes of one that is nobody's."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from fixtures.stripe import SECRET, deliver, new_client, order, pay
from support import owner_connection

from billing.payments.double.hooks import Delivery, signature
from billing.payments.models import StripeEvent, SubscriptionState
from billing.payments.rules import LARGEST_EVENT, Standing
from tenants.isolation.context import CONSOLE, PUBLIC_SITE, inside

EVENT = {
    "id": "evt_1", "object": "event", "type": "invoice.paid", "created": 1_795_000_000, "livemode": False,
    "data": {"object": {"id": "in_1", "object": "invoice", "customer": "cus_1", "customer_email": "laia@example.org"}},
}  # fmt: skip


def stored():
    with owner_connection() as owner:
        return owner.execute("SELECT event_id, outcome, error FROM public.payments_stripeevent ORDER BY 1").fetchall()


def delivery(event=EVENT, secret=SECRET, at=None):
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    return Delivery(body, signature(body, secret, int(time.time()) if at is None else at))


def refusals():
    """Every way of not being Stripe."""
    now, good = int(time.time()), delivery()
    yield "nothing signed", Delivery(good.body, "")
    yield "another secret", delivery(secret="whsec_of_another")
    yield "an empty secret", delivery(secret="")
    yield "too old", delivery(at=now - 330)
    yield "of the future", delivery(at=now + 330)
    yield "one byte more", Delivery(good.body + b" ", good.header)
    yield "no text", delivery(b"\xff\xfe")
    yield "no object", delivery(b"[]")
    yield "no event", delivery({"id": "x"})
    yield "data of no object", delivery({**EVENT, "data": {"object": "in_1"}})
    yield "deep", delivery(b"[" * 100_000)
    yield "too large", delivery({**EVENT, "x": "x" * LARGEST_EVENT})


def test_what_is_not_stripes_is_refused_and_leaves_nothing(double, asked, caplog):
    caplog.set_level("INFO")
    for what, one in refusals():
        assert deliver(one) == 400, what
    assert (stored(), asked) == ([], [])
    assert "laia@example.org" not in caplog.text
    assert deliver(delivery()) == 200
    assert [row[0] for row in stored()] == ["evt_1"]


def test_refused_deliveries_are_counted_by_reason(double, asked):
    from billing.payments.queries import refusals_today

    for _what, one in refusals():
        deliver(one)
    with inside(CONSOLE):
        assert refusals_today() == {
            "UNSIGNED": 1, "FORGED": 3, "OLD": 1, "FUTURE": 1, "TOO_LARGE": 1, "UNREADABLE": 5,
        }  # fmt: skip


def test_no_refused_delivery_is_lost_however_many_come_at_once(double, asked):
    from django.db import connections

    from billing.payments.queries import refusals_today

    def forged(_number):
        try:
            return deliver(delivery(secret="whsec_of_another"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(forged, range(100))) == {400}
    with inside(CONSOLE):
        assert refusals_today() == {"FORGED": 100}


def test_yesterdays_refusals_are_not_todays(double, asked):
    from billing.payments.queries import refusals_today

    deliver(delivery(secret="whsec_of_another"))
    with owner_connection() as owner:
        owner.execute("UPDATE public.payments_refuseddelivery SET day = day - 1")
    deliver(delivery(at=1))
    with inside(CONSOLE):
        assert refusals_today() == {"OLD": 1}


def test_both_secrets_hold_while_one_is_replaced(double, asked, settings):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", SECRET]
    assert deliver(delivery()) == 200
    assert deliver(delivery({**EVENT, "id": "evt_2"}, secret="whsec_new")) == 200
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new"]
    assert deliver(delivery({**EVENT, "id": "evt_3"})) == 400


def test_without_a_secret_nothing_is_believed(double, asked, settings):
    settings.STRIPE_WEBHOOK_SECRETS = []
    assert deliver(delivery(secret="")) == 400


def test_only_post_is_answered_and_only_on_the_public_host(double, caldes):
    assert new_client().get("/stripe/webhook").status_code == 405
    from django.test import Client

    for host in ("caldes.localhost", "consola.localhost"):
        one = delivery()
        answer = Client(headers={"host": host}).post(
            "/stripe/webhook", one.body, content_type="application/json", headers={"stripe-signature": one.header}
        )
        assert answer.status_code == 404


def test_no_personal_data_stays_with_an_event(double, asked):
    deliver(delivery())
    with inside(CONSOLE):
        assert StripeEvent.objects.get().payload == {"id": "in_1", "object": "invoice", "customer": "cus_1"}


def test_a_repeated_event_is_stored_and_asked_for_once(double, asked):
    assert [deliver(delivery()) for _ in range(5)] == [200] * 5
    assert (len(stored()), asked) == (1, ["evt_1"])


def test_twenty_deliveries_at_once_have_one_effect(caldes, double, checkout, asked):
    from django.db import connections

    from billing.payments.actions import process

    pay(checkout(caldes, order()).url)
    event = next(one for one in double.hooks.held if one["type"] == "checkout.session.completed")

    def one_delivery(_number):
        try:
            status = deliver(double.hooks.signed(event))
            with inside(CONSOLE):
                return status, process(event_id=event["id"])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        found = list(pool.map(one_delivery, range(20)))
    assert set(found) == {(200, "DONE")}
    with owner_connection() as owner:
        counted = owner.execute("SELECT count(*) FROM public.audit_auditentry WHERE verb = 'payment_state'").fetchone()
        tries = owner.execute("SELECT attempts FROM public.payments_stripeevent").fetchone()
    assert (len(stored()), counted, tries) == (1, (1,), (1,))


def test_an_event_whose_job_was_lost_is_found_by_the_sweep(caldes, double, checkout, settle, monkeypatch):
    from billing.payments import tasks

    def lost(**_arguments):
        raise OSError("the queue does not answer")

    pay(checkout(caldes, order()).url)
    monkeypatch.setattr(tasks.process_payment_event, "defer", lost)
    deliveries = [double.hooks.signed(one) for one in double.hooks.held]
    assert {deliver(one) for one in deliveries} == {200}
    assert tasks.sweep() == 0  # a job takes a moment: not everything that waits was lost
    with owner_connection() as owner:
        owner.execute("UPDATE public.payments_stripeevent SET received_at = now() - interval '3 minutes'")
    assert tasks.sweep() == len(deliveries)
    with inside(CONSOLE):
        assert SubscriptionState.objects.get().standing == Standing.PAID


def test_events_outlast_a_day_without_stripe(caldes, double, checkout, asked):
    from billing.payments import tasks

    pay(checkout(caldes, order()).url)
    assert {deliver(double.hooks.signed(one)) for one in double.hooks.held} == {200}
    with owner_connection() as owner:
        owner.execute("UPDATE public.payments_stripeevent SET received_at = now() - interval '1 day', attempts = 1440")
        owner.execute("UPDATE public.payments_stripeevent SET error = 'stripe does not answer'")
    double.faults.status = 503
    tasks.sweep()
    with inside(CONSOLE):
        assert not SubscriptionState.objects.exists()
    double.faults.status = 0
    tasks.sweep()
    with inside(CONSOLE):
        assert SubscriptionState.objects.get().standing == Standing.PAID
        assert not StripeEvent.objects.filter(processed_at=None).exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, "no municipality is this customer"),
        ({"livemode": True}, "it is of the other mode (test and real payments are apart)"),
    ],
)
def test_an_event_of_nobody_is_kept_and_shown_and_has_no_effect(double, asked, change, why):
    from billing.payments.actions import process

    deliver(delivery({**EVENT, **change}))
    with inside(CONSOLE):
        assert process(event_id="evt_1") == "UNKNOWN"
        assert not SubscriptionState.objects.exists()
    assert stored() == [("evt_1", "UNKNOWN", why)]


def test_a_subscription_of_another_customer_changes_nothing(caldes, arrecife, double, checkout, settle, asked):
    from billing.payments.actions import process

    for town in (caldes, arrecife):
        pay(checkout(town, order()).url)
    settle()
    with inside(CONSOLE):
        theirs, before = (SubscriptionState.objects.get(schema_name=town.schema_name) for town in (arrecife, caldes))
    with owner_connection() as owner:
        (customer,) = owner.execute(
            "SELECT stripe_id FROM public.payments_customer WHERE schema_name = %s", [caldes.schema_name]
        ).fetchone()
    about = {"id": theirs.stripe_id, "object": "subscription", "customer": customer}
    deliver(delivery({**EVENT, "type": "customer.subscription.updated", "data": {"object": about}}))
    with inside(CONSOLE):
        assert process(event_id="evt_1") == "UNKNOWN"
        after = SubscriptionState.objects.get(schema_name=caldes.schema_name)
        assert (after.stripe_id, after.asked_at) == (before.stripe_id, before.asked_at)
        assert SubscriptionState.objects.count() == 2


def test_the_end_may_come_before_the_beginning(caldes, double, checkout, settle, asked):
    from billing.payments.actions import process
    from billing.payments.double import api_paying

    pay(checkout(caldes, order()).url)
    sub = next(iter(double.store.objects["subscription"].values()))
    api_paying.cancel_subscription(double.engine, {}, sub["id"])
    seen = []
    for event in reversed(double.hooks.held):
        deliver(double.hooks.signed(event))
        with inside(CONSOLE):
            process(event_id=event["id"])
            seen += SubscriptionState.objects.values_list("status", flat=True)
    assert set(seen) == {"canceled"}


def test_the_public_site_can_add_events_and_change_none(double, asked):
    from django.db import DatabaseError

    deliver(delivery())
    for change in ({"outcome": "DONE"}, {"payload": {}}):
        with inside(PUBLIC_SITE), pytest.raises(DatabaseError, match="permission denied"):
            StripeEvent.objects.update(**change)
    with inside(PUBLIC_SITE), pytest.raises(DatabaseError, match="permission denied"):
        SubscriptionState.objects.count()


def test_a_municipality_sees_its_own_state_and_writes_none(caldes, arrecife, double, checkout, settle):
    from django.db import DatabaseError

    from billing.payments.models import Customer

    for town in (caldes, arrecife):
        pay(checkout(town, order()).url)
    settle()
    for town in (caldes, arrecife):
        with inside(town):
            assert {one.schema_name for one in SubscriptionState.objects.all()} == {town.schema_name}
            assert {one.schema_name for one in Customer.objects.all()} == {town.schema_name}
    with inside(caldes), pytest.raises(DatabaseError, match="permission denied"):
        SubscriptionState.objects.update(status="active")
    with inside(caldes), pytest.raises(DatabaseError, match="permission denied"):
        Customer.objects.create(schema_name=caldes.schema_name, stripe_id="cus_x")
    with inside(caldes), pytest.raises(DatabaseError, match="permission denied"):
        StripeEvent.objects.count()
