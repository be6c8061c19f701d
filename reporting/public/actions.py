"""Publishing: a municipality writes its own counts into the shared table, and nobody else's."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from callhub.pbx.queries import is_import_running, samples_there
from kit.periods import Period, day_start, local_day, month_after
from reporting.kpi.actions import wait_for_others
from reporting.kpi.counts import Counts
from reporting.kpi.queries import fill, series
from reporting.kpi.rules import OUTCOMES, figure
from reporting.public.chain import NAMES, Figures, document
from reporting.public.keys import key_to_sign_with
from reporting.public.models import Publication, PublicCount
from reporting.public.queries import latest_editions
from reporting.public.rules import (
    ANSWERED,
    CALLS,
    FEWEST_FOR_SHARE,
    TOTAL,
    WAITS,
    Place,
    Published,
    Tally,
    as_told,
    may_be_published,
    published,
    tells_few_apart,
)
from reporting.public.signing import canonical, digest, signature
from tenants.audit.actions import record
from tenants.audit.rules import Actor, ActorKind
from tenants.directory.models import Municipality
from tenants.isolation.context import connection

_EVER = Period(datetime(1980, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
_BY = Actor(ActorKind.JOB, "SCT", "publish")


@dataclass(frozen=True)
class _Decided:
    """What is told of a municipality from now on: the numbers by place, and by month what they are made of."""

    told: Published
    tallies: Mapping[str, Tally]
    values: Mapping[Place, int | None]

    def figures_of(self, month: str) -> Figures:
        """What is told of a month."""
        values = {name: self.values.get((month, indicator)) for indicator, name in NAMES.items()}
        return Figures(values, (NAMES[CALLS],) if (month, CALLS) in self.told.small else ())


def publish() -> int:
    """Publishes what may be told of the active municipality, all of it or nothing; gives how many counts.

    With them each month that was published for good and is told otherwise now gets a further edition, with its audit line,
    where this process has the key. Safe to repeat. Nothing is published while sample calls are among the calls. While
    fewer than five calls came or went since, or a number from 1 to 4 would be given away, what stands is left.
    """
    return _publish(are_new_months_due=False)


def publish_closed_months() -> int:
    """The same, and the months that are over are published for good. Not after each import: history comes in many files."""
    return _publish(are_new_months_due=not is_import_running())


def _publish(*, are_new_months_due: bool) -> int:
    if samples_there():
        return 0
    town = connection.tenant
    zone = ZoneInfo(town.time_zone)
    now = timezone.now()
    months: defaultdict[str, Counts] = defaultdict(Counts)
    with transaction.atomic():
        wait_for_others()
        for at, counts in series("D", _EVER).items():
            months[f"{local_day(at, zone):%Y-%m}"] += counts
        said = latest_editions(town.schema_name)
        decided = _decided(months, said)
        if decided.told.gives_away or _tells_few_apart(town.schema_name, decided.told):
            return 0
        PublicCount.objects.filter(schema_name=town.schema_name).delete()
        PublicCount.objects.bulk_create(_rows(town.schema_name, decided, now), batch_size=1_000)
        record(
            by=_BY,
            verb="publish_counts",
            subject=town.name,
            reason="figures were computed",
            details={"rows": len(decided.values)},
        )
        _publish_months(town, decided, said, now, are_new_months_due)
    return len(decided.values)


def _tally(counts: Counts) -> Tally:
    return Tally({word: int(counts[f"outcome_{word}"]) for word in OUTCOMES})


def _tells_few_apart(schema: str, told: Published) -> bool:
    before = PublicCount.objects.filter(schema_name=schema, indicator=CALLS, period=TOTAL).first()
    return before is not None and tells_few_apart(before.value, told.calls)


def _decided(months: Mapping[str, Counts], said: Mapping[str, Publication]) -> _Decided:
    """What is told of each month and of all; a month that stays as it was published keeps its waits too."""
    before = {name: Tally(one.tally["outcomes"]) for name, one in said.items()}
    tallies = as_told({name: _tally(counts) for name, counts in months.items()}, before)
    kept = {name for name in before if tallies[name].parts == before[name].parts}
    known: set[Place] = set()
    for name in kept:
        figures = said[name].said.figures
        known |= {(name, indicator) for indicator in (CALLS, ANSWERED) if figures.values[NAMES[indicator]] is not None}
    total = sum(tallies.values(), Tally(dict.fromkeys(OUTCOMES, 0)))
    told = published(total, tallies, known)
    values: dict[Place, int | None] = {**told.shown, **dict.fromkeys(told.small | told.silent)}
    # A wait says that at least so many were answered, so it is told only where their number is.
    if told.tells_answered:
        values |= _waits(TOTAL, sum(months.values(), Counts()))
    for name in tallies:
        if (name, ANSWERED) in told.shown and name not in kept:
            values |= _waits(name, months.get(name, Counts()))
        elif name in kept:
            as_said = said[name].said.figures.values
            values |= {(name, one): as_said[NAMES[one]] for one in WAITS if as_said[NAMES[one]] is not None}
    return _Decided(told, tallies, values)


def _waits(period: str, counts: Counts) -> dict[Place, int | None]:
    found: dict[Place, int | None] = {}
    for indicator in WAITS:
        wait = figure(counts, indicator)
        if wait.value is not None and (wait.denominator or 0) >= FEWEST_FOR_SHARE:
            found[period, indicator] = int(wait.value)
    return found


def _rows(schema: str, decided: _Decided, now: datetime) -> list[PublicCount]:
    return [
        PublicCount(
            schema_name=schema,
            indicator=indicator,
            period=period,
            value=value,
            is_suppressed=(period, indicator) in decided.told.small,
            as_at=now,
        )
        for (period, indicator), value in decided.values.items()
    ]


def _publish_months(
    town: Municipality, decided: _Decided, said: Mapping[str, Publication], now: datetime, are_new_due: bool
) -> None:
    """Publishes anew each month of which something else is told now and, when they are due, those that are over for good."""
    key = key_to_sign_with()
    if key is None or town.trial_ends_on or decided.told.calls is None:
        return
    zone, waiting_from = ZoneInfo(town.time_zone), fill().waiting_from
    latest = Publication.objects.filter(schema_name=town.schema_name).last()
    previous = digest(latest.payload) if latest else ""
    for name in sorted(decided.tallies):
        month = date.fromisoformat(f"{name}-01")
        is_waiting = waiting_from is not None and waiting_from < day_start(month_after(month), zone)
        figures, before = decided.figures_of(name), said.get(name)
        is_said = before.said.figures == figures if before else not are_new_due
        if is_said or is_waiting or not may_be_published(month, local_day(now, zone)):
            continue
        edition = before.edition + 1 if before else 1
        text = canonical(
            document(town=_described(town), month=month, edition=edition, at=now, figures=figures, previous=previous)
        )
        Publication.objects.create(
            schema_name=town.schema_name,
            month=month,
            edition=edition,
            payload=text,
            signature=signature(text, key),
            tally={"outcomes": decided.tallies[name].outcomes},
            published_at=now,
        )
        previous = digest(text)
        record(
            by=_BY,
            verb="correct_month" if before else "publish_month",
            subject=name,
            reason="figures were computed" if before else "the month is over",
            details={"edition": edition, "digest": previous},
        )


def _described(town: Municipality) -> dict[str, object]:
    """A municipality as documents name it, with the inhabitants of that day."""
    return {
        "name": town.name,
        "slug": town.slug,
        "ine_code": town.ine_code,
        "province": town.province,
        "population": None if town.is_population_stated else town.population,
        "padron_year": None if town.is_population_stated else town.population_year,
    }
