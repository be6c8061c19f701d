"""The stand-in behaves as Stripe does where we lean on it, asked by Stripe's own library."""

import json
import urllib.request

import pytest
import stripe
from fixtures.stripe import SECRET, press

from billing.payments.double.hooks import Hooks
from billing.payments.double.periods import later
from billing.payments.double.server import running

JANUARY_31 = 1_769_817_600


@pytest.fixture
def running_double():
    with running(0, Hooks("", SECRET, holds=True)) as double:
        yield double


@pytest.fixture
def v1(running_double):
    address = running_double.engine.base.replace("localhost", "127.0.0.1")
    return stripe.StripeClient(
        "sk_test_x",
        base_addresses={"api": address},
        http_client=stripe.RequestsClient(timeout=5),
        max_network_retries=0,
    ).v1


@pytest.fixture
def price(v1):
    product = v1.products.create({"name": "Servicio"})
    recurring = {"interval": "month"}
    return v1.prices.create(
        {"product": product.id, "unit_amount": 1_000, "currency": "eur", "lookup_key": "k", "recurring": recurring}
    )


def types(double):
    return [event["type"] for event in double.hooks.held]


def test_a_key_used_again_gives_the_same_object_and_with_another_form_a_refusal(v1):
    one, two = (v1.customers.create({"name": "A"}, {"idempotency_key": "k"}) for _ in range(2))
    assert one.id == two.id
    with pytest.raises(stripe.IdempotencyError):
        v1.customers.create({"name": "B"}, {"idempotency_key": "k"})
    assert len(v1.customers.list().data) == 1


def test_another_key_than_a_test_key_opens_nothing(running_double):
    address = running_double.engine.base.replace("localhost", "127.0.0.1")
    client = stripe.StripeClient("sk_live_x", base_addresses={"api": address})
    with pytest.raises(stripe.AuthenticationError):
        client.v1.customers.list()


@pytest.mark.parametrize(("kind", "value"), [("es_cif", "X"), ("es_cif", "12345678Z"), ("us_ein", "12-3456789")])
def test_a_tax_number_of_the_wrong_form_is_refused(v1, kind, value):
    with pytest.raises(stripe.InvalidRequestError):
        v1.customers.create({"tax_id_data": [{"type": kind, "value": value}]})


@pytest.mark.parametrize(("kind", "value"), [("es_cif", "P0803300C"), ("eu_vat", "ESP0803300C")])
def test_a_tax_number_of_the_right_form_is_kept(v1, kind, value):
    made = v1.customers.create({"tax_id_data": [{"type": kind, "value": value}]})
    assert [(one.type, one.value) for one in v1.customers.tax_ids.list(made.id).data] == [(kind, value)]


def test_a_lookup_key_belongs_to_one_price_and_can_be_handed_on(v1, price):
    wanted = {"product": price.product, "unit_amount": 2_000, "currency": "eur", "lookup_key": "k"}
    with pytest.raises(stripe.InvalidRequestError):
        v1.prices.create(wanted)
    moved = v1.prices.create({**wanted, "transfer_lookup_key": True})
    assert [one.id for one in v1.prices.list({"lookup_keys": ["k"]}).data] == [moved.id]


def test_a_subscription_on_a_test_clock_is_invoiced_each_month_and_dunned(v1, running_double, price):
    clock = v1.test_helpers.test_clocks.create({"frozen_time": JANUARY_31})
    customer = v1.customers.create({"name": "A", "test_clock": clock.id})
    session = v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "customer": customer.id,
            "success_url": "http://x/",
            "line_items": [{"price": price.id, "quantity": 2}],
        }
    )
    assert press(session.url, act="pay", kind="card", number="4000000000000341")[0] == 303
    sub = v1.subscriptions.retrieve(
        v1.checkout.sessions.retrieve(session.id).subscription, {"expand": ["latest_invoice"]}
    )
    assert (sub.status, sub.latest_invoice.status, sub.latest_invoice.total) == ("active", "paid", 2_000)
    ends = [sub["items"].data[0].current_period_end]
    running_double.hooks.held.clear()
    for days, status in ((29, "past_due"), (45, "unpaid")):
        v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": JANUARY_31 + days * 86_400})
        sub = v1.subscriptions.retrieve(sub.id)
        ends.append(sub["items"].data[0].current_period_end)
        assert sub.status == status
    assert types(running_double).count("invoice.payment_failed") == 4
    assert ends[:2] == [later(JANUARY_31, "month", 1), later(JANUARY_31, "month", 2)]


def test_a_card_that_is_refused_at_once_makes_no_subscription(v1, running_double, price):
    customer = v1.customers.create({"name": "A"})
    session = v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "customer": customer.id,
            "success_url": "http://x/",
            "cancel_url": "http://y/",
            "line_items": [{"price": price.id}],
        }
    )
    assert press(session.url, act="pay", kind="card", number="4000000000000002")[0] == 402
    assert v1.subscriptions.list({"status": "all"}).data == []
    assert press(session.url, act="cancel") == (303, "http://y/")
    assert v1.checkout.sessions.retrieve(session.id).status == "open"


@pytest.mark.parametrize(
    ("act", "status"), [("void_invoice", "void"), ("mark_uncollectible", "uncollectible"), ("pay", "paid")]
)
def test_an_invoice_goes_from_draft_to_open_to_one_of_its_ends(v1, act, status):
    customer = v1.customers.create({"name": "A"})
    v1.invoice_items.create({"customer": customer.id, "amount": 500, "currency": "eur"})
    invoice = v1.invoices.create({"customer": customer.id, "collection_method": "send_invoice", "days_until_due": 30})
    assert invoice.status == "draft"
    opened = v1.invoices.finalize_invoice(invoice.id)
    assert (opened.status, opened.amount_due, opened.due_date - opened.created >= 30 * 86_400) == ("open", 500, True)
    assert opened.number in urllib.request.urlopen(opened.hosted_invoice_url).read().decode()
    form = {"paid_out_of_band": True} if act == "pay" else {}
    assert getattr(v1.invoices, act)(invoice.id, form).status == status
    with pytest.raises(stripe.InvalidRequestError):
        v1.invoices.pay(
            invoice.id, {"paid_out_of_band": True}
        ) if act != "mark_uncollectible" else v1.invoices.finalize_invoice(invoice.id)


def test_a_trial_charges_what_is_charged_once_and_the_rest_when_it_ends(v1, running_double, price):
    clock = v1.test_helpers.test_clocks.create({"frozen_time": JANUARY_31})
    customer = v1.customers.create({"name": "A", "test_clock": clock.id})
    rate = v1.tax_rates.create({"display_name": "IVA", "percentage": 21, "inclusive": False})
    days = v1.prices.create({"product": price.product, "unit_amount": 35, "currency": "eur"})
    wanted = {
        "mode": "subscription", "customer": customer.id, "success_url": "http://x/",
        "line_items": [{"price": price.id, "tax_rates": [rate.id]}, {"price": days.id, "tax_rates": [rate.id]}],
    }  # fmt: skip
    with pytest.raises(stripe.InvalidRequestError, match="at least 2 days"):
        v1.checkout.sessions.create({**wanted, "subscription_data": {"trial_end": JANUARY_31 + 86_400}})
    until = JANUARY_31 + 3 * 86_400
    session = v1.checkout.sessions.create({**wanted, "subscription_data": {"trial_end": until}})
    assert (session.amount_subtotal, session.amount_total) == (35, 42)
    assert press(session.url, act="pay", kind="card", number="4242424242424242")[0] == 303
    sub = v1.subscriptions.list({"customer": customer.id}).data[0]
    assert (sub.status, sub["items"].data[0].current_period_end) == ("trialing", until)
    v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": until + 86_400})
    sub = v1.subscriptions.retrieve(sub.id, {"expand": ["latest_invoice"]})
    assert (sub.status, sub.latest_invoice.total) == ("active", 1_210)
    assert sub["items"].data[0].current_period_end == later(until, "month", 1)


def test_another_price_holds_from_the_next_period_and_only_without_proration(v1, running_double, price):
    clock = v1.test_helpers.test_clocks.create({"frozen_time": JANUARY_31})
    customer = v1.customers.create({"name": "A", "test_clock": clock.id})
    sub = v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}]})
    running_double.store.objects["subscription"][sub.id]["status"] = "active"
    dearer = v1.prices.create(
        {"product": price.product, "unit_amount": 3_000, "currency": "eur", "recurring": {"interval": "month"}}
    )
    items = [{"id": sub["items"].data[0].id, "price": dearer.id}]
    with pytest.raises(stripe.InvalidRequestError, match="proration"):
        v1.subscriptions.update(sub.id, {"items": items})
    until = JANUARY_31 + 40 * 86_400
    changed = v1.subscriptions.update(sub.id, {"items": items, "proration_behavior": "none", "trial_end": until})
    assert (changed.status, len(v1.invoices.list({"customer": customer.id}).data)) == ("trialing", 1)
    v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": until})
    assert [one.total for one in v1.invoices.list({"customer": customer.id}).data] == [3_000, 1_000]


def test_an_invoice_takes_lines_with_a_tax_that_somebody_else_counted_and_is_collected(v1, running_double):
    from billing.payments.double import api_paying

    customer = v1.customers.create({"name": "A"})
    method = api_paying.new_method(running_double.engine, customer.id, "card", last4="4242", fails=False)
    made = v1.invoices.create({"customer": customer.id, "auto_advance": True, "default_payment_method": method["id"]})
    rate = {"display_name": "IVA", "percentage": 21, "inclusive": False}
    tax = {"amount": 12, "taxable_amount": 51, "tax_rate_data": rate}
    line = {"amount": 51, "description": "Febrero", "tax_amounts": [tax]}
    assert v1.invoices.add_lines(made.id, {"lines": [line]}).total == 63
    paid = v1.invoices.finalize_invoice(made.id, {"auto_advance": True})
    assert (paid.status, paid.amount_paid, paid.total_excluding_tax) == ("paid", 63, 51)
    with pytest.raises(stripe.InvalidRequestError, match="already finalized"):
        v1.invoices.add_lines(made.id, {"lines": [line]})


def test_an_item_that_waits_is_taxed_on_the_next_invoice(v1):
    customer = v1.customers.create({"name": "A"})
    rate = v1.tax_rates.create({"display_name": "IGIC", "percentage": 7, "inclusive": False})
    v1.invoice_items.create({"customer": customer.id, "amount": 1_000, "currency": "eur", "tax_rates": [rate.id]})
    assert v1.invoices.create({"customer": customer.id}).total == 1_070


def test_what_it_does_not_know_it_refuses(v1):
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        v1.payouts.list()
    with pytest.raises(stripe.InvalidRequestError) as missing:
        v1.customers.retrieve("cus_none")
    assert (missing.value.code, missing.value.http_status) == ("resource_missing", 404)


def test_its_signature_is_the_one_stripes_library_accepts(v1, running_double):
    v1.customers.create({"name": "A"})
    one = running_double.hooks.signed(running_double.hooks.held[0])
    event = stripe.Webhook.construct_event(one.body, one.header, SECRET)
    assert (event.type, event.data.object.object) == ("customer.created", "customer")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(one.body + b" ", one.header, SECRET)


def test_it_keeps_everything_between_two_runs(tmp_path):
    path = tmp_path / "double.json"
    with running(0, Hooks("", SECRET, holds=True), path) as double:
        status, made = double.call("POST", "/v1/customers", "name=A", "Bearer sk_test_x", "k")
        double.store.offset = 99
        double.store.keep()
    assert status == 200
    with running(0, Hooks("", SECRET, holds=True), path) as double:
        assert double.call("POST", "/v1/customers", "name=A", "Bearer sk_test_x", "k")[1]["id"] == made["id"]
        assert double.store.offset == 99


def test_events_reach_an_address_and_are_tried_again_until_it_takes_them(v1, running_double, monkeypatch):
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from threading import Thread

    from billing.payments.double import hooks

    monkeypatch.setattr(hooks, "RETRIES", (0.05, 0.05, 0.05))
    came, answers = [], [500, 500, 200, 200]

    class Ours(BaseHTTPRequestHandler):
        def do_POST(self):
            came.append(
                (self.headers["Host"], json.loads(self.rfile.read(int(self.headers["Content-Length"])))["type"])
            )
            self.send_response(answers.pop(0))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Ours)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    running_double.hooks.address, running_double.hooks.host = f"http://127.0.0.1:{server.server_port}/x", "localhost"
    running_double.hooks.holds = False
    v1.customers.create({"name": "A"})
    for _ in range(100):
        if len(came) == 3:
            break
        import time

        time.sleep(0.05)
    server.shutdown()
    assert came == [("localhost", "customer.created")] * 3
