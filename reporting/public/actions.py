"""Publishing: a municipality writes its own counts into the shared table, and nobody else's."""

from collections import defaultdict
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from kit.periods import Period, local_day
from reporting.kpi.actions import wait_for_others
from reporting.kpi.counts import Counts
from reporting.kpi.queries import series
from reporting.kpi.rules import OUTCOMES, figure
from reporting.public.models import PublicCount
from reporting.public.rules import TOTAL, suppressed
from tenants.audit.actions import record
from tenants.audit.rules import Actor, ActorKind
from tenants.isolation.context import connection

_EVER = Period(datetime(1980, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def publish() -> int:
    """Publishes the active municipality's counts, all of them or none; gives how many. Safe to repeat."""
    town = connection.tenant
    zone, now = ZoneInfo(town.time_zone), timezone.now()
    months: defaultdict[str, Counts] = defaultdict(Counts)
    total = Counts()
    with transaction.atomic():
        wait_for_others()
        for at, counts in series("D", _EVER).items():
            months[_month(local_day(at, zone))] += counts
            total += counts
        rows = [row for period, counts in months.items() for row in _rows(town.schema_name, period, counts, now)]
        rows += _rows(town.schema_name, TOTAL, total, now)
        PublicCount.objects.filter(schema_name=town.schema_name).delete()
        PublicCount.objects.bulk_create(rows, batch_size=1_000)
        by = Actor(ActorKind.JOB, "SCT", "publish")
        record(
            by=by, verb="publish_counts", subject=town.name, reason="figures were computed", details={"rows": len(rows)}
        )
    return len(rows)


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _rows(schema: str, period: str, counts: Counts, now: datetime) -> list[PublicCount]:
    outcomes = {f"outcome_{word}": int(counts[f"outcome_{word}"]) for word in OUTCOMES}
    hidden = suppressed(outcomes)
    calls = int(counts["inbound"])
    values: dict[str, int | None] = {"calls": None if 0 < calls < 5 else calls}
    values |= {name: None if name in hidden else number for name, number in outcomes.items()}
    wait = figure(counts, "wait_median")
    if wait.value is not None and (wait.denominator or 0) >= 30:
        values["wait_median"] = int(wait.value)
    return [
        PublicCount(
            schema_name=schema, indicator=name, period=period, value=value, is_suppressed=value is None, as_at=now
        )
        for name, value in values.items()
    ]
