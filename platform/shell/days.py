"""How days are written inside a sentence: ``martes 24 de noviembre``, ``dissabte 24 d'octubre``, ``Tuesday 24 November``.

Not Django's formats: its Catalan ones leave the preposition out and write the weekday with a capital.
"""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

_VOWELS = "aeiou"


def day_and_month(day: date) -> str:
    """``24 de noviembre``, ``24 d'octubre``, ``24 November``."""
    return f"{_local(day).day}{_of_month(date_format(_local(day), 'F'))}"


def long_day(day: date | None) -> str:
    """The day with its year: ``24 de noviembre de 2026``, ``24 November 2026``; empty without a day."""
    if day is None:
        return ""
    return f"{day_and_month(day)}{' de ' if _says_of() else ' '}{_local(day).year}"


def long_moment(moment: datetime | None) -> str:
    """``24 de noviembre de 2026, 09:30``; empty without a moment."""
    if moment is None:
        return ""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return f"{long_day(moment)}, {local:%H:%M}"


def weekday_and_day(day: date) -> str:
    """``martes 24 de noviembre``, ``dimarts 24 de novembre``, ``Tuesday 24 November``."""
    weekday = date_format(_local(day), "l")
    return f"{weekday.lower() if _says_of() else weekday} {day_and_month(day)}"


def in_month(day: date) -> str:
    """Within a sentence: ``en octubre de 2026``, ``l'octubre del 2026``, ``in October 2026``."""
    month = date_format(_local(day), "YEAR_MONTH_FORMAT")
    if not (get_language() or "").startswith("ca"):
        return f"{'en' if _says_of() else 'in'} {month}"
    return f"l'{month}" if month[:1] in _VOWELS else f"el {month}"


def of_month(day: date) -> str:
    """``de octubre de 2026``, ``de l'octubre del 2026``, ``of October 2026``."""
    month = date_format(_local(day), "YEAR_MONTH_FORMAT")
    if not (get_language() or "").startswith("ca"):
        return f"{'de' if _says_of() else 'of'} {month}"
    return f"de l'{month}" if month[:1] in _VOWELS else f"del {month}"


def _of_month(month: str) -> str:
    if not _says_of():
        return f" {month}"
    is_elided = (get_language() or "").startswith("ca") and month[:1] in _VOWELS
    return f" d'{month}" if is_elided else f" de {month}"


def _says_of() -> bool:
    return not (get_language() or "").startswith("en")


def _local(day: date) -> date:
    """A moment's day where its readers live; a day is one already."""
    return timezone.localtime(day) if isinstance(day, datetime) and timezone.is_aware(day) else day
