"""The pages of the contract on a municipality's host: administrators only, amounts of the rules, nothing that a form could choose."""

import re
from datetime import UTC, datetime

import pytest

from billing.plans.models import Contract
from tenants.audit.models import AuditEntry
from tenants.isolation.context import inside
from tenants.people.rules import Role

PAGES = (
    "/billing/",
    "/billing/contract/choose/",
    "/billing/contract/proposal/",
    "/billing/contract/change/",
    "/billing/contract/leave/",
)
FORM = {
    "plan": "attended", "term": "MONTHLY", "way": "E_INVOICE", "legal_name": "Ajuntament de Caldes de Montbui", "tax_id": "P0803300C",
    "address": "Plaça de la Font del Lleó, 11", "postal_code": "08140", "town": "Caldes de Montbui", "province": "Barcelona",
    "invoice_email": "factures@example.org", "oc": "L01080333", "og": "L01080333", "ut": "L01080333", "file_reference": "2026/118",
}  # fmt: skip


@pytest.fixture(autouse=True)
def today(monkeypatch, settings):
    """25 November 2026, for whoever has signed in with a password only."""
    settings.SECOND_FACTOR_REQUIRED = False
    monkeypatch.setattr("tenants.directory.queries.timezone.now", lambda: datetime(2026, 11, 25, 10, tzinfo=UTC))


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode().replace("\u00a0", " "))


def contracts(town):
    with inside(town):
        return list(Contract.objects.order_by("id"))


def test_from_the_choice_over_the_proposal_to_the_contract(anna, caldes):
    assert "No contract yet" in text_of(anna.get("/billing/"))
    choice = text_of(anna.get("/billing/contract/choose/?plan=attended"))
    for amount in ("€1,090.00", "€1,318.90", "€15,826.80", "€14,560.66"):
        assert amount in choice
    assert 'value="L01080333"' in choice
    sent = anna.post("/billing/contract/choose/", FORM)
    assert (sent.status_code, sent["Location"]) == (302, "/billing/contract/proposal/")
    proposal = text_of(anna.get("/billing/contract/proposal/"))
    for told in ("Centralised call service", "€1,090.00", "€228.90", "€1,318.90", "P0803300C", "2026/118"):
        assert told in proposal
    assert "A proposal waits for you" in text_of(anna.get("/billing/"))
    assert anna.post("/billing/contract/proposal/").status_code == 302
    page = text_of(anna.get("/billing/"))
    assert "In force" in page
    assert "6 of 30 days" in page
    assert "€218.00" in page  # 1.090 x 6/30
    (contract,) = contracts(caldes)
    assert (contract.state, contract.starts_on.isoformat()) == ("IN_FORCE", "2026-11-25")


WHAT_A_FORM_MAY_NOT_CHOOSE = {
    "population": "10", "discount_percent": "100", "month_cents": "1", "terms": "{}", "starts_on": "2020-01-01", "schema_name": "t_000002",
    "state": "IN_FORCE", "ends_on": "2026-11-26",
}  # fmt: skip


def test_no_form_chooses_a_price_a_population_a_day_or_another_town(anna, caldes):
    anna.post("/billing/contract/choose/", {**FORM, **WHAT_A_FORM_MAY_NOT_CHOOSE})
    (contract,) = contracts(caldes)
    assert contract.terms["month_cents"] == 109_000
    assert (contract.population, contract.discount_percent, contract.state) == (18_567, 0, "PROPOSED")
    assert (contract.starts_on.isoformat(), contract.ends_on, contract.schema_name) == (
        "2026-11-25",
        None,
        caldes.schema_name,
    )


WRONG = [
    ({"plan": "gold"}, 'id="id_plan_0'),
    ({"tax_id": "P0803300D"}, "its control, the last character, would have to be C."),
    ({"tax_id": "B123"}, "it has nine characters"),
    ({"oc": "L01080334"}, "its control, the last figure, would have to be 3."),
    ({"og": ""}, "An electronic invoice needs this DIR3 code."),
    ({"postal_code": "99999"}, "A postal code has five figures"),
    ({"invoice_email": "factures"}, "valid email address"),
]


@pytest.mark.parametrize(("change", "sentence"), WRONG)
def test_what_is_wrong_is_told_beside_its_field_and_what_was_typed_stays(anna, caldes, change, sentence):
    response = anna.post("/billing/contract/choose/", {**FORM, **change})
    assert response.status_code == 422
    page = text_of(response)
    assert sentence in page
    assert "2026/118" in page
    assert contracts(caldes) == []


def test_the_control_of_a_tax_number_is_told_in_the_readers_language(anna):
    anna.cookies["language"] = "en"
    assert "would have to be C" in text_of(anna.post("/billing/contract/choose/", {**FORM, "tax_id": "P0803300D"}))


def test_a_proposal_is_taken_back(anna, caldes):
    anna.post("/billing/contract/choose/", FORM)
    assert "withdrawn" in text_of(anna.post("/billing/contract/proposal/", {"withdraw": "1"}, follow=True))
    assert [one.state for one in contracts(caldes)] == ["ENDED"]
    assert "No contract yet" in text_of(anna.get("/billing/"))


def test_an_upgrade_shows_what_it_costs_at_once_and_keeps_the_reason(anna, caldes, agree):
    agree.whole(caldes, "tactical_advice", today=datetime(2026, 11, 1).date())
    page = text_of(anna.get("/billing/contract/change/"))
    # 6 of 30 days: 218,00 less 53,80
    for told in ("from 25 November 2026: what costs more holds at once", "€218.00", "−€53.80", "€164.20"):
        assert told in page
    assert anna.post("/billing/contract/change/", {"reason": ""}).status_code == 422
    assert anna.post("/billing/contract/change/", {"reason": "the council agreed on the 20th"}).status_code == 302
    assert [(one.plan, one.state) for one in contracts(caldes)] == [
        ("tactical_advice", "ENDED"),
        ("attended", "IN_FORCE"),
    ]
    with inside(caldes):
        assert AuditEntry.objects.get(verb="change_plan").reason == "the council agreed on the 20th"


def test_a_downgrade_waits_for_the_months_end(anna, caldes, agree):
    agree.whole(caldes)
    assert "from 1 December 2026: what costs less holds when the contract could be left" in text_of(
        anna.get("/billing/contract/change/")
    )
    anna.post("/billing/contract/change/", {"reason": "own people"})
    assert "From 1 December 2026 the plan will be Tactical advice." in text_of(anna.get("/billing/"))


def test_leaving_says_the_last_day_and_deletes_nothing(anna, caldes, agree):
    agree.whole(caldes)
    page = text_of(anna.get("/billing/contract/leave/"))
    assert "Its last day will be 30 November 2026." in page
    assert "Nothing is deleted." in page
    anna.post("/billing/contract/leave/", {"reason": "test"})
    page = text_of(anna.get("/billing/"))
    assert "Last day" in page
    assert "/billing/contract/choose/" in page
    assert anna.get("/billing/contract/leave/").status_code == 302
    anna.post("/billing/contract/choose/", FORM)
    assert contracts(caldes)[-1].starts_on.isoformat() == "2026-12-01"


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER, Role.DEPARTMENT_CONTACT])
def test_others_than_administrators_are_refused(role, caldes, browse, person):
    client = browse("caldes", person(caldes, role))
    for path in PAGES:
        assert client.get(path).status_code == 403
        assert client.post(path, FORM).status_code == 403
    assert contracts(caldes) == []


def test_a_stranger_is_sent_to_the_sign_in(caldes, browse):
    for path in PAGES:
        assert browse("caldes").get(path)["Location"].startswith("/account/login/")


def test_the_other_town_sees_nothing_of_it_and_changes_nothing(anna, caldes, arrecife, agree, browse, person):
    agree.whole(caldes)
    other = browse("arrecife", person(arrecife, Role.ADMINISTRATOR, "aura@example.org"))
    other.cookies["language"] = "en"
    assert "No contract yet" in text_of(other.get("/billing/"))
    for path in ("change", "leave"):
        assert other.post(f"/billing/contract/{path}/", {"reason": "test"}).status_code == 302
    assert "IGIC 7%" in text_of(other.get("/billing/contract/choose/"))
    assert [one.state for one in contracts(caldes)] == ["IN_FORCE"]
    assert contracts(arrecife) == []


def test_a_form_without_its_mark_is_refused(caldes, person, browse):
    from django.test import Client

    signed_in = browse("caldes", person(caldes, Role.ADMINISTRATOR, "anna@example.org"))
    client = Client(enforce_csrf_checks=True, headers={"host": "caldes.localhost"})
    client.cookies = signed_in.cookies
    assert client.post("/billing/contract/choose/", FORM).status_code == 403
    assert contracts(caldes) == []
