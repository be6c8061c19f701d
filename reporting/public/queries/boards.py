"""What the front page reads of all municipalities: the published table and the register, nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max, QuerySet

from kit.periods import local_day, month_after
from reporting.kpi.queries import fill
from reporting.kpi.rules import OUTCOMES
from reporting.public.models import PublicCount
from reporting.public.rules import (
    ANSWERED,
    CALLS,
    FEWEST_FOR_SHARE,
    TOTAL,
    WAIT_MEDIAN,
    WAIT_P90,
    Place,
    outcome_indicator,
)
from tenants.directory.models import Municipality
from tenants.directory.queries import host_of

MONTHS_SHOWN = 13


@dataclass(frozen=True)
class PublicTown:
    """A municipality as everybody may see it; its counts are None where nothing, or nothing that may be told, is published."""

    name: str
    slug: str
    ine_code: str
    province: str
    covered: int | None  # inhabitants, of the INE; None out of service, and where they are only stated by a body itself
    host: str
    is_in_service: bool
    is_demonstration: bool
    has_few_calls: bool
    calls: int | None
    answered: int | None
    unknown: int | None
    wait_median: int | None
    wait_p90: int | None
    as_at: datetime | None

    @property
    def unanswered(self) -> int | None:
        """Calls that nobody answered; None where it is not known of every call, or is not told."""
        if self.calls is None or self.answered is None or self.unknown is None:
            return None
        return self.calls - self.answered - self.unknown


@dataclass(frozen=True)
class PublicMonth:
    """A month of all municipalities. ``answered`` None where one of them does not tell it; partial: some calls are left out."""

    first_day: date
    calls: int | None
    answered: int | None
    is_partial: bool
    is_closed: bool

    @property
    def rest(self) -> int | None:
        """Calls of which no record says that a person answered."""
        return None if self.calls is None or self.answered is None else self.calls - self.answered


@dataclass(frozen=True)
class PublicOutcome:
    """What became of calls: how many of all municipalities that tell it; ``is_few`` where the only one had from 1 to 4."""

    word: str
    calls: int | None
    is_few: bool


@dataclass(frozen=True)
class PublicBoard:
    """The figures of the front page, added up from what municipalities published: unknown stays unknown."""

    towns: list[PublicTown]
    months: list[PublicMonth]
    outcomes: list[PublicOutcome]
    padron_year: int | None

    @property
    def calls(self) -> int:
        """All calls told of, also of municipalities that were in service once."""
        return sum(town.calls or 0 for town in self.towns)

    @property
    def covered(self) -> int:
        """Inhabitants of the municipalities in service today, once each: one may have two accounts."""
        return sum({town.ine_code: town.covered or 0 for town in self.towns if town.covered is not None}.values())

    @property
    def as_at(self) -> datetime | None:
        """When the latest municipality published."""
        return max((town.as_at for town in self.towns if town.as_at), default=None)

    @property
    def telling(self) -> list[PublicTown]:
        """The municipalities that tell how many of their calls a person answered."""
        return [town for town in self.towns if town.answered is not None and town.calls]

    @property
    def answered(self) -> int | None:
        """Calls that a person answered, of ``answered_of``."""
        return sum(town.answered or 0 for town in self.telling) if self.telling else None

    @property
    def answered_of(self) -> int:
        """All calls of the municipalities that tell how many were answered."""
        return sum(town.calls or 0 for town in self.telling)

    @property
    def unanswered(self) -> int | None:
        """Calls that nobody answered, of ``answered_of``; None when one of the municipalities does not tell."""
        numbers = [town.unanswered for town in self.telling]
        return None if not numbers or None in numbers else sum(number or 0 for number in numbers)

    @property
    def not_detailed(self) -> int:
        """Calls of which no outcome is told, because numbers were small."""
        return max(self.calls - sum(outcome.calls or 0 for outcome in self.outcomes), 0)

    @property
    def worst_month(self) -> PublicMonth | None:
        """The closed month with the largest share of calls that nobody answered; None while there is nothing to compare."""
        if any(town.unknown != 0 for town in self.telling):
            return None
        comparable = [m for m in self.months if m.is_closed and not m.is_partial and (m.calls or 0) >= FEWEST_FOR_SHARE]
        split = [month for month in comparable if month.rest is not None]
        return max(split, key=lambda month: (month.rest or 0) / (month.calls or 1)) if len(split) > 1 else None

    @property
    def longest_waits(self) -> PublicTown | None:
        """The municipality where one in ten of those answered waited longest."""
        waits = [town for town in self.towns if town.is_in_service and town.wait_p90 is not None]
        return max(waits, key=lambda town: town.wait_p90 or 0, default=None)


def public_board() -> PublicBoard:
    """Everything for the front page in two queries. Invented calls are counted in a demonstration only.

    A municipality that never had a contract is not there: anybody can open one on trial.
    """
    return board_of(list(shown_municipalities()))


def shown_municipalities() -> QuerySet[Municipality]:
    """Those that the public site may show at all, by name: with a contract, or after one; invented ones in a demonstration."""
    known = Municipality.objects.filter(trial_ends_on=None).order_by("name")
    return known if settings.DEMONSTRATION else known.filter(is_demonstration=False)


def board_of(known: Sequence[Municipality]) -> PublicBoard:
    """What these municipalities published, added up; without those that are out of service and never published."""
    cells: dict[str, dict[Place, PublicCount]] = {town.schema_name: {} for town in known}
    for count in PublicCount.objects.filter(schema_name__in=list(cells)):
        cells[count.schema_name][count.period, count.indicator] = count
    towns = [town for town in known if town.is_in_service or cells[town.schema_name]]
    return PublicBoard(
        towns=[_town(town, cells[town.schema_name]) for town in towns],
        months=list(_months(towns, cells))[-MONTHS_SHOWN:],
        outcomes=[_outcome(word, list(cells.values())) for word in OUTCOMES],
        padron_year=max(
            (one.population_year for one in towns if one.is_in_service and not one.is_population_stated), default=None
        ),
    )


def _town(town: Municipality, cells: dict[Place, PublicCount]) -> PublicTown:
    def value(indicator: str) -> int | None:
        found = cells.get((TOTAL, indicator))
        return found.value if found else None

    calls = cells.get((TOTAL, CALLS))
    return PublicTown(
        name=town.name,
        slug=town.slug,
        ine_code=town.ine_code,
        province=town.province,
        covered=town.population if town.is_in_service and not town.is_population_stated else None,
        host=host_of(town.slug),
        is_in_service=town.is_in_service,
        is_demonstration=town.is_demonstration,
        has_few_calls=bool(calls and calls.is_suppressed),
        calls=value(CALLS),
        answered=value(outcome_indicator("ANSWERED")),
        unknown=value(outcome_indicator("UNKNOWN")),
        wait_median=value(WAIT_MEDIAN),
        wait_p90=value(WAIT_P90),
        as_at=calls.as_at if calls else None,
    )


def _months(towns: list[Municipality], cells: dict[str, dict[Place, PublicCount]]) -> Iterator[PublicMonth]:
    """Every month from the first published to the latest; one between them without any call has no number."""
    names = sorted({period for one in cells.values() for period, indicator in one if indicator == CALLS} - {TOTAL})
    if not names:
        return
    day, latest = _first_day(names[0]), _first_day(names[-1])
    while day <= latest:
        yield _month(day, towns, cells)
        day = month_after(day)


def _month(day: date, towns: list[Municipality], cells: dict[str, dict[Place, PublicCount]]) -> PublicMonth:
    name, calls, answered = f"{day:%Y-%m}", [], []
    is_partial, is_closed = False, True
    for town in towns:
        count = cells[town.schema_name].get((name, CALLS))
        if count is None:
            continue
        is_closed = is_closed and _is_closed(day, town, count.as_at)
        if count.value is None:
            is_partial = True
        elif count.value:
            calls.append(count.value)
            split = cells[town.schema_name].get((name, ANSWERED))
            answered.append(split.value if split else None)
    is_split = bool(calls) and None not in answered
    return PublicMonth(
        first_day=day,
        calls=sum(calls) if calls else None,
        answered=sum(number or 0 for number in answered) if is_split else None,
        is_partial=is_partial,
        is_closed=is_closed,
    )


def _is_closed(day: date, town: Municipality, as_at: datetime) -> bool:
    """Whether a municipality published after the end of the month by its own clock, or will never publish again."""
    return town.state == Municipality.State.CLOSED or local_day(as_at, ZoneInfo(town.time_zone)) >= month_after(day)


def _first_day(name: str) -> date:
    return date.fromisoformat(f"{name}-01")


def _outcome(word: str, towns: list[dict[Place, PublicCount]]) -> PublicOutcome:
    found = [cells[TOTAL, outcome_indicator(word)] for cells in towns if (TOTAL, outcome_indicator(word)) in cells]
    told = [count.value for count in found if count.value is not None]
    some = [count for count in found if count.value != 0]
    is_few = len(some) == 1 and some[0].is_suppressed
    return PublicOutcome(word, None if is_few or not told else sum(told), is_few)


def is_publication_behind(schema: str) -> bool:
    """Whether figures of the active municipality were computed after it published latest: somebody was killed between."""
    computed = fill().computed_at
    published = PublicCount.objects.filter(schema_name=schema).aggregate(latest=Max("as_at"))["latest"]
    return computed is not None and (published is None or published < computed)
