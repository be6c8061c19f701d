"""Published months as rows of a CSV and as JSON: the same numbers as on the pages, under the same names."""

import json
from collections.abc import Iterable
from typing import Any

from reporting.public import definitions
from reporting.public.chain import LICENCE, Correction, Said
from reporting.public.queries import MonthTold, PublicTown
from reporting.public.rules import SMALLEST_SHOWN

MONTHS = [column.name for column in definitions.MONTHS]
CORRECTIONS = [column.name for column in definitions.CORRECTIONS]
FEW = f"<{SMALLEST_SHOWN}"


def month_row(town: PublicTown, month: MonthTold) -> list[Any]:
    """A month as a row of a CSV; edition and moment are empty while it is provisional."""
    return [
        town.name, town.ine_code, month.name, FEW if month.has_few_calls else month.calls, month.answered,
        month.wait_median, month.wait_p90, month.edition or None, moment(month),
    ]  # fmt: skip


def month_json(month: MonthTold) -> dict[str, Any]:
    """A month as an object; null is not told, and from 1 to 4 where ``from_1_to_4`` names it."""
    return {
        "month": month.name,
        "calls": month.calls,
        "answered_by_person": month.answered,
        "wait_median_seconds": month.wait_median,
        "wait_p90_seconds": month.wait_p90,
        "from_1_to_4": ["calls"] if month.has_few_calls else [],
        "edition": month.edition or None,
        "published_at": moment(month),
    }


def town_json(town: PublicTown, months: Iterable[MonthTold]) -> dict[str, Any]:
    """All months of a municipality as one object."""
    return {
        "licence": LICENCE,
        "municipality": town.name,
        "slug": town.slug,
        "ine_code": town.ine_code,
        "province": town.province,
        "months": [month_json(month) for month in months],
    }


def moment(month: MonthTold | Said) -> str | None:
    """When it was published, in UTC; None of what is provisional."""
    return f"{month.published_at:%Y-%m-%dT%H:%M:%SZ}" if month.published_at else None


def correction_row(one: Correction) -> list[Any]:
    """What was said of a month and what is said now, as a row of a CSV."""
    return [
        one.now.town, f"{one.now.month:%Y-%m}", one.now.edition, moment(one.now),
        FEW if one.before.has_few_calls else one.before.calls, FEW if one.now.has_few_calls else one.now.calls,
        one.before.answered, one.now.answered,
    ]  # fmt: skip


def signed_file(said: Said) -> str:
    """The document as it was signed, with its signature: what `manage verify_publication --file` checks."""
    return f'{{"document":{said.payload},"signature":{json.dumps(said.signature)}}}'
