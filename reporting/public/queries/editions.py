"""Months that were published for good, edition by edition."""

from collections.abc import Iterable
from datetime import date

from reporting.public.chain import Said
from reporting.public.models import Publication, PublicCount
from reporting.public.rules import CALLS, TOTAL, may_be_published


def latest_editions(schema: str) -> dict[str, Publication]:
    """The latest edition of each month of the active municipality, by name, with what it was made of."""
    return {f"{one.month:%Y-%m}": one for one in Publication.objects.filter(schema_name=schema)}


def said_by(schemas: Iterable[str]) -> list[Said]:
    """Every edition that these municipalities published, in the order of publishing."""
    return [one.said for one in Publication.objects.filter(schema_name__in=schemas).defer("tally")]


def said_of_month(schema: str, month: date) -> list[Said]:
    """Every edition of one month of a municipality, the first one first."""
    return [one.said for one in Publication.objects.filter(schema_name=schema, month=month).defer("tally")]


def months_due(schema: str, today: date) -> bool:
    """Whether a month with figures is over long enough and the active municipality has not published it."""
    told = PublicCount.objects.filter(schema_name=schema, indicator=CALLS).exclude(period=TOTAL)
    names = {name for name in told.values_list("period", flat=True) if may_be_published(_first_day(name), today)}
    published = Publication.objects.filter(schema_name=schema).values_list("month", flat=True)
    return bool(names - {f"{month:%Y-%m}" for month in published})


def _first_day(name: str) -> date:
    return date.fromisoformat(f"{name}-01")
