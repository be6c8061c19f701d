"""Texts that hold from a day on: which version is the one of today. Knows nothing of Django."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path


class NoVersion(LookupError):
    """No version of a text holds on a day; one sentence says which."""


@dataclass(frozen=True)
class Version:
    """One version of a text: its number and the first day it holds."""

    number: str
    starts_on: date


def version_on(register: Path, name: str, day: date) -> Version:
    """The version of a text that holds on a day, by a register in TOML. Raises NoVersion."""
    rows = tomllib.loads(register.read_text(encoding="utf-8")).get(name, [])
    begun = [Version(row["version"], row["from"]) for row in rows if row["from"] <= day]
    if not begun:
        raise NoVersion(f"No version of “{name}” holds on {day:%Y-%m-%d}.")
    return max(begun, key=lambda one: one.starts_on)
