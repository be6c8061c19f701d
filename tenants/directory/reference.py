"""The 8,132 municipalities of Spain. Source: INE, Cifras oficiales de población, Padrón 2025 (www.ine.es)."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "municipalities_2025.csv"
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
