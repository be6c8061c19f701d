"""The documents of published months: what each says, and how it follows on the one before. Knows nothing of Django."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from reporting.public.rules import ANSWERED, CALLS, WAIT_MEDIAN, WAIT_P90
from reporting.public.signing import canonical, vouches

FORMAT = "sct-month-1"
LICENCE = "CC-BY-4.0"
# Names of figures in documents and files, by the indicator of the published table.
NAMES = {
    CALLS: "calls",
    ANSWERED: "answered_by_person",
    WAIT_MEDIAN: "wait_median_seconds",
    WAIT_P90: "wait_p90_seconds",
}


@dataclass(frozen=True)
class Figures:
    """What is told of a month; None is not told, and from 1 to 4 where the name is in ``small``. Never 0 instead."""

    values: Mapping[str, int | None]
    small: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As it stands in a document."""
        return {"figures": {name: self.values.get(name) for name in NAMES.values()}, "from_1_to_4": list(self.small)}


@dataclass(frozen=True)
class Said:
    """One edition of a month as it was published."""

    month: date
    edition: int
    published_at: datetime
    town: str
    slug: str
    figures: Figures
    payload: str = ""
    signature: str = ""

    @property
    def calls(self) -> int | None:
        return self.figures.values[NAMES[CALLS]]

    @property
    def has_few_calls(self) -> bool:
        return NAMES[CALLS] in self.figures.small

    @property
    def answered(self) -> int | None:
        return self.figures.values[NAMES[ANSWERED]]

    @property
    def unanswered(self) -> int | None:
        """Calls of which no record says that a person answered; None where either number is not told."""
        return None if self.calls is None or self.answered is None else self.calls - self.answered

    @property
    def wait_median(self) -> int | None:
        return self.figures.values[NAMES[WAIT_MEDIAN]]

    @property
    def wait_p90(self) -> int | None:
        return self.figures.values[NAMES[WAIT_P90]]


@dataclass(frozen=True)
class Correction:
    """A month told anew: what was said and what is said now."""

    before: Said
    now: Said


def corrections(said: Sequence[Said]) -> list[Correction]:
    """Every edition after the first beside the one it follows, the latest first. ``said`` is in the order of publishing."""
    before: dict[tuple[str, date], Said] = {}
    found = []
    for one in said:
        if earlier := before.get((one.slug, one.month)):
            found.append(Correction(earlier, one))
        before[one.slug, one.month] = one
    return found[::-1]


def document(
    *, town: Mapping[str, Any], month: date, edition: int, at: datetime, figures: Figures, previous: str
) -> dict[str, Any]:
    """What is signed of a month. ``previous`` is the digest of what the municipality published before, or empty."""
    return {
        "format": FORMAT,
        "municipality": dict(town),
        "month": f"{month:%Y-%m}",
        "edition": edition,
        "published_at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "previous": previous,
        "licence": LICENCE,
        **figures.as_json(),
    }


def read(payload: str, signature: str = "") -> Said:
    """A document as it was published. Raises ValueError where it is none."""
    try:
        told = json.loads(payload)
        town = told["municipality"]
        return Said(
            month=date.fromisoformat(f"{told['month']}-01"),
            edition=int(told["edition"]),
            published_at=datetime.fromisoformat(told["published_at"]),
            town=town["name"],
            slug=town["slug"],
            figures=Figures({name: told["figures"][name] for name in NAMES.values()}, tuple(told["from_1_to_4"])),
            payload=payload,
            signature=signature,
        )
    except (KeyError, TypeError) as error:
        raise ValueError("This is no published month.") from error


def trouble_with(payload: str, signature: str, keys: Sequence[Ed25519PublicKey]) -> str:
    """Why a document is not what was published, in one sentence; empty when it is."""
    if not vouches(signature, payload, keys):
        return "its signature does not vouch for it: figures or signature were changed."
    if canonical(json.loads(payload)) != payload:
        return "it is written in another way than it was signed."
    return ""
