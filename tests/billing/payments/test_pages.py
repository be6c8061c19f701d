"""What people see of payments: on the way back from Stripe, on the page of payment, and Adtende's list of events."""

import pytest
from fixtures.stripe import REFUSED_LATER, deliver, order, pay

from billing.payments.models import StripeEvent
from tenants.audit.models import AuditEntry
from tenants.isolation.context import CONSOLE, inside
from tenants.people.rules import MUNICIPAL_ROLES, Role

RETURNED = "/payments/returned/"


def words(client, address):
    answer = client.get(address, headers={"accept-language": "en"})
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_way_back_tells_what_is_known_and_not_what_the_address_claims(caldes, double, checkout, settle, anna):
    page = checkout(caldes, order())
    assert "The payment is being confirmed" in words(anna, f"{RETURNED}?session={page.session_id}")
    assert "Nothing was paid" in words(anna, f"{RETURNED}?cancelled=1")
    pay(page.url)
    assert "It is paid" not in words(anna, f"{RETURNED}?session={page.session_id}&paid=1")
    settle()
    told = words(anna, f"{RETURNED}?session={page.session_id}")
    assert "It is paid" in told
    assert "<script" not in told.partition("<main")[2].partition("</main>")[0]


def test_what_another_municipality_paid_is_not_ours(caldes, arrecife, double, checkout, settle, anna):
    page = checkout(arrecife, order())
    pay(page.url)
    settle()
    assert "The payment is being confirmed" in words(anna, f"{RETURNED}?session={page.session_id}")
    assert "Nothing is paid by card or direct debit" in words(anna, "/payments/")


def test_the_page_of_payment_says_when_a_payment_is_late_and_what_to_do(caldes, double, checkout, settle, anna):
    pay(checkout(caldes, order()).url, REFUSED_LATER)
    settle()
    assert "badge ok" in words(anna, "/payments/")
    double.engine.advance(None, double.store.now() + 33 * 86_400)
    settle()
    told = words(anna, "/payments/")
    assert "A payment is late" in told
    assert "your data can always be exported" in told


def test_the_button_leads_to_stripes_page_and_says_so_when_it_does_not_answer(caldes, double, checkout, settle, anna):
    pay(checkout(caldes, order()).url)
    settle()
    answer = anna.post("/payments/methods/")
    assert (answer.status_code, "/portal/" in answer["Location"]) == (303, True)
    double.faults.is_down = True
    answer = anna.post("/payments/methods/", headers={"accept-language": "en"})
    assert answer["Location"] == "/payments/"
    assert "does not answer now" in words(anna, "/payments/")
    with inside(caldes):
        assert AuditEntry.objects.filter(verb="open_portal").count() == 1


def test_without_payments_configured_the_page_offers_the_invoice(caldes, double, anna, settings):
    settings.STRIPE_DOUBLE = ""
    told = words(anna, "/payments/")
    assert "Card payments are not configured here" in told
    assert "The electronic invoice is available." in told


@pytest.mark.parametrize("role", sorted(MUNICIPAL_ROLES - {Role.ADMINISTRATOR}))
def test_only_an_administrator_sees_how_a_municipality_pays(caldes, double, browse, person, settings, role):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browse("caldes", person(caldes, role, "other@example.org"))
    for address in ("/payments/", RETURNED, "/payments/methods/"):
        assert client.get(address).status_code == 403
    assert client.post("/payments/methods/").status_code == 403


@pytest.fixture
def stray(double, asked):
    """An event of a customer nobody knows, worked on in vain."""
    from billing.payments.actions import process
    from billing.payments.double import api

    api.make_customer(double.engine, {"name": "Ajuntament de prova"})
    event = double.hooks.held[-1]
    deliver(double.hooks.signed(event))
    with inside(CONSOLE):
        process(event_id=event["id"])
        return StripeEvent.objects.get()


def test_finance_sees_what_was_not_worked_on_and_has_it_worked_on_again(
    caldes, stray, asked, outsider, browse, settings
):
    from billing.payments.actions import process
    from billing.payments.models import Customer

    settings.SECOND_FACTOR_REQUIRED = False
    olga = browse("consola", outsider(Role.STAFF_FINANCE))
    told = words(olga, "/payments/")
    assert "1 event of the payment service needs a look." in told
    assert "No municipality is this customer." in told
    address = f"/payments/events/{stray.pk}/"
    assert "Ajuntament de prova" not in words(olga, address)  # no name is kept
    assert olga.post(address, {"reason": ""}).status_code == 422
    asked.clear()
    with inside(CONSOLE):
        Customer.objects.create(schema_name=caldes.schema_name, stripe_id=stray.payload["id"])
    assert olga.post(address, {"reason": "the link was missing"})["Location"] == "/payments/"
    assert asked == [stray.event_id]
    with inside(CONSOLE):
        assert process(event_id=stray.event_id) == "DONE"
        line = AuditEntry.objects.get(verb="replay_event")
        assert (line.reason, line.subject) == ("the link was missing", stray.event_id)
    assert "Everything the payment service told was worked on." in words(olga, "/payments/")
    assert "Caldes de Montbui" in words(olga, "/payments/?show=all")
    olga.post(address, {"reason": "once more"}, headers={"accept-language": "en"})
    assert "worked on already" in words(olga, "/payments/")
    assert asked == [stray.event_id]


@pytest.mark.parametrize(
    ("role", "listed"), [(Role.STAFF_ADMINISTRATOR, 200), (Role.STAFF_SUPERVISOR, 403), (Role.STAFF_AGENT, 403)]
)
def test_nobody_but_finance_has_an_event_worked_on_again(stray, asked, outsider, browse, settings, role, listed):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browse("consola", outsider(role))
    asked.clear()
    assert client.get("/payments/").status_code == listed
    assert client.post(f"/payments/events/{stray.pk}/", {"reason": "because"}).status_code == 403
    assert asked == []


def test_refused_deliveries_are_told_in_numbers(double, asked, outsider, browse, settings):
    from billing.payments.double.hooks import Delivery

    settings.SECOND_FACTOR_REQUIRED = False
    for _ in range(3):
        deliver(Delivery(b"{}", ""))
    assert "3 without a signature" in words(browse("consola", outsider(Role.STAFF_FINANCE)), "/payments/")


@pytest.mark.parametrize(
    ("term", "says"),
    [
        (
            "MONTHLY",
            "Today €661.79 is charged, for the days until the end of this month. From 1 March 2027 on it is €1,090.00",
        ),
        ("ANNUAL", "Today €12,033.60 without tax is charged, for a year in advance."),
    ],
)
def test_before_the_first_payment_the_page_says_what_is_charged(
    on_trial, double, agree, browse, person, settings, wanted_states, monkeypatch, term, says
):
    from datetime import UTC, date, datetime

    settings.SECOND_FACTOR_REQUIRED = False
    monkeypatch.setattr("tenants.directory.queries.timezone.now", lambda: datetime(2027, 2, 12, 9, tzinfo=UTC))
    anna = browse("caldes", person(on_trial, Role.ADMINISTRATOR, "anna@example.org"))
    agree.whole(on_trial, way="CARD", term=term, today=date(2027, 2, 12))
    told = words(anna, "/payments/")
    assert says in told
    assert "Calls that the plan does not include are charged when their month is closed." in told
    anna.post("/payments/pay/")
    assert says in words(anna, "/payments/"), "also after a look at Stripe's page"
