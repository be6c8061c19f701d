"""Publishing: a municipality writes its own counts into the shared table, and nobody else's."""

from collections import defaultdict
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from callhub.pbx.queries import samples_there
from kit.periods import Period, local_day
from reporting.kpi.actions import wait_for_others
from reporting.kpi.counts import Counts
from reporting.kpi.queries import series
from reporting.kpi.rules import OUTCOMES, figure
from reporting.public.models import PublicCount
from reporting.public.rules import CALLS, FEWEST_FOR_SHARE, TOTAL, WAITS, Tally, published, tells_few_apart
from tenants.audit.actions import record
from tenants.audit.rules import Actor, ActorKind
from tenants.isolation.context import connection

_EVER = Period(datetime(1980, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def publish() -> int:
    """Publishes what may be told of the active municipality, all of it or nothing; gives how many counts.

    Safe to repeat. Nothing is published while sample calls are among the calls. While fewer than five calls came or went
    since, what stands is left: the two together would tell of them.
    """
    if samples_there():
        return 0
    town = connection.tenant
    zone = ZoneInfo(town.time_zone)
    months: defaultdict[str, Counts] = defaultdict(Counts)
    total = Counts()
    with transaction.atomic():
        wait_for_others()
        for at, counts in series("D", _EVER).items():
            months[_month(local_day(at, zone))] += counts
            total += counts
        if _tells_few_apart(town.schema_name, total):
            return 0
        rows = _rows(town.schema_name, total, months)
        PublicCount.objects.filter(schema_name=town.schema_name).delete()
        PublicCount.objects.bulk_create(rows, batch_size=1_000)
        by = Actor(ActorKind.JOB, "SCT", "publish")
        record(
            by=by, verb="publish_counts", subject=town.name, reason="figures were computed", details={"rows": len(rows)}
        )
    return len(rows)


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _tally(counts: Counts) -> Tally:
    return Tally({word: int(counts[f"outcome_{word}"]) for word in OUTCOMES})


def _tells_few_apart(schema: str, total: Counts) -> bool:
    before = PublicCount.objects.filter(schema_name=schema, indicator=CALLS, period=TOTAL).first()
    return before is not None and tells_few_apart(before.value, _tally(total).calls)


def _rows(schema: str, total: Counts, months: dict[str, Counts]) -> list[PublicCount]:
    told = published(_tally(total), {name: _tally(counts) for name, counts in months.items()})
    values: dict[tuple[str, str], int | None] = {**told.shown, **dict.fromkeys(told.small | told.silent)}
    # A wait says that at least so many were answered, so it is told only where their number is.
    for indicator in WAITS if told.tells_answered else ():
        wait = figure(total, indicator)
        if wait.value is not None and (wait.denominator or 0) >= FEWEST_FOR_SHARE:
            values[TOTAL, indicator] = int(wait.value)
    now = timezone.now()
    return [
        PublicCount(
            schema_name=schema,
            indicator=indicator,
            period=period,
            value=value,
            is_suppressed=(period, indicator) in told.small,
            as_at=now,
        )
        for (period, indicator), value in values.items()
    ]
