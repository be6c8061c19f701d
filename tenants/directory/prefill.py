"""What is known about a municipality before anybody types anything."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

from tenants.directory import reference
from tenants.directory.rules import time_zone_of

HOLIDAYS_YEAR = 2026


@dataclass(frozen=True)
class Holiday:
    """A day without service: its name (empty for a local one) and whether only this municipality keeps it."""

    day: date
    name: str
    is_local: bool


@dataclass(frozen=True)
class Facts:
    """Everything that the reference data says of one municipality."""

    municipality: reference.ReferenceMunicipality
    province: reference.Province
    postal_codes: tuple[str, ...]
    time_zone: str
    holidays: tuple[Holiday, ...]
    holidays_source: str  # of the local ones; empty where none are known

    @property
    def local_holidays(self) -> tuple[Holiday, ...]:
        """The days that only this municipality keeps."""
        return tuple(one for one in self.holidays if one.is_local)


def facts_of(ine_code: str, language: str = "es") -> Facts:
    """The facts of a municipality; holidays are named in ``language``. Raises UnknownMunicipality."""
    known = reference.municipality(ine_code)
    days = holidays_of(ine_code, HOLIDAYS_YEAR, language)
    return Facts(
        municipality=known,
        province=reference.provinces()[ine_code[:2]],
        postal_codes=_postal_codes_of(ine_code),
        time_zone=time_zone_of(ine_code),
        holidays=days,
        holidays_source=next((one.source for one in _local_days(ine_code)), ""),
    )


@lru_cache(maxsize=1_000)
def holidays_of(ine_code: str, year: int, language: str = "es") -> tuple[Holiday, ...]:
    """The known holidays of a year, in order: the region's by name, and the municipality's own where they were published.

    A body that is no municipality (its code ends in 000) has those of its province's region.
    """
    region = reference.provinces()[ine_code[:2]].region
    spoken = language if language in {"es", "ca"} else "en_US"
    regional = holidays.country_holidays("ES", subdiv=region, years=year, language=spoken)
    days = [Holiday(day, str(name), False) for day, name in regional.items()]
    local = {one.day for one in _local_days(ine_code)}
    days += [Holiday(day, "", True) for day in local if day.year == year and day not in regional]
    return tuple(sorted(days, key=lambda one: one.day))


def _local_days(ine_code: str) -> list[reference.LocalHoliday]:
    return [one for one in reference.local_holidays().get(ine_code, ()) if not one.nucleus]


def _postal_codes_of(ine_code: str) -> tuple[str, ...]:
    return tuple(sorted(code for code, towns in reference.postal_codes().items() if ine_code in towns))
