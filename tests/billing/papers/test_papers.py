"""The proposal and the contract: tagged PDF, with the amounts of the rules and of nobody else."""

import re
import zlib
from datetime import UTC, date, datetime

import pytest

from billing.papers.drawing import VALID_DAYS, contract_page, proposal_page, proposal_paper
from billing.plans.definitions import PLANS
from billing.plans.rules import ANNUAL, MONTHLY, quote, tax_of, terms_of
from kit.money import euros
from tenants.directory.reference import municipality
from tenants.isolation.context import inside
from tenants.people.rules import Role

TODAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def now(monkeypatch, settings):
    """25 November 2026, for whoever has signed in with a password only."""
    settings.SECOND_FACTOR_REQUIRED = False
    settings.INVOICE_SELLER = {
        "name": "ADTENDE DEMOSTRACIÓN SL", "tax_id": "B12345674", "street": "Calle del Ejemplo, 1", "postal_code": "08140",
        "town": "Caldes de Montbui", "province": "Barcelona",
    }  # fmt: skip
    monkeypatch.setattr("tenants.directory.queries.timezone.now", lambda: datetime(2026, 11, 25, 10, tzinfo=UTC))


def unpacked(pdf):
    found = [pdf]
    for one in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(one))
        except zlib.error:
            continue
    return b"".join(found)


@pytest.mark.parametrize("language", ["es", "ca", "en"])
def test_a_proposal_is_tagged_and_says_its_title_and_language(language):
    everything = unpacked(proposal_paper(municipality("08033"), TODAY, language))
    assert re.search(rb"/MarkInfo ?<<\s*/Marked true", everything)
    assert re.search(rb"/Lang ?\(" + language.encode() + rb"\)", everything)
    assert re.search(rb"/Title ?[(<]", everything)
    assert b'pdfuaid:part="1"' in everything
    for tag in (b"/H1", b"/H2", b"/Table", b"/TH", b"/TD"):
        assert tag in everything, tag


@pytest.mark.parametrize(("ine_code", "rate"), [("08033", "IVA 21 %"), ("28079", "IVA 21 %"), ("35004", "IGIC 7 %")])
def test_its_amounts_are_those_of_the_plans(ine_code, rate):
    town = municipality(ine_code)
    page = proposal_page(town, TODAY, "es").replace("\u00a0", " ")
    assert rate in page
    for plan in PLANS:
        terms, tax = terms_of(plan, town.population, TODAY), tax_of(ine_code, TODAY)
        month, year = quote(terms, MONTHLY, tax, TODAY), quote(terms, ANNUAL, tax, TODAY)
        for cents in (
            month.net_cents, month.tax_cents, month.total_cents, 12 * month.net_cents, 12 * month.total_cents,
            year.net_cents, year.tax_cents, year.total_cents,
        ):  # fmt: skip
            assert euros(cents, "es").replace("\u00a0", " ") in page


def test_it_is_dated_and_says_until_when_it_holds():
    assert VALID_DAYS == 30
    page = proposal_page(municipality("08033"), TODAY, "es")
    assert "25 de noviembre de 2026" in page
    assert "25 de diciembre de 2026" in page


def test_anybody_downloads_the_proposal_of_a_municipality_and_of_none_nothing(towns, browse):
    client = browse("")
    answer = client.get("/prices/proposal/35004/?language=es")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    for code in ("99999", "51001", "x"):  # no such place; Ceuta, whose tax is not kept
        assert client.get(f"/prices/proposal/{code}/").status_code == 404
    assert "/prices/proposal/08033/" in client.get("/prices/?place=08033").content.decode()


def test_a_contract_is_downloaded_by_its_own_town_and_another_one_has_none(caldes, arrecife, browse, person, agree):
    contract = agree.propose(caldes)
    anna = browse("caldes", person(caldes, Role.ADMINISTRATOR, "anna@example.org"))
    answer = anna.get("/billing/papers/contract/")
    assert answer.status_code == 200
    assert re.search(rb"/MarkInfo ?<<\s*/Marked true", unpacked(answer.content))
    assert "/billing/papers/contract/" in anna.get("/billing/contract/proposal/").content.decode()
    aday = browse("arrecife", person(arrecife, Role.ADMINISTRATOR, "aday@example.org"))
    assert aday.get("/billing/papers/contract/").headers["Location"] == "/billing/"
    with inside(caldes):
        page = contract_page(contract, "08033", "ca").replace("\u00a0", " ")
    for said in ("P0803300C", "1.090,00 €", "1.318,90 €", "L01080333", "ADTENDE"):
        assert said in page


@pytest.mark.parametrize("path", ["/billing/papers/proposal/", "/billing/papers/contract/"])
def test_a_stranger_signs_in_and_a_contact_is_refused(caldes, browse, person, path):
    assert browse("caldes").get(path).status_code == 302
    contact = browse("caldes", person(caldes, Role.DEPARTMENT_CONTACT, "contact@example.org"))
    assert contact.get(path).status_code == 403
