"""Finding a town hall as its secretary writes it, and what is known about it before anybody types."""

import time
from datetime import date

import pytest

from tenants.directory import reference
from tenants.directory.prefill import facts_of
from tenants.directory.rules import check_slug, slug_proposals
from tenants.directory.search import core_of, search


def codes(text, limit=20):
    return [found.municipality.ine_code for found in search(text, limit)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Caldes de Montbui", "08033"), ("caldes montbui", "08033"), ("CALDES DE MONTBUÍ", "08033"),
        ("la Bisbal del Penedès", "43028"), ("Bisbal del Penedès, La", "43028"), ("bisbal del penedes", "43028"),
        ("l'Arboç", "43016"), ("Arboç, L'", "43016"), ("arboc", "43016"),
        ("Alcoy", "03009"), ("Alcoi", "03009"), ("Alacant", "03014"), ("Alicante", "03014"), ("Elche", "03065"), ("Elx", "03065"),
        ("San Sebastián", "20069"), ("donostia", "20069"), ("Iruña", "31201"), ("Pamplona", "31201"), ("vitoria", "01059"),
        ("A Coruña", "15030"), ("La Coruña", "15030"), ("coruna", "15030"), ("Gerona", "17079"), ("Lérida", "25120"),
        ("Ibiza", "07026"), ("San Cugat del Vallés", "08205"), ("el Poble Nou de Benitatxell", "03042"), ("Benitachell", "03042"),
        ("Sant Boi", "08200"), ("Palma", "07040"), ("08033", "08033"), ("barcel", "08019"), ("las rozas", "28127"),
        ("valencia", "46250"), ("Granollers Barcelona", "08096"),
    ],
)  # fmt: skip
def test_the_likeliest_comes_first(text, first):
    assert codes(text)[0] == first


def test_a_postal_code_finds_every_municipality_that_has_it_the_largest_first():
    found = search("08140")
    assert [(one.municipality.name, one.postal_code) for one in found] == [
        ("Navarcles", ""),  # 08140 is an INE code too
        ("Caldes de Montbui", "08140"),
    ]
    people = [one.municipality.population for one in search("25594")]
    assert len(people) > 1 and people == sorted(people, reverse=True)


@pytest.mark.parametrize("text", ["", " ", "a", "99999", "123", "zzzzzz", "'; DROP", "<script>", "%"])
def test_what_finds_nothing_finds_nothing(text):
    assert codes(text) == []


def test_every_municipality_is_found_by_each_of_its_names():
    """Among the first fifty: some names are those of several."""
    lost = []
    for one in list(reference.municipalities().values())[::41]:
        lost += [(name, one.ine_code) for name in one.names if one.ine_code not in codes(name, 50)]
    assert lost == []


def test_it_is_quick():
    search("caldes")
    started = time.perf_counter()
    for text in ("caldes", "san", "villanueva de la", "08140"):
        search(text)
    assert (time.perf_counter() - started) / 4 < 0.15


def test_articles_and_small_words_make_no_difference():
    assert core_of("Sant Boi de Llobregat") == core_of("san boi llobregat")
    assert core_of("Las Palmas de Gran Canaria") == core_of("Palmas de Gran Canaria, Las")
    assert core_of("La") == "la"


def test_the_facts_of_a_catalan_and_of_a_canary_town():
    caldes, arrecife = facts_of("08033", "ca"), facts_of("35004")
    assert (caldes.municipality.dir3[:8], caldes.province.prefix, caldes.time_zone) == (
        "L0108033",
        "93",
        "Europe/Madrid",
    )
    assert caldes.province.languages == ("ca", "es") and caldes.postal_codes == ("08140",)
    assert [one.day for one in caldes.local_holidays] == [date(2026, 5, 25), date(2026, 10, 9)]
    assert "Sant Joan" in [one.name for one in caldes.holidays]
    assert (arrecife.time_zone, arrecife.province.prefix) == ("Atlantic/Canary", "928")
    assert arrecife.local_holidays == () and arrecife.holidays_source == ""
    assert "Día de Canarias" in [one.name for one in arrecife.holidays]


@pytest.mark.parametrize("ine_code", ["01059", "15030", "31201", "46250", "51001", "52001", "07040", "28079", "48020"])
def test_every_region_has_its_holidays_and_every_day_once(ine_code):
    days = [one.day for one in facts_of(ine_code).holidays]
    assert len(days) >= 11 and days == sorted(set(days))


def test_every_municipality_has_a_province_with_prefix_and_languages():
    for one in reference.municipalities().values():
        province = reference.provinces()[one.ine_code[:2]]
        assert province.prefix.startswith("9") and "es" in province.languages
    assert len(reference.provinces()) == 52


def test_no_postal_code_and_no_holiday_is_of_a_municipality_that_there_is_not():
    known = set(reference.municipalities())
    assert {code for towns in reference.postal_codes().values() for code in towns} <= known
    assert set(reference.local_holidays()) <= known
    assert len(reference.local_holidays()) > 4000


def test_proposed_addresses_can_be_had():
    assert slug_proposals(("Alcoi", "Alcoy"), "Alicante/Alacant")[:3] == ["alcoi", "alcoy", "alcoi-alicante"]
    for one in list(reference.municipalities().values())[::97]:
        assert all(check_slug(slug) for slug in slug_proposals(one.names, "Girona"))
