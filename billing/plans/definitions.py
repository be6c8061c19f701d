"""What a plan costs and what the law says, on any day: read once from ``data``, refused where it contradicts itself.

Knows nothing of Django. Periods are half-open days: ``ends_before`` is the first day on which an entry no longer holds,
None for the one that holds now.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol, TypeVar

DATA = Path(__file__).parent / "data"
TACTICAL_ADVICE, ATTENDED = "tactical_advice", "attended"
PLANS = (TACTICAL_ADVICE, ATTENDED)


class UnusableData(ValueError):
    """The data contradict themselves; one sentence says where."""


class UnknownPrice(ValueError):
    """Nothing was agreed for a day or a plan; one sentence says which."""


@dataclass(frozen=True)
class Band:
    """What a town hall of up to ``up_to`` inhabitants pays a month; None is all larger ones."""

    up_to: int | None
    month_cents: int
    included_calls: int = 0


@dataclass(frozen=True)
class Block:
    """Calls bought together for one month."""

    calls: int
    cents: int


@dataclass(frozen=True)
class Prices:
    """The prices of a plan in one stretch of time."""

    starts_on: date
    ends_before: date | None
    annual_discount_percent: Decimal
    bands: tuple[Band, ...]
    further_call_cents: int = 0
    overflow_block: Block | None = None
    campaign_block: Block | None = None

    def band_of(self, population: int) -> Band:
        """The band that a town hall with so many inhabitants belongs to."""
        return next(band for band in self.bands if band.up_to is None or population <= band.up_to)


@dataclass(frozen=True)
class Setting:
    """A number of the law in one stretch of time."""

    starts_on: date
    ends_before: date | None
    value: Decimal


class Dated(Protocol):
    """What holds from a day until the day before another."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_before(self) -> date | None: ...


@dataclass(frozen=True)
class Book:
    """Everything there is to know about prices: plans by code, rates of tax by name, and the ceiling of minor contracts."""

    plans: Mapping[str, tuple[Prices, ...]]
    taxes: Mapping[str, tuple[Setting, ...]]
    minor_contract_cents: tuple[Setting, ...]

    def prices(self, plan: str, on: date) -> Prices:
        """The prices of a plan on a day. Raises UnknownPrice."""
        if plan not in self.plans:
            raise UnknownPrice(f"There is no plan “{plan}”.")
        return on_day(self.plans[plan], on, f"The plan “{plan}”")


Entry = TypeVar("Entry", bound=Dated)


def on_day(entries: Sequence[Entry], on: date, name: str) -> Entry:
    """The entry that holds on a day. Raises UnknownPrice."""
    for entry in entries:
        if entry.starts_on <= on and (entry.ends_before is None or on < entry.ends_before):
            return entry
    raise UnknownPrice(f"{name} has no price on {on:%Y-%m-%d}.")


@cache
def book() -> Book:
    """The data of the product. Raises UnusableData."""
    return read_book(DATA)


def read_book(folder: Path) -> Book:
    """The data of a folder. Raises UnusableData with one sentence."""
    law = _table(folder / "law.toml")
    plans = {}
    for code in PLANS:
        table = _table(folder / f"{code}.toml")
        if table.get("code") != code:
            raise UnusableData(f"{code}.toml is of the plan “{table.get('code')}”.")
        plans[code] = _dated(f"{code}.toml", table.get("prices", []), _prices)
    return Book(
        plans=plans,
        taxes={code: _dated(f"{code} in law.toml", law.get(code, []), _rate) for code in ("IVA", "IGIC")},
        minor_contract_cents=_dated("minor_contract in law.toml", law.get("minor_contract", []), _ceiling),
    )


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise UnusableData(f"{path.name} cannot be read: {error}.") from error


def _dated(name: str, rows: Sequence[Mapping[str, Any]], make: Callable[..., Entry]) -> tuple[Entry, ...]:
    """The entries of a list in order of their days. Each ends where the next begins; a stated end must be just that."""
    if not rows:
        raise UnusableData(f"{name} has no entry.")
    found = []
    ordered = sorted(rows, key=lambda row: row.get("from", date.min))
    for number, row in enumerate(ordered):
        try:
            starts_on, until = row["from"], row.get("until")
            ends_before = until + timedelta(days=1) if until else None
            entry = make(starts_on, ends_before, row=row)
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            raise UnusableData(f"{name}: entry {number + 1} is not complete or not in its form ({error}).") from error
        if ends_before and ends_before <= starts_on:
            raise UnusableData(f"{name}: the entry from {starts_on} ends before it starts.")
        found.append(entry)
    _refuse_overlaps_and_gaps(name, found)
    return tuple(found)


def _refuse_overlaps_and_gaps(name: str, entries: Sequence[Dated]) -> None:
    for before, after in pairwise(entries):
        if before.ends_before is None or before.ends_before > after.starts_on:
            raise UnusableData(f"{name}: on {after.starts_on} two entries hold at once.")
        if before.ends_before < after.starts_on:
            raise UnusableData(f"{name}: from {before.ends_before} until the day before {after.starts_on} none holds.")
    if entries[-1].ends_before is not None:
        raise UnusableData(f"{name}: from {entries[-1].ends_before} on none holds.")


def _rate(starts_on: date, ends_before: date | None, *, row: Mapping[str, Any]) -> Setting:
    return Setting(starts_on, ends_before, _percentage(row["percent"]))


def _ceiling(starts_on: date, ends_before: date | None, *, row: Mapping[str, Any]) -> Setting:
    return Setting(starts_on, ends_before, Decimal(row["below_cents"]))


def _percentage(text: str) -> Decimal:
    rate = Decimal(text)
    if not 0 <= rate <= 100:
        raise ValueError(f"{text} percent")
    return rate


def _prices(starts_on: date, ends_before: date | None, *, row: Mapping[str, Any]) -> Prices:
    bands = tuple(Band(b.get("up_to"), b["month_cents"], b.get("included_calls", 0)) for b in row["bands"])
    _refuse_bands(bands)
    return Prices(
        starts_on,
        ends_before,
        _percentage(row["annual_discount_percent"]),
        bands,
        row.get("further_call_cents", 0),
        _block(row.get("overflow_block")),
        _block(row.get("campaign_block")),
    )


def _refuse_bands(bands: Iterable[Band]) -> None:
    *smaller, last = bands
    edges = [band.up_to for band in smaller]
    if None in edges or last.up_to is not None or edges != sorted(set(edges), key=lambda edge: edge or 0):
        raise ValueError("bands go from small to large, and only the last has no end")


def _block(row: Mapping[str, Any] | None) -> Block | None:
    return Block(row["calls"], row["cents"]) if row else None
