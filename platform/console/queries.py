"""What Adtende's people see of all municipalities, from shared tables only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from reporting.public.models import PublicCount
from reporting.public.rules import CALLS, TOTAL
from tenants.directory.models import Municipality
from tenants.directory.queries import host_of
from tenants.directory.rules import search_key

QUIET_AFTER = timedelta(days=3)
QUIET, NEVER, CLOSING = TROUBLES = ("quiet", "never", "closing")  # the most harmful first


@dataclass(frozen=True)
class TownRow:
    """One municipality with its state; ``trouble`` is a word of TROUBLES or empty."""

    municipality: Municipality
    host: str
    calls: int | None
    has_few_calls: bool
    as_at: datetime | None
    trouble: str

    @property
    def harm(self) -> tuple[int, int, str]:
        """Sorts first what hurts most: the kind of trouble, then how many citizens have it."""
        town = self.municipality
        if not self.trouble:
            return len(TROUBLES), 0, town.name
        return TROUBLES.index(self.trouble), -town.population, town.name


def towns(text: str = "") -> list[TownRow]:
    """All municipalities that match, the most harmful trouble first. No data is a state of its own, never a zero."""
    published = {count.schema_name: count for count in PublicCount.objects.filter(indicator=CALLS, period=TOTAL)}
    wanted = search_key(text)
    rows = []
    for town in Municipality.objects.order_by("name"):
        if wanted and wanted not in search_key(f"{town.name} {town.slug} {town.ine_code} {town.province}"):
            continue
        count = published.get(town.schema_name)
        rows.append(
            TownRow(
                municipality=town,
                host=host_of(town.slug),
                calls=count.value if count else None,
                has_few_calls=bool(count and count.is_suppressed),
                as_at=count.as_at if count else None,
                trouble=_trouble(town, count),
            )
        )
    return sorted(rows, key=lambda row: row.harm)


def _trouble(town: Municipality, count: PublicCount | None) -> str:
    if town.state == Municipality.State.CLOSING:
        return CLOSING
    if town.state == Municipality.State.CLOSED:
        return ""
    if count is None:
        return NEVER
    return QUIET if timezone.now() - count.as_at > QUIET_AFTER else ""
