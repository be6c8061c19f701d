"""Numbers are written as people write them in each language, and never say more than is known."""

import pytest
from django.utils import translation

from shell import names, numbers

NBSP = "\u00a0"


@pytest.mark.parametrize(("language", "expected"), [("es", "4.139"), ("ca", "4.139"), ("en", "4,139")])
def test_thousands_are_grouped_as_the_language_does(language: str, expected: str) -> None:
    with translation.override(language):
        assert numbers.whole(4139) == expected


@pytest.mark.parametrize(
    ("language", "rate", "expected"),
    [
        ("es", 0.9394, f"93,9{NBSP}%"), ("ca", 0.9394, f"93,9{NBSP}%"), ("en", 0.9394, "93.9%"),
        ("es", 1, f"100,0{NBSP}%"), ("es", 0.99996, f"99,9{NBSP}%"), ("es", 0, f"0,0{NBSP}%"),
        ("es", 0.00001, f"0,1{NBSP}%"), ("es", None, "–"),
    ],
)  # fmt: skip
def test_a_percentage_never_claims_all_or_nothing_wrongly(language: str, rate: float | None, expected: str) -> None:
    with translation.override(language):
        assert numbers.percent(rate) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(None, "–"), (0, "0 s"), (5.506, "5,5 s"), (34.405, "34 s"), (59.6, "1 min"), (118, "1 min 58 s"), (8640, "2 h 24 min"),
     (3600, "1 h"), (7_200_000, "2.000 h"), (-5, "−5 s")],
)  # fmt: skip
def test_seconds_read_as_a_person_says_them(seconds: float | None, expected: str) -> None:
    with translation.override("es"):
        assert numbers.duration(seconds).replace(NBSP, " ") == expected


def test_halves_are_rounded_away_from_zero_as_people_expect() -> None:
    with translation.override("es"):
        assert [numbers.decimal(x, 1) for x in (0.25, 2.345, -0.25, 0.04)] == ["0,3", "2,3", "−0,3", "0,0"]


def test_under_thirty_cases_there_is_no_percentage() -> None:
    with translation.override("en"):
        assert numbers.share(10, 12) == "10 of 12"
        assert numbers.share(10, 12, is_public=True) == "little data"
        assert numbers.share(15, 30) == "50.0%"
        assert numbers.share(0, 0) == numbers.share(None, 50) == "–"


def test_a_count_too_small_to_be_told_is_neither_zero_nor_missing() -> None:
    assert numbers.few() == "<5"


@pytest.mark.parametrize(("seconds", "expected"), [(328, "5:28"), (3728, "1:02:08"), (0, "0:00"), (None, "–")])
def test_the_length_of_a_call_reads_as_a_clock(seconds: int | None, expected: str) -> None:
    assert numbers.clock(seconds) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Olot", "Ajuntament d'Olot"), ("Caldes de Montbui", "Ajuntament de Caldes de Montbui"), ("El Masnou", "Ajuntament del Masnou"),
     ("L'Hospitalet de Llobregat", "Ajuntament de l'Hospitalet de Llobregat"), ("Les Borges Blanques", "Ajuntament de les Borges Blanques"),
     ("Lleida", "Ajuntament de Lleida")],
)  # fmt: skip
def test_catalan_contracts_the_article_of_a_town(name: str, expected: str) -> None:
    with translation.override("ca"):
        assert names.town_hall(name) == expected
