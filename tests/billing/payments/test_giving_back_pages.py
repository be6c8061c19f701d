"""Giving money of a charge back on the console: how it would look first, then once, with a credit note and its reason."""

import re

import pytest
from fixtures.stripe import order, pay

from billing.payments.models import SubscriptionState
from tenants.audit.models import AuditEntry
from tenants.isolation.context import CONSOLE, inside
from tenants.people.rules import Role

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def finance(browse, outsider, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    return browse("consola", outsider(Role.STAFF_FINANCE))


@pytest.fixture
def paid(caldes, arrecife, double, checkout, settle):
    """The invoices at Stripe of two municipalities that pay 145.20 € by card."""
    for town in (caldes, arrecife):
        pay(checkout(town, order()).url)
    settle()
    with inside(CONSOLE):
        return dict(SubscriptionState.objects.values_list("schema_name", "latest_invoice"))


def told(response):
    return re.sub(r"\s+", " ", response.content.decode().replace("\u00a0", " "))


def given(double):
    return [one["amount"] for one in double.store.objects["refund"].values()]


def test_a_part_is_given_back_once_after_a_second_look(finance, paid, caldes, double):
    assert "/payments/of/caldes/" in told(finance.get("/payments/", headers=ENGLISH))
    page = told(finance.get("/payments/of/caldes/", headers=ENGLISH))
    assert "€145.20" in page
    path = f"/payments/of/caldes/{paid[caldes.schema_name]}/give-back/"
    assert path in page
    form = {"euros": "45.20", "reason": "agreed by telephone"}
    assert "€45.20 would be given back" in told(finance.post(path, form, headers=ENGLISH))
    assert given(double) == []
    send = {**form, "give": "1", "given_before": "0"}
    assert "€45.20 was given back; the credit note is" in told(finance.post(path, send, follow=True, headers=ENGLISH))
    assert "given back meanwhile" in told(finance.post(path, send, follow=True, headers=ENGLISH))
    assert given(double) == [4_520]
    with inside(CONSOLE):
        entry = AuditEntry.objects.get(verb="refund")
        assert (entry.reason, entry.details["cents"]) == ("agreed by telephone", 4_520)
    (note,) = double.store.objects["credit_note"].values()
    assert (note["amount"], note["memo"]) == (4_520, "agreed by telephone")
    assert "€100.00" in told(finance.get(path, headers=ENGLISH)), "what may still be given back"


WRONG = [
    ({"euros": "145.21"}, "Only what was paid can be given back."),
    ({"euros": "0"}, "greater than or equal to 0.01"),
    ({"euros": "a lot"}, "Enter a number."),
    ({"reason": ""}, "This field is required."),
]


@pytest.mark.parametrize(("change", "sentence"), WRONG)
def test_what_is_wrong_is_told_and_nothing_is_given_back(finance, paid, caldes, double, change, sentence):
    path = f"/payments/of/caldes/{paid[caldes.schema_name]}/give-back/"
    sent = {"euros": "10", "reason": "test", "give": "1", "given_before": "0", **change}
    response = finance.post(path, sent, headers=ENGLISH)
    assert response.status_code == 422
    assert sentence in told(response)
    assert given(double) == []


def test_a_charge_is_found_with_its_own_municipality_only(finance, paid, arrecife, double, caldes):
    of_other = paid[arrecife.schema_name]
    assert finance.get(f"/payments/of/caldes/{of_other}/give-back/").status_code == 404
    assert finance.get("/payments/of/nobody/").status_code == 404
    sent = {"euros": "10", "reason": "test", "give": "1", "given_before": "0"}
    assert finance.post(f"/payments/of/caldes/{of_other}/give-back/", sent).status_code == 404
    assert given(double) == []


def test_no_link_leads_to_charges_of_one_that_never_finished_its_page_of_payment(finance, caldes, double, checkout):
    checkout(caldes, order())
    assert "/payments/of/caldes/" not in told(finance.get("/payments/", headers=ENGLISH))


def test_others_than_finance_are_refused(paid, caldes, browse, outsider, person, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    path = f"/payments/of/caldes/{paid[caldes.schema_name]}/give-back/"
    agent, of_town = browse("consola", outsider(Role.STAFF_AGENT)), browse("caldes", person(caldes, Role.ADMINISTRATOR))
    for address in ("/payments/of/caldes/", path):
        assert agent.get(address).status_code == 403
        assert of_town.get(address).status_code == 404


def test_while_stripe_does_not_answer_the_page_says_so(finance, paid, double):
    double.faults.is_down = True
    page = finance.get("/payments/of/caldes/", follow=True, headers=ENGLISH)
    assert "does not answer now" in told(page)
