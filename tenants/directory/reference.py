"""The 8,132 municipalities of Spain, their provinces, postal codes and local holidays: see data/SOURCES.md."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from tenants.directory.rules import Body, code_of_body

DATA = Path(__file__).parent / "data"
FILE = DATA / "municipalities_2025.csv"
PADRON_YEAR = 2025


class UnknownMunicipality(ValueError):
    """An INE code that is not on the list."""


@dataclass(frozen=True, slots=True)
class ReferenceMunicipality:
    """One row of the list: INE code (5 digits), name with its article in front, province, DIR3 code, inhabitants."""

    ine_code: str
    name: str
    province: str
    dir3: str
    population: int

    @property
    def names(self) -> tuple[str, ...]:
        """The name in each of its languages: `Alcoi/Alcoy` has two."""
        return tuple(name.strip() for name in self.name.split("/"))


@dataclass(frozen=True, slots=True)
class Province:
    """A province: two digits, ISO code of its region, languages (the usual one first), telephone prefix, names."""

    code: str
    region: str
    languages: tuple[str, ...]
    prefix: str
    name: str
    name_es: str
    name_ca: str
    region_es: str
    region_ca: str


@dataclass(frozen=True, slots=True)
class LocalHoliday:
    """A day that a municipality, or one nucleus of it, adds to the holidays of its region."""

    day: date
    nucleus: str
    source: str


@cache
def municipalities() -> dict[str, ReferenceMunicipality]:
    """All municipalities by INE code."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {
            row["ine5"]: ReferenceMunicipality(
                row["ine5"], row["nombre"], row["provincia"], row["dir3_ayto"], int(row["poblacion"])
            )
            for row in csv.DictReader(file)
        }


def municipality(ine_code: str) -> ReferenceMunicipality:
    """The municipality with this INE code. Raises UnknownMunicipality with one sentence."""
    found = municipalities().get(ine_code)
    if found is None:
        raise UnknownMunicipality(
            f"“{ine_code}” is not the INE code of a Spanish municipality: five digits, such as 08033 for Caldes de Montbui."
        )
    return found


def of_body(body: Body) -> ReferenceMunicipality:
    """A body in the shape of the list's rows. Raises UnknownMunicipality for a province that there is not."""
    known = provinces().get(body.province)
    if known is None:
        raise UnknownMunicipality(f"“{body.province}” is no province: two digits, such as 08 for Barcelona.")
    return ReferenceMunicipality(code_of_body(body.province), body.name, known.name, "", body.population)


@cache
def provinces() -> dict[str, Province]:
    """All provinces by their two digits, which are the first two of an INE code."""
    return {
        row["code"]: Province(**{**row, "languages": tuple(row["languages"].split())})  # type: ignore[arg-type]
        for row in _rows("provinces.csv")
    }


@cache
def postal_codes() -> dict[str, tuple[str, ...]]:
    """The INE codes of the municipalities that have a postal code."""
    found: dict[str, tuple[str, ...]] = {}
    for row in _rows("postal_codes_2026.csv"):
        found[row["postal_code"]] = (*found.get(row["postal_code"], ()), row["ine5"])
    return found


@cache
def local_holidays() -> dict[str, tuple[LocalHoliday, ...]]:
    """The published local holidays by INE code; a municipality that is not here has published none that we know."""
    found: dict[str, tuple[LocalHoliday, ...]] = {}
    for row in _rows("local_holidays_2026.csv"):
        one = LocalHoliday(date.fromisoformat(row["date"]), row["nucleus"], row["source"])
        found[row["ine5"]] = (*found.get(row["ine5"], ()), one)
    return found


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
