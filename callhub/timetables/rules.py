"""When a town hall and its departments are open. Knows nothing of Django, of the clock or of the calendar of holidays.

Hours are minutes of the wall's clock, so a change of the clocks moves nothing: an office opens at 9:00 in March as in April.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

DAY = 24 * 60  # minutes
MOST_PERIODS = 6  # of one day
MOST_SEASONS = 6
_PERIOD = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?h?\s*[-–—]\s*(\d{1,2})(?:[:.h](\d{2}))?h?")
_BETWEEN = re.compile(r"\s*(?:[,;/]|\b(?:y|i|and)\b)\s*")

# Minutes after midnight: opens, closes; it closes on the next day when that is the smaller one.
Period = tuple[int, int]
Week = tuple[tuple[Period, ...], ...]  # Monday first
NEVER: Week = ((),) * 7


class UnusableHours(ValueError):
    """Hours that cannot be understood; ``text`` is the part in question, ``overlaps`` whether two periods meet in time."""

    def __init__(self, text: str, *, overlaps: bool = False) -> None:
        super().__init__(text)
        self.text, self.overlaps = text, overlaps


@dataclass(frozen=True)
class Season:
    """Another week between two days of every year, both included, as (month, day); it may pass New Year's Eve."""

    name: str
    first: tuple[int, int]
    last: tuple[int, int]
    week: Week

    def holds_on(self, day: date) -> bool:
        """Whether ``day`` is of this season."""
        at = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= at <= self.last
        return at >= self.first or at <= self.last


@dataclass(frozen=True)
class Timetable:
    """The usual week, and the seasons with another one; of two seasons that share a day the first counts."""

    week: Week = NEVER
    seasons: tuple[Season, ...] = ()

    def week_of(self, day: date) -> Week:
        """The week that holds on ``day``."""
        return next((one.week for one in self.seasons if one.holds_on(day)), self.week)


@dataclass(frozen=True)
class Hours:
    """All that a municipality says of its hours.

    ``timetables`` is by department, None for the town hall: a department that is not there keeps the town hall's.
    ``closed`` are days it adds to the known holidays, with their names; ``working`` known holidays on which it is open.
    """

    timetables: Mapping[int | None, Timetable] = field(default_factory=dict)
    closed: Mapping[date, str] = field(default_factory=dict)
    working: frozenset[date] = frozenset()

    def of(self, department: int | None) -> Timetable:
        """The timetable of a department, or of the town hall (None)."""
        return self.timetables.get(department) or self.timetables.get(None) or Timetable()

    def with_timetable(self, department: int | None, timetable: Timetable | None) -> "Hours":
        """With another timetable; None takes a department's own away."""
        kept = {one: kept for one, kept in self.timetables.items() if one != department}
        return replace(self, timetables=kept if timetable is None else {**kept, department: timetable})

    def with_closed(self, day: date, name: str) -> "Hours":
        """With a day on which it is closed."""
        return replace(self, closed={**self.closed, day: name}, working=self.working - {day})

    def with_working(self, day: date, *, is_holiday: bool) -> "Hours":
        """With a day on which it is open like on any other; ``is_holiday`` when the calendar calls it one."""
        closed = {one: name for one, name in self.closed.items() if one != day}
        return replace(self, closed=closed, working=self.working | {day} if is_holiday else self.working)

    def with_holiday(self, day: date) -> "Hours":
        """With a known holiday kept as one."""
        return replace(self, working=self.working - {day})

    def is_closed_on(self, day: date, holidays: Mapping[date, Any]) -> bool:
        """Whether nobody opens on ``day``: one it added, or a known holiday on which it does not work."""
        return day in self.closed or (day in holidays and day not in self.working)


def is_open(
    at: datetime, zone: ZoneInfo, hours: Hours, holidays: Mapping[date, Any], department: int | None = None
) -> bool:
    """Whether a department, or the town hall, is open at the moment ``at`` (aware). ``holidays`` has the known ones by day.

    A period belongs to the day on which it begins: Friday's 22:00–6:00 goes on into a Saturday that is a holiday.
    """
    local = at.astimezone(zone)
    today, minute = local.date(), local.hour * 60 + local.minute
    yesterday = today - timedelta(days=1)
    return any(
        opens <= minute < (closes if opens < closes else DAY)
        for opens, closes in _periods_on(today, hours, holidays, department)
    ) or any(
        closes <= opens and minute < closes for opens, closes in _periods_on(yesterday, hours, holidays, department)
    )


def _periods_on(day: date, hours: Hours, holidays: Mapping[date, Any], department: int | None) -> tuple[Period, ...]:
    if hours.is_closed_on(day, holidays):
        return ()
    return hours.of(department).week_of(day)[day.weekday()]


def periods_in(text: str) -> tuple[Period, ...]:
    """The periods of a day as people write them: ``9:00-14:00, 16:30-19:00``; nothing when it is closed.

    Raises UnusableHours. ``0-24`` is the whole day; one that ends before it begins goes on into the next day.
    """
    found = []
    for part in filter(None, _BETWEEN.split(text.strip())):
        match = _PERIOD.fullmatch(part)
        if match is None:
            raise UnusableHours(part)
        opens, closes = _minutes(part, match[1], match[2]), _minutes(part, match[3], match[4])
        if opens in (closes, DAY):
            raise UnusableHours(part)
        found.append((opens, closes))
    if len(found) > MOST_PERIODS:
        raise UnusableHours(text.strip()[:60])
    found.sort()
    for (opens, closes), (following, _) in pairwise(found):
        if closes > following or closes <= opens:
            raise UnusableHours(text.strip()[:60], overlaps=True)
    return tuple(found)


def _minutes(part: str, hour: str, minute: str | None) -> int:
    at = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or at > DAY:
        raise UnusableHours(part)
    return at


def in_text(periods: tuple[Period, ...]) -> str:
    """Periods as ``periods_in`` reads them: ``9:00–14:00, 16:30–19:00``."""
    return ", ".join(f"{clock(opens)}–{clock(closes)}" for opens, closes in periods)


def clock(minutes: int) -> str:
    """``540`` gives ``9:00``."""
    return f"{minutes // 60}:{minutes % 60:02}"


def to_json(hours: Hours) -> dict[str, Any]:
    """Hours as they are stored."""
    return {
        "timetables": {
            "" if department is None else str(department): {
                "week": one.week,
                "seasons": [
                    {"name": s.name, "first": s.first, "last": s.last, "week": s.week} for s in one.seasons
                ],
            }
            for department, one in hours.timetables.items()
        },
        "closed": {day.isoformat(): name for day, name in sorted(hours.closed.items())},
        "working": sorted(day.isoformat() for day in hours.working),
    }  # fmt: skip


def from_json(stored: Mapping[str, Any]) -> Hours:
    """Hours as they were stored."""
    return Hours(
        {
            int(department) if department else None: Timetable(
                _week(one["week"]),
                tuple(Season(s["name"], tuple(s["first"]), tuple(s["last"]), _week(s["week"])) for s in one["seasons"]),
            )
            for department, one in stored["timetables"].items()
        },
        {date.fromisoformat(day): name for day, name in stored["closed"].items()},
        frozenset(date.fromisoformat(day) for day in stored["working"]),
    )


def _week(stored: list[list[list[int]]]) -> Week:
    return tuple(tuple((opens, closes) for opens, closes in day) for day in stored)
