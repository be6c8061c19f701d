"""How a day is written inside a sentence, for every month and every language."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from shell.days import day_and_month, in_month, long_day, long_moment, of_month, weekday_and_day

MONTHS = {
    "es": (
        "24 de enero", "24 de febrero", "24 de marzo", "24 de abril", "24 de mayo", "24 de junio", "24 de julio",
        "24 de agosto", "24 de septiembre", "24 de octubre", "24 de noviembre", "24 de diciembre",
    ),
    "ca": (
        "24 de gener", "24 de febrer", "24 de març", "24 d'abril", "24 de maig", "24 de juny", "24 de juliol",
        "24 d'agost", "24 de setembre", "24 d'octubre", "24 de novembre", "24 de desembre",
    ),
    "en": (
        "24 January", "24 February", "24 March", "24 April", "24 May", "24 June", "24 July",
        "24 August", "24 September", "24 October", "24 November", "24 December",
    ),
}  # fmt: skip
WEEKDAYS = {
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "ca": ("dilluns", "dimarts", "dimecres", "dijous", "divendres", "dissabte", "diumenge"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


@pytest.mark.parametrize(
    ("language", "month", "words"),
    [(language, number, words) for language, all_words in MONTHS.items() for number, words in enumerate(all_words, 1)],
)
def test_a_day_and_its_month_in_every_language(language, month, words):
    with translation.override(language):
        assert day_and_month(date(2026, month, 24)) == words


@pytest.mark.parametrize("language", list(WEEKDAYS))
def test_a_weekday_is_written_as_its_language_does(language):
    monday = date(2026, 11, 23)
    with translation.override(language):
        told = [weekday_and_day(monday + timedelta(days=n)) for n in range(7)]
    of = MONTHS[language][10].removeprefix("24")
    assert told == [f"{name} {23 + n}{of}" for n, name in enumerate(WEEKDAYS[language])]


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "1 de octubre de 2026"), ("ca", "1 d'octubre de 2026"), ("en", "1 October 2026")],
)
def test_a_day_with_its_year(language, words):
    with translation.override(language):
        assert long_day(date(2026, 10, 1)) == words
        assert long_day(None) == ""


def test_a_moment_belongs_to_the_day_of_its_readers():
    with timezone.override(ZoneInfo("Europe/Madrid")), translation.override("ca"):
        late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
        assert weekday_and_day(late) == "dimarts 24 de novembre"
        assert long_moment(late) == "24 de novembre de 2026, 00:30"


@pytest.mark.parametrize(
    ("language", "month", "within", "of"),
    [
        ("es", 10, "en octubre de 2026", "de octubre de 2026"),
        ("ca", 10, "l'octubre del 2026", "de l'octubre del 2026"),
        ("ca", 4, "l'abril del 2026", "de l'abril del 2026"),
        ("ca", 11, "el novembre del 2026", "del novembre del 2026"),
        ("en", 10, "in October 2026", "of October 2026"),
    ],
)
def test_a_month_within_a_sentence(language, month, within, of):
    with translation.override(language):
        assert (in_month(date(2026, month, 24)), of_month(date(2026, month, 1))) == (within, of)
