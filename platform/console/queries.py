"""What Adtende's people see of all municipalities, from shared tables only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from reporting.public.models import PublicCount
from reporting.public.rules import TOTAL
from tenants.directory.models import Municipality
from tenants.directory.queries import host_of
from tenants.directory.rules import search_key

QUIET_AFTER = timedelta(days=3)


@dataclass(frozen=True)
class TownRow:
    """One municipality with its state; ``trouble`` is a word of TROUBLES or empty."""

    municipality: Municipality
    host: str
    calls: int | None
    as_at: datetime | None
    trouble: str


def towns(text: str = "") -> list[TownRow]:
    """All municipalities that match, those with trouble first. No data is a state of its own, never a zero."""
    published = {count.schema_name: count for count in PublicCount.objects.filter(indicator="calls", period=TOTAL)}
    wanted = search_key(text)
    rows = []
    for town in Municipality.objects.order_by("name"):
        if wanted and wanted not in search_key(f"{town.name} {town.slug} {town.ine_code} {town.province}"):
            continue
        count = published.get(town.schema_name)
        rows.append(
            TownRow(
                town,
                host_of(town.slug),
                count.value if count else None,
                count.as_at if count else None,
                _trouble(town, count),
            )
        )
    return sorted(rows, key=lambda row: (not row.trouble, row.municipality.name))


def _trouble(town: Municipality, count: PublicCount | None) -> str:
    if town.state != Municipality.State.ACTIVE:
        return ""
    if count is None:
        return "never"
    return "quiet" if timezone.now() - count.as_at > QUIET_AFTER else ""
