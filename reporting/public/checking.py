"""Walks what was published: every document is what was signed, none is missing between two, and the table says the same."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from reporting.public.chain import NAMES, Said, read, trouble_with
from reporting.public.models import Publication, PublicCount
from reporting.public.rules import ANSWERED, CALLS
from reporting.public.signing import digest
from tenants.directory.models import Municipality


@dataclass(frozen=True)
class Wrong:
    """An edition that is not what was published, and why, in one sentence."""

    slug: str
    month: date
    edition: int
    why: str

    def __str__(self) -> str:
        return f"{self.slug}, {self.month:%Y-%m}, edition {self.edition}: {self.why}"


@dataclass(frozen=True)
class Checked:
    """How many editions were looked at, and those that are wrong."""

    editions: int
    wrong: list[Wrong]


def checked(keys: Sequence[Ed25519PublicKey], slug: str = "", month: date | None = None) -> Checked:
    """Checks every edition of one municipality or of all; of one month when it is given."""
    towns = Municipality.objects.order_by("slug")
    looked_at, wrong = 0, []
    for town in towns.filter(slug=slug) if slug else towns:
        rows = list(Publication.objects.filter(schema_name=town.schema_name).defer("tally").order_by("id"))
        looked_at += sum(month in (None, row.month) for row in rows)
        wrong += [one for one in _wrong(town, rows, keys) if month in (None, one.month)]
    return Checked(looked_at, wrong)


def _wrong(town: Municipality, rows: Sequence[Publication], keys: Sequence[Ed25519PublicKey]) -> Iterator[Wrong]:
    previous, editions, latest = "", dict[date, int](), dict[date, Said]()
    for row in rows:
        why = _why(town.slug, row, previous, editions.get(row.month, 0) + 1, keys)
        if why:
            yield Wrong(town.slug, row.month, row.edition, why)
        else:
            latest[row.month] = row.said
        previous, editions[row.month] = digest(row.payload), row.edition
    for month, said in latest.items():
        if said.edition == editions[month] and (why := _differs_from_table(town.schema_name, said)):
            yield Wrong(town.slug, month, said.edition, why)


def _why(slug: str, row: Publication, previous: str, expected: int, keys: Sequence[Ed25519PublicKey]) -> str:
    try:
        said = read(row.payload, row.signature)
    except ValueError:
        return "it is no published month."
    if why := trouble_with(row.payload, row.signature, keys):
        return why
    if (said.slug, said.month, said.edition) != (slug, row.month, row.edition):
        return f"it was published as {said.slug}, {said.month:%Y-%m}, edition {said.edition}."
    if row.edition != expected:
        return f"edition {expected} should stand here: one is missing."
    if json.loads(row.payload)["previous"] != previous:
        return "what the municipality published before it is missing or was changed."
    return ""


def _differs_from_table(schema: str, said: Said) -> str:
    """Whether the pages that add up counts say another number than the document."""
    name = f"{said.month:%Y-%m}"
    found = PublicCount.objects.filter(schema_name=schema, period=name, indicator__in=(CALLS, ANSWERED))
    cells = {count.indicator: count.value for count in found}
    for indicator in (CALLS, ANSWERED):
        if cells.get(indicator) != said.figures.values[NAMES[indicator]]:
            return f"the public table says another number of {NAMES[indicator]}."
    return ""
