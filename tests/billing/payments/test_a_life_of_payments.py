"""Subscriptions over time: refused cards, late invoices, direct debits, use, money back, and who hears of it."""

import pytest
from fixtures.stripe import REFUSED_LATER, order, pay, press
from support import owner_connection

from billing.payments.models import SubscriptionState
from billing.payments.queries import state_of
from billing.payments.rules import Buyer, Price, Standing, Term, UnableToPay, Way
from tenants.audit.models import AuditEntry
from tenants.audit.rules import Actor, ActorKind
from tenants.isolation.context import CONSOLE, inside

BY = Actor(ActorKind.STAFF, "Olga", "192.0.2.2")


@pytest.fixture(autouse=True)
def english():
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture
def passing(double, settle):
    """passing(days) lets time pass at Stripe, and us hear of it."""

    def go(days):
        double.engine.advance(None, double.store.now() + days * 86_400)
        return settle()

    return go


def standing(town):
    with inside(town):
        return state_of(town.schema_name).standing


def test_a_card_that_is_refused_is_past_due_then_unpaid_and_paid_again_with_another(
    caldes, double, checkout, settle, passing, settings
):
    settings.PAYMENT_STATE_CHANGED = ("fixtures.hearing.hear",)
    from fixtures import hearing

    hearing.HEARD.clear()
    wanted = order()
    pay(checkout(caldes, wanted).url, REFUSED_LATER)
    settle()
    assert standing(caldes) == Standing.PAID
    passing(33)
    assert standing(caldes) == Standing.PAST_DUE
    passing(20)
    assert standing(caldes) == Standing.UNPAID
    passing(31)
    with inside(caldes):
        from billing.payments.actions import open_portal

        url = open_portal(municipality=caldes, return_url="http://caldes.localhost/", by=BY, reason="because")
    assert press(url, act="change", kind="card", number="4242424242424242")[0] == 303
    settle()
    assert standing(caldes) == Standing.PAID
    told = [Standing.PAID, Standing.PAST_DUE, Standing.UNPAID, Standing.PAID]
    assert [(caldes.schema_name, wanted.contract, one) for one in told] == hearing.HEARD


def test_when_the_layer_above_fails_nothing_is_written_and_the_event_says_so(caldes, double, checkout, asked, settings):
    from fixtures.stripe import deliver

    from billing.payments.actions import process
    from billing.payments.models import StripeEvent

    settings.PAYMENT_STATE_CHANGED = ("fixtures.hearing.hear_and_fail",)
    pay(checkout(caldes, order()).url)
    event = next(one for one in double.hooks.held if one["type"] == "checkout.session.completed")
    deliver(double.hooks.signed(event))
    with inside(CONSOLE):
        with pytest.raises(ValueError, match="broken"):
            process(event_id=event["id"])
        assert not SubscriptionState.objects.exists()
        assert not AuditEntry.objects.filter(verb="payment_state").exists()
        kept = StripeEvent.objects.get()
        assert (kept.outcome, kept.error, kept.attempts) == ("FAILED", "ValueError", 1)
        settings.PAYMENT_STATE_CHANGED = ()
        assert process(event_id=event["id"]) == "DONE"
        assert SubscriptionState.objects.get().standing == Standing.PAID


def test_an_event_waits_while_stripe_does_not_answer(caldes, double, checkout, asked):
    from fixtures.stripe import deliver

    from billing.payments.actions import process
    from billing.payments.models import StripeEvent

    pay(checkout(caldes, order()).url)
    event = double.hooks.held[-1]
    deliver(double.hooks.signed(event))
    double.faults.status = 500
    with inside(CONSOLE):
        with pytest.raises(UnableToPay, match="does not answer now"):
            process(event_id=event["id"])
        kept = StripeEvent.objects.get()
        assert (kept.outcome, kept.error) == ("WAITING", "stripe does not answer")
        double.faults.status = 0
        assert process(event_id=event["id"]) == "DONE"


def test_an_invoice_is_late_after_thirty_days_and_paid_when_the_money_comes(caldes, double, settle, passing):
    from billing.payments.actions import start_invoice_subscription

    wanted = order(way=Way.E_INVOICE)

    def start():
        with inside(caldes):
            return start_invoice_subscription(
                municipality=caldes, order=wanted, names={}, by=BY, reason="because of this test"
            )

    assert start() == start()
    settle()
    assert standing(caldes) == Standing.PAID
    (invoice,) = double.store.objects["invoice"].values()
    assert (invoice["status"], invoice["due_date"] - invoice["status_transitions"]["finalized_at"]) == (
        "open",
        30 * 86_400,
    )
    passing(29)
    assert standing(caldes) == Standing.PAID
    passing(2)
    assert standing(caldes) == Standing.PAST_DUE
    for one in list(double.store.objects["invoice"].values()):
        press(one["hosted_invoice_url"], number="4242424242424242")
    settle()
    assert standing(caldes) == Standing.PAID
    assert len(double.store.objects["subscription"]) == 1


def test_a_direct_debit_is_confirmed_days_later(caldes, double, checkout, settle, passing):
    page = checkout(caldes, order(way=Way.DIRECT_DEBIT))
    pay(page.url, "ES9121000418450200051332", "sepa_debit")
    settle()
    with inside(caldes):
        assert state_of(caldes.schema_name).invoice_status == "open"
    passing(6)
    with inside(caldes):
        assert state_of(caldes.schema_name).invoice_status == "paid"
    assert "checkout.session.async_payment_succeeded" in {one["type"] for one in double.store.objects["event"].values()}


def test_money_is_given_back_once_with_a_reason_and_not_more_than_was_paid(caldes, arrecife, double, checkout, settle):
    from billing.payments.actions import refund

    for town in (caldes, arrecife):
        pay(checkout(town, order()).url)
    settle()
    with inside(CONSOLE):
        state = SubscriptionState.objects.get(schema_name=caldes.schema_name)
        other = SubscriptionState.objects.get(schema_name=arrecife.schema_name)
        said = {"state": state, "by": BY, "reason": "agreed by telephone"}
        refund(**said, invoice_id=state.latest_invoice, cents=4_520, given_before=0)
        for wrong, cents, before, words in (
            (state.latest_invoice, 10_001, 4_520, "Only what was paid"),
            (state.latest_invoice, 0, 4_520, "Only what was paid"),
            (state.latest_invoice, 4_520, 0, "given back meanwhile"),
            (other.latest_invoice, 100, 0, "another municipality's"),
        ):
            with pytest.raises(UnableToPay, match=words):
                refund(**said, invoice_id=wrong, cents=cents, given_before=before)
        lines = AuditEntry.objects.filter(verb="refund")
        assert [(one.reason, one.details["cents"]) for one in lines] == [("agreed by telephone", 4_520)]
    assert [one["amount"] for one in double.store.objects["refund"].values()] == [4_520]


def test_a_dispute_is_heard_though_it_names_no_customer(caldes, double, checkout, settle):
    from billing.payments.double import api_paying

    pay(checkout(caldes, order()).url)
    settle()
    api_paying.open_dispute(double.engine, next(iter(double.store.objects["charge"].values())))
    assert settle() == ["DONE"]


def test_prices_are_brought_once_and_a_changed_one_is_another(caldes, double):
    from billing.payments.actions import sync_prices

    prices = [Price("attended", "service", Term.MONTHLY, cents, "Servicio") for cents in (100, 200)]
    prices.append(Price("attended", "days", Term.MONTHLY, 100, "Días", is_once=True))
    with inside(CONSOLE):
        found = [sync_prices(prices=prices, by=BY, reason="new plans") for _ in range(2)]
    assert found[0] == found[1]
    assert len(set(found[0].values())) == len(double.store.objects["price"]) == 3
    assert len(double.store.objects["product"]) == 2


def test_a_municipality_without_link_has_no_page_of_payment(caldes, double):
    from billing.payments.actions import open_portal

    with inside(caldes), pytest.raises(UnableToPay, match="has not paid"):
        open_portal(municipality=caldes, return_url="http://caldes.localhost/", by=BY, reason="because")


def test_the_customer_at_stripe_is_named_as_the_contract_says(caldes, double, checkout):
    buyer = Buyer("Ajuntament de Caldes de Montbui", "P0803300C", "factures@example.org", town="Caldes", language="ca")
    checkout(caldes, order(buyer=buyer))
    (customer,) = double.store.objects["customer"].values()
    (number,) = double.store.objects["tax_id"].values()
    assert (customer["name"], customer["metadata"]) == (buyer.legal_name, {"schema_name": caldes.schema_name})
    assert (number["type"], number["value"]) == ("es_cif", "P0803300C")
    with owner_connection() as owner:
        assert owner.execute("SELECT schema_name, stripe_id FROM public.payments_customer").fetchall() == [
            (caldes.schema_name, customer["id"])
        ]
