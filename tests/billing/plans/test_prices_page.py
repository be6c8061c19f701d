"""The page of prices: whole without a script or a sign-in, and every amount is the rules' own."""

import re
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from billing.plans.definitions import ATTENDED, TACTICAL_ADVICE, Setting
from billing.plans.queries import places_named
from billing.plans.rules import MONTHLY, quote, tax_of, terms_of
from kit.money import euros
from kit.periods import local_day
from tenants.directory.rules import time_zone_of


@pytest.fixture
def ask(django_db_setup, towns, browse):
    """ask("Caldes", "es") is the page after asking, as text with plain spaces."""

    def asked(language="es", status=200, **query):
        client = browse("")
        client.cookies["language"] = language
        response = client.get("/prices/", query)
        assert response.status_code == status
        return re.sub(r"\s+", " ", response.content.decode().replace("\u00a0", " "))

    yield asked
    translation.deactivate()


FOUND = [
    ("caldes de montbui", ["08033"]),
    ("CALDES DE MONTBÚI", ["08033"]),
    ("l'hospitalet de llobregat", ["08101"]),
    ("alcoi", ["03009"]),
    ("alcoy", ["03009"]),
    ("arrecife", ["35004"]),
    ("montbui", ["08033", "08250"]),
    ("zzz", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "codes"), FOUND)
def test_a_municipality_is_found_by_any_of_its_names_without_accents(text, codes):
    found = places_named(text)
    assert [one.ine_code for one in found.places][: len(codes)] == codes
    assert bool(found.places) == bool(codes)


def test_many_with_such_a_name_are_the_larger_ones_and_how_many_others():
    found = places_named("san")
    assert len(found.places) == 12
    assert found.others > 100
    populations = [one.population for one in found.places]
    assert populations == sorted(populations, reverse=True)


@pytest.mark.parametrize(
    ("where", "ine_code", "rate"), [("Caldes de Montbui", "08033", "IVA 21 %"), ("Arrecife", "35004", "IGIC 7 %")]
)
def test_a_municipality_sees_every_amount_of_both_plans(ask, where, ine_code, rate):
    page = ask(where=where)
    population = {"08033": 18_567, "35004": None}[ine_code] or places_named("arrecife").places[0].population
    assert rate in page
    for plan in (TACTICAL_ADVICE, ATTENDED):
        today = local_day(timezone.now(), ZoneInfo(time_zone_of(ine_code)))
        month = quote(terms_of(plan, population, today), MONTHLY, tax_of(ine_code, today), today)
        for cents in (month.net_cents, month.tax_cents, month.total_cents, 12 * month.total_cents):
            assert euros(cents, "es").replace("\u00a0", " ") in page


def test_a_minor_contract_is_told_by_the_price_of_the_year(ask):
    small, large = ask(where="18567"), ask(where="60000")
    assert small.count('class="badge ok"') == 4
    assert small.count('class="badge warn"') == 0
    assert large.count('class="badge warn"') == 2
    assert "15.000 €" in small


def test_the_edge_of_the_ceiling_is_that_of_the_law(ask, monkeypatch):
    from billing.plans import definitions

    book = definitions.book()
    for cents, fits in ((1_308_001, True), (1_308_000, False)):
        changed = definitions.Book(book.plans, book.taxes, (Setting(date(2018, 3, 9), None, cents),))
        monkeypatch.setattr("billing.plans.rules.amounts.book", lambda changed=changed: changed)
        assert ('class="badge warn"' not in ask(where="18567")) is fits


def test_several_with_the_name_are_links_that_lead_to_each(ask):
    page = ask(where="montbui")
    assert 'href="/prices/?place=08033"' in page
    assert "18.567 habitantes" in page or "18.567 inhabitants" in page
    assert "Caldes de Montbui" in ask(place="08033")


@pytest.mark.parametrize("where", ["zzzz", "0", "99999999999999999999"])
def test_what_is_no_place_is_told_beside_the_field(ask, where):
    page = ask(where=where, status=422)
    assert 'aria-invalid="true"' in page
    assert 'id="all"' in page  # the prices are there all the same


def test_ceuta_sees_no_tax_that_nobody_knows(ask):
    page = ask("en", where="Ceuta")
    assert "Ceuta has a tax of its own, IPSI, of which no rate is kept." in page
    assert "IVA 21" not in page


def test_somebody_who_asks_nothing_sees_all_prices(ask):
    page = ask("en")
    for text in ("€49", "€8,900", "11,000", "€15,000"):
        assert text in page


def test_the_page_is_found_from_the_front_page_and_needs_neither_script_nor_sign_in(towns, browse):
    front = browse("").get("/").content.decode()
    assert 'href="/prices/"' in front
    response = browse("").get("/prices/?where=Caldes+de+Montbui")
    assert response.status_code == 200
    assert "sessionid" not in response.cookies
    assert "public" in response["Cache-Control"]
    assert response.content.decode().count("<script") == 1  # the shell's own, of comfort only


def test_the_page_is_not_on_a_municipalitys_host(towns, browse):
    assert browse("caldes").get("/prices/").status_code == 404


def test_what_people_write_is_shown_as_text(ask):
    page = ask(where="<img src=x onerror=alert(1)>", status=422)
    assert "<img" not in page
