"""Questions about hours and closed days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from callhub.timetables import rules
from callhub.timetables.models import Edition
from callhub.timetables.rules import Hours
from tenants.directory.models import Municipality
from tenants.directory.prefill import Holiday, holidays_of


@dataclass(frozen=True)
class ClosedDay:
    """A day in the calendar of a municipality: ``is_own`` when it wrote it down, ``is_working`` when it is open all the same."""

    day: date
    name: str
    is_local: bool = False
    is_own: bool = False
    is_working: bool = False


def current_edition() -> Edition | None:
    """The edition that holds; None while nobody wrote any."""
    return Edition.objects.filter(is_undone=False).first()


def number_of(edition: Edition | None) -> int:
    """The number by which a form says which edition it was made of: 0 where there was none."""
    return edition.number if edition else 0


def current_hours() -> Hours:
    """The hours that hold; empty while nobody wrote any."""
    edition = current_edition()
    return edition.hours() if edition else Hours()


def holidays_around(town: Municipality, year: int, language: str = "es") -> dict[date, Holiday]:
    """The known holidays of a municipality in a year and the day before it."""
    return {one.day: one for each in (year - 1, year) for one in holidays_of(town.ine_code, each, language)}


def open_at(town: Municipality, hours: Hours, at: datetime, asked: Iterable[int | None]) -> set[int | None]:
    """Those of the departments ``asked``, None for the town hall, that are open at a moment, by the town's own clock."""
    zone = ZoneInfo(town.time_zone)
    holidays = holidays_around(town, at.astimezone(zone).year)
    return {one for one in asked if rules.is_open(at, zone, hours, holidays, one)}


def closed_days(town: Municipality, hours: Hours, year: int, language: str) -> list[ClosedDay]:
    """Known holidays and added days of a year, in order; those on which it is open all the same are there too."""
    known = {one.day: one for one in holidays_of(town.ine_code, year, language)}
    found = [
        ClosedDay(day, one.name, one.is_local, is_working=day in hours.working)
        for day, one in known.items()
        if day not in hours.closed
    ]
    found += [ClosedDay(day, name, is_own=True) for day, name in hours.closed.items() if day.year == year]
    return sorted(found, key=lambda one: one.day)


def lacks_local_days(town: Municipality, hours: Hours, year: int) -> bool:
    """Whether nobody told the local holidays of a town hall in a year: neither a bulletin that we know nor itself."""
    if not town.is_town_hall:
        return False
    days = closed_days(town, hours, year, "es")
    return not any(one.is_local or one.is_own for one in days)
