"""Correcting an invoice on the console: what it would say first, then once, with its reason; and who may not."""

import re
from decimal import Decimal

import pytest
from fixtures.invoices import invoice_data, issue

from billing.invoices.contents import from_json
from billing.invoices.facturae import parsed, validate
from billing.invoices.models import Invoice
from billing.invoices.rules import Line, as_corrected, differences
from tenants.audit.models import AuditEntry
from tenants.isolation.context import CONSOLE, inside
from tenants.people.rules import Role

ENGLISH = {"accept-language": "en"}
FEE, CALLS = Line("Fee", Decimal(1), 123_456), Line("Calls", Decimal(33), 35)


def line(one, quantity):
    return Line(one.description, Decimal(quantity), one.unit_cents)


CORRECTED = [
    ([], (FEE, CALLS)),
    ([(line(CALLS, -3),)], (FEE, line(CALLS, 30))),
    ([(line(CALLS, -3),), (line(CALLS, 1), line(FEE, -1))], (line(FEE, 0), line(CALLS, 31))),
    ([(Line("Calls", Decimal(2), 40),)], (FEE, CALLS, Line("Calls", Decimal(2), 40))),  # at another price: another line
]


@pytest.mark.parametrize(("corrections", "left"), CORRECTED)
def test_what_an_invoice_says_after_its_corrections(corrections, left):
    assert as_corrected((FEE, CALLS), corrections) == left


DIFFERENCES = [
    ((1, 33), ()),
    ((1, 30), (line(CALLS, -3),)),
    ((0, 0), (line(FEE, -1), line(CALLS, -33))),
    ((1, "33.5"), (line(CALLS, "0.5"),)),
]


@pytest.mark.parametrize(("right", "lines"), DIFFERENCES)
def test_the_lines_of_a_correction_are_the_differences(right, lines):
    assert differences((FEE, CALLS), [Decimal(one) for one in right]) == lines


@pytest.fixture
def finance(browse, outsider, settings, ledger):
    settings.SECOND_FACTOR_REQUIRED = False
    return browse("consola", outsider(Role.STAFF_FINANCE))


@pytest.fixture
def invoice(caldes, ledger):
    return issue(caldes)


def told(response):
    return re.sub(r"\s+", " ", response.content.decode().replace("\u00a0", " "))


def rectifying():
    with inside(CONSOLE):
        return list(Invoice.objects.exclude(rectifies=None).order_by("id"))


FORM = {"reason_code": "10", "words": "three calls were tests", "what": "lines", "quantity_0": "1", "quantity_1": "30"}


def test_the_calls_that_were_too_many_are_taken_back_after_a_second_look(finance, invoice):
    path = f"/invoices/{invoice.uuid}/rectify/"
    assert "Correct it…" in told(finance.get(f"/invoices/{invoice.uuid}/", headers=ENGLISH))
    assert "Trucades ateses" in told(finance.get(path, headers=ENGLISH))
    page = told(finance.post(path, FORM, headers=ENGLISH))
    # 3 calls at 0.35 are 1.05 and IVA of 0.22
    for said in ("−€1.05", "−€0.22", "−€1.27", "come to €1,507.79", "Issue it"):
        assert said in page
    assert rectifying() == []
    send = {**FORM, "issue": "1", "after": "0"}
    done = finance.post(path, send, follow=True, headers=ENGLISH)
    assert "The rectifying invoice SCT-R-" in told(done)
    again = finance.post(path, send, follow=True, headers=ENGLISH)
    assert "was corrected meanwhile" in told(again)
    (made,) = rectifying()
    assert (made.net_cents, made.tax_cents, made.total_cents) == (-105, -22, -127)
    said = from_json(made.content).rectifies
    assert (said.reason_code, said.words) == ("10", "three calls were tests")
    validate(parsed(made.xml.encode()))
    with inside(CONSOLE):
        entry = AuditEntry.objects.get(verb="rectify_invoice")
        assert (entry.reason, entry.details["rectifies"]) == ("three calls were tests", str(invoice))
    assert 'value="30"' in told(finance.get(path, headers=ENGLISH)), "the next correction begins from what is right now"


def test_the_whole_is_given_back_but_for_what_was_given_back_before(finance, invoice):
    path = f"/invoices/{invoice.uuid}/rectify/"
    finance.post(path, {**FORM, "issue": "1", "after": "0"})
    whole = {**FORM, "what": "all", "quantity_1": "30", "issue": "1", "after": "1"}
    finance.post(path, whole)
    finance.post(path, {**whole, "after": "2"})
    first, second = rectifying()
    assert invoice.net_cents + first.net_cents + second.net_cents == 0
    assert invoice.total_cents + first.total_cents + second.total_cents == 0


def test_no_correction_leaves_less_than_nothing_of_an_invoice_by_keeping_its_discount(finance, caldes, ledger):
    lines = (Line("Quota mensual", Decimal(12), 10_000), Line("Descompte", Decimal(1), -9_600))
    path = f"/invoices/{issue(caldes, lines=lines).uuid}/rectify/"
    sent = {**FORM, "quantity_0": "0.5", "quantity_1": "1", "issue": "1", "after": "0"}
    answer = finance.post(path, sent, headers=ENGLISH)
    assert answer.status_code == 422
    assert "Less than nothing would be left of the invoice" in told(answer)
    assert rectifying() == []
    finance.post(path, {**sent, "quantity_1": "0"}, headers=ENGLISH)
    assert [one.net_cents for one in rectifying()] == [-105_400]


def test_calls_that_were_taken_off_are_corrected_too(finance, caldes, ledger):
    taken_off = Line("Trucades d'octubre, de menys", Decimal(-4), 35)
    path = f"/invoices/{issue(caldes, lines=(*invoice_data().lines, taken_off)).uuid}/rectify/"
    assert 'value="-4"' in told(finance.get(path, headers=ENGLISH))
    sent = {**FORM, "quantity_1": "33", "quantity_2": "-3", "issue": "1", "after": "0"}
    finance.post(path, sent, headers=ENGLISH)
    finance.post(path, {**FORM, "quantity_2": "-3", "issue": "1", "after": "1"}, headers=ENGLISH)
    first, second = rectifying()
    assert (first.net_cents, second.net_cents) == (35, -105)


WRONG = [
    ({"reason_code": ""}, "This field is required."),
    ({"reason_code": "99"}, "Select a valid choice"),
    ({"words": " "}, "This field is required."),
    ({"quantity_1": "-1"}, "greater than or equal to 0"),
    ({"quantity_1": "many"}, "Enter a number."),
    ({"quantity_1": "33"}, "All quantities are as they were: nothing would be corrected."),
]


@pytest.mark.parametrize(("change", "sentence"), WRONG)
def test_what_is_wrong_is_told_and_nothing_is_issued(finance, invoice, change, sentence):
    sent = {**FORM, **change, "issue": "1", "after": "0"}
    response = finance.post(f"/invoices/{invoice.uuid}/rectify/", sent, headers=ENGLISH)
    assert response.status_code == 422
    assert sentence in told(response)
    assert rectifying() == []


def test_a_correction_is_not_corrected_and_strangers_see_nothing(finance, invoice, caldes, browse, outsider, person):
    path = f"/invoices/{invoice.uuid}/rectify/"
    finance.post(path, {**FORM, "issue": "1", "after": "0"})
    (made,) = rectifying()
    assert finance.get(f"/invoices/{made.uuid}/rectify/").status_code == 302
    assert browse("consola", outsider(Role.STAFF_AGENT)).post(path, FORM).status_code == 403
    assert browse("caldes", person(caldes, Role.ADMINISTRATOR)).get(path).status_code == 404
    assert finance.get("/invoices/00000000-0000-4000-8000-000000000000/rectify/").status_code == 404


def test_an_invoice_of_the_tests_comes_to_what_its_calculation_says():
    assert invoice_data().totals.total_cents == 150_779
