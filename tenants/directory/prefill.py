"""What is known about a municipality before anybody types anything."""

from dataclasses import dataclass
from datetime import date

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
    province = reference.provinces()[ine_code[:2]]
    spoken = language if language in {"es", "ca"} else "en_US"
    regional = holidays.country_holidays("ES", subdiv=province.region, years=HOLIDAYS_YEAR, language=spoken)
    local = [one for one in reference.local_holidays().get(ine_code, ()) if not one.nucleus]
    days = [Holiday(day, str(name), False) for day, name in regional.items()]
    days += [Holiday(one.day, "", True) for one in local if one.day not in regional]
    return Facts(
        municipality=known,
        province=province,
        postal_codes=_postal_codes_of(ine_code),
        time_zone=time_zone_of(ine_code),
        holidays=tuple(sorted(days, key=lambda one: one.day)),
        holidays_source=local[0].source if local else "",
    )


def _postal_codes_of(ine_code: str) -> tuple[str, ...]:
    return tuple(sorted(code for code, towns in reference.postal_codes().items() if ine_code in towns))
