"""Months that were published for good, edition by edition."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Max, Q

from reporting.public.chain import Correction, Said
from reporting.public.models import Publication, PublicCount
from reporting.public.rules import CALLS, TOTAL, may_be_published


def latest_editions(schema: str) -> dict[str, Publication]:
    """The latest edition of each month of the active municipality, by name, with what it was made of."""
    return {f"{one.month:%Y-%m}": one for one in Publication.objects.filter(schema_name=schema)}


def said_by(schemas: Iterable[str]) -> list[Said]:
    """Every edition that these municipalities published, in the order of publishing."""
    return [one.said for one in Publication.objects.filter(schema_name__in=schemas).defer("tally")]


def latest_corrections(schemas: Iterable[str], most: int) -> list[Correction]:
    """What these municipalities corrected, the latest first."""
    told = Publication.objects.filter(schema_name__in=schemas).defer("tally")
    later = list(told.filter(edition__gt=1).order_by("-id")[:most])
    before = Q(pk=None)
    for one in later:
        before |= Q(schema_name=one.schema_name, month=one.month, edition=one.edition - 1)
    earlier = {(one.schema_name, one.month, one.edition): one.said for one in told.filter(before)}
    return [Correction(earlier[one.schema_name, one.month, one.edition - 1], one.said) for one in later]


def latest_publication_at(schemas: Iterable[str]) -> datetime | None:
    """When one of these municipalities published a month latest."""
    found = Publication.objects.filter(schema_name__in=schemas).aggregate(latest=Max("published_at"))["latest"]
    return found if isinstance(found, datetime) else None


def months_due(schema: str, today: date) -> bool:
    """Whether a month with figures is over long enough and the active municipality has not published it."""
    told = PublicCount.objects.filter(schema_name=schema, indicator=CALLS).exclude(period=TOTAL)
    names = {name for name in told.values_list("period", flat=True) if may_be_published(_first_day(name), today)}
    published = Publication.objects.filter(schema_name=schema).values_list("month", flat=True)
    return bool(names - {f"{month:%Y-%m}" for month in published})


def _first_day(name: str) -> date:
    return date.fromisoformat(f"{name}-01")
