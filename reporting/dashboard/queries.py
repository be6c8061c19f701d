"""Everything the dashboard shows, from buckets; only the calls a department missed, and its median, from calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from callhub.calls.queries import handed
from callhub.departments.queries import departments_of_extensions, extensions_of
from kit.periods import day_start, days_between, days_period, local_day, month_before
from reporting.dashboard import rules
from reporting.kpi.counts import Counts
from reporting.kpi.models import Bucket
from reporting.kpi.queries import (
    AGENT,
    ALL,
    EXTENSION,
    QUEUE,
    Fill,
    by_subject,
    counts_between,
    days_and_total,
    days_without_waits,
    fill,
    series,
    series_together,
)

WEEKS_FOR_RHYTHM = 8


@dataclass(frozen=True)
class Board:
    """One period of a municipality. ``days`` are its days with their counts but for waits; days without calls are there too.

    ``stretches`` are the days, weeks or months (``by``) that a chart has room for, with their waits; those without calls are absent.
    """

    first: date
    past: date
    total: Counts
    days: list[tuple[date, Counts]]
    by: str
    stretches: list[tuple[date, Counts]]
    told_day: tuple[date, Counts] | None
    usual_of_told: float | None
    since_told: tuple[date, Counts] | None
    loads: list[rules.DepartmentLoad]
    rhythm: list[list[float]]
    rhythm_weeks: int
    fill: Fill

    @property
    def filter(self) -> str:
        """The period as the list of calls takes it in its address."""
        return f"starts={self.first}&ends={self.past - timedelta(days=1)}"


def board(zone: ZoneInfo, first: date, past: date, no_department: str) -> Board:
    """The board of the local days from ``first`` up to, but without, ``past``."""
    period = days_period(first, past, zone)
    rhythm_start = day_start(past - timedelta(weeks=WEEKS_FOR_RHYTHM), zone)
    by = rules.stretch_for((past - first).days)
    found, stretches, total = days_and_total(
        min(period.starts_at, rhythm_start), period, lambda at: rules.start_of(by, local_day(at, zone))
    )
    days = [(day, found.get(day_start(day, zone), Counts())) for day in days_between(first, past)]
    place = rules.day_to_tell(days)
    told = None if place is None else days[place]
    rhythm_days = {at: counts for at, counts in found.items() if at >= rhythm_start}
    by_extension = by_subject(period, EXTENSION)
    return Board(
        first,
        past,
        total,
        days,
        by,
        list(stretches.items()),
        told,
        _usual(zone, told[0]) if told else None,
        _since(days[place + 1 :]) if place is not None else None,
        rules.loads(by_extension, departments_of_extensions(), no_department),
        rules.hours_by_weekday(rhythm_days, zone, _weeks(rhythm_days, zone)),
        WEEKS_FOR_RHYTHM,
        fill(),
    )


def _asked_series(grain: str, zone: ZoneInfo, asked: rules.Asked) -> dict[datetime, Counts]:
    period = days_period(asked.first, asked.past, zone)
    if asked.kind == "department":
        return series_together(grain, period, EXTENSION, extensions_of(int(asked.name)))
    return series(grain, period, {"queue": QUEUE, "agent": AGENT}.get(asked.kind, ALL), asked.name)


def days_asked(zone: ZoneInfo, asked: rules.Asked) -> list[tuple[date, Counts]]:
    """Every day asked for with its counts; days without calls are there too."""
    found = _asked_series("D", zone, asked)
    return [(day, found.get(day_start(day, zone), Counts())) for day in days_between(asked.first, asked.past)]


def hours_asked(zone: ZoneInfo, asked: rules.Asked) -> list[tuple[int, Counts]]:
    """The hours of the day with calls, each summed over the days asked for."""
    found: dict[int, Counts] = {}
    for at, counts in _asked_series("Q", zone, asked).items():
        hour = found.setdefault(at.astimezone(zone).hour, Counts())
        hour += counts
    return sorted(found.items(), key=lambda pair: pair[0])


@dataclass(frozen=True)
class DepartmentBoard:
    """The calls handed to one department in a period. ``counts`` are of its extensions, ``all_calls`` of the whole town."""

    id: int
    name: str
    first: date
    past: date
    extensions: list[str]
    counts: Counts
    all_calls: Counts
    median_seconds: float | None
    missed: handed.NotPickedUp


def department_board(zone: ZoneInfo, first: date, past: date, department: tuple[int, str]) -> DepartmentBoard:
    """The board of a department (id and name): of its extensions as they are today."""
    period = days_period(first, past, zone)
    extensions = extensions_of(department[0])
    own = Counts()
    for number, counts in by_subject(period, EXTENSION).items():
        if number in extensions:
            own += counts
    return DepartmentBoard(
        *department,
        first,
        past,
        extensions,
        own,
        counts_between(period, zone),
        handed.median_seconds_to_pick_up(extensions, period.starts_at, period.ends_before),
        handed.not_picked_up(extensions, period.starts_at, period.ends_before),
    )


def department_to_look_at(zone: ZoneInfo, first: date, past: date, among: list[int]) -> int | None:
    """Of these departments, the one that picked up least of what was handed to it; the first one when none missed a call."""
    period = days_period(first, past, zone)
    loads = rules.loads(by_subject(period, EXTENSION), departments_of_extensions(), "")
    missed = {load.department_id: load.not_picked_up for load in loads}
    return max(among, key=lambda pk: missed.get(pk, 0), default=None)


def _weeks(days: Mapping[datetime, Counts], zone: ZoneInfo) -> float:
    if not days:
        return 1.0
    return max(((local_day(max(days), zone) - local_day(min(days), zone)).days + 1) / 7, 1.0)


def _usual(zone: ZoneInfo, day: date) -> float | None:
    """The usual number of calls of that weekday: the median of the eight weeks before."""
    before = [day - timedelta(weeks=n) for n in range(1, WEEKS_FOR_RHYTHM + 1)]
    found = days_without_waits([day_start(one, zone) for one in before])
    return rules.usual([rules.calls_of(counts) for counts in found])


def _since(days: rules.Days) -> tuple[date, Counts] | None:
    """The latest day with calls and the sum up to it; None without any."""
    with_calls = [(day, counts) for day, counts in days if rules.calls_of(counts)]
    return (with_calls[-1][0], rules.total(counts for _day, counts in with_calls)) if with_calls else None


def latest_day_with_calls(zone: ZoneInfo) -> date | None:
    """The latest local day that has a bucket, or None."""
    at = (
        Bucket.objects.filter(grain="D", subject_kind=ALL)
        .order_by("-starts_at")
        .values_list("starts_at", flat=True)
        .first()
    )
    return local_day(at, zone) if at else None


def months_with_calls(zone: ZoneInfo) -> list[date]:
    """The first days of the months with a bucket, the latest first."""
    days = Bucket.objects.filter(grain="D", subject_kind=ALL).order_by("starts_at").values_list("starts_at", flat=True)
    first, latest = days.first(), latest_day_with_calls(zone)
    if first is None or latest is None:
        return []
    months = [latest.replace(day=1)]
    while months[-1] > local_day(first, zone):
        months.append(month_before(months[-1]))
    return months
