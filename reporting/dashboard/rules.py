"""What the dashboard says first: sentences and exceptions from counts. Knows nothing of Django."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from reporting.kpi.counts import Counts
from reporting.kpi.rules import DEFAULT_SHORT_ABANDON_SECONDS, DEFAULT_TARGET_SECONDS

FEWEST_CASES = 30  # under these a percentage says nothing
DISAFFECTION_TARGET = 0.20
ANSWER_TARGET = 0.95
MOST_ROWS_OF_DAYS = 366  # a longer period is told by month
DAYS_DRAWN_BY_DAY, DAYS_DRAWN_BY_WEEK = 31, 120


@dataclass(frozen=True)
class Asked:
    """What is asked of a page of figures: local days from ``first`` up to, but without, ``past``; of whom; with which limits.

    ``kind`` is all, queue, department or agent; ``name`` the queue or agent as in the records, or the department's id.
    """

    first: date
    past: date
    kind: str = "all"
    name: str = ""
    target_seconds: int = DEFAULT_TARGET_SECONDS
    short_abandon_seconds: int = DEFAULT_SHORT_ABANDON_SECONDS
    by: str = ""

    @property
    def last(self) -> date:
        """The latest day, included."""
        return self.past - timedelta(days=1)


def ways_to_split(asked: Asked, *, is_of_days: bool) -> tuple[str, ...]:
    """By what a period can be told in a table; the first is what is shown unasked. Agents are counted by day only."""
    days = (asked.past - asked.first).days
    if days > MOST_ROWS_OF_DAYS:
        return ("month",)
    by_hour = () if is_of_days or asked.kind == "agent" else ("hour",)
    return (("day", "month") if days <= DAYS_DRAWN_BY_DAY else ("month", "day")) + by_hour


Days = Sequence[tuple[date, Counts]]


def by_month(days: Days) -> list[tuple[date, list[Counts]]]:
    """Days by the first day of their month."""
    return _gathered(days, "month")


def by_stretch(days: Days, cases_of: Callable[[Counts], float] | None = None) -> tuple[str, list[tuple[date, Counts]]]:
    """Days as a chart has room for them: by day, by week (its Monday) or by month, and which of them.

    For a share, ``cases_of`` counts its cases: the stretches are longer when most of them would have too few to say one.
    """
    for by in STRETCHES[STRETCHES.index(stretch_for(len(days))) :]:
        stretches = list(days) if by == "day" else _summed(_gathered(days, by))
        if by == "month" or _has_enough(stretches, cases_of):
            break
    return by, stretches


STRETCHES = ("day", "week", "month")


def stretch_for(number_of_days: int) -> str:
    """The shortest stretch for which a chart of so many days has room."""
    if number_of_days <= DAYS_DRAWN_BY_DAY:
        return "day"
    return "week" if number_of_days <= DAYS_DRAWN_BY_WEEK else "month"


def start_of(by: str, day: date) -> date:
    """The first day of the stretch a day belongs to: itself, its Monday, the first of its month."""
    if by == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if by == "month" else day


def _has_enough(stretches: Days, cases_of: Callable[[Counts], float] | None) -> bool:
    if cases_of is None:
        return True
    cases = [number for _start, counts in stretches if (number := cases_of(counts))]
    return sum(1 for number in cases if number >= FEWEST_CASES) * 4 >= len(cases) * 3


def _gathered(days: Days, by: str) -> list[tuple[date, list[Counts]]]:
    found: dict[date, list[Counts]] = {}
    for day, counts in days:
        found.setdefault(start_of(by, day), []).append(counts)
    return list(found.items())


def _summed(stretches: Sequence[tuple[date, list[Counts]]]) -> list[tuple[date, Counts]]:
    return [(start, total(parts)) for start, parts in stretches]


def total(parts: Iterable[Counts]) -> Counts:
    """Counts added up."""
    whole = Counts()
    for part in parts:
        whole += part
    return whole


ON_TIME, NOT_ON_TIME, NOT_COUNTED = "on time", "not on time", "not counted"


def strip(counts: Counts, figure_id: str, target: int, short: int) -> list[tuple[float, str]]:
    """Everybody who tried, in one order, as numbers and how this service level counts them: what it adds to what."""
    within, short_ones = counts.abandoned_within(target), counts.abandoned_before(short)
    both, answered_on_time = min(within, short_ones), counts.within(target)
    wait_known = sum(counts.waits_answered.values())
    abandoned = [  # number, within the target, shorter than a short abandon
        (both, True, True),
        (within - both, True, False),
        (short_ones - both, False, True),
        (counts["abandoned"] - max(within, short_ones), False, False),
    ]

    def of_abandoned(is_within: bool, is_short: bool) -> str:
        if figure_id == "sl_answered" or (figure_id == "sl_default" and is_short):
            return NOT_COUNTED
        return ON_TIME if figure_id == "sl_answered_or_abandoned_within" and is_within else NOT_ON_TIME

    return [
        (answered_on_time, ON_TIME),
        (wait_known - answered_on_time, NOT_ON_TIME),
        (counts["answered"] - wait_known, NOT_COUNTED),
        *((number, of_abandoned(is_within, is_short)) for number, is_within, is_short in abandoned),
        (counts["flowed_out"], NOT_ON_TIME if figure_id in {"sl_offered", "sl_whole_demand"} else NOT_COUNTED),
        (counts["outcome_REJECTED"], NOT_ON_TIME if figure_id == "sl_whole_demand" else NOT_COUNTED),
    ]


@dataclass(frozen=True)
class DepartmentLoad:
    """A department's part: calls its telephones spoke in, and derivations it did or did not pick up."""

    department_id: int
    name: str
    calls: int
    talk_seconds: float
    derived: int
    not_picked_up: int

    @property
    def rate(self) -> float | None:
        """Disaffection of the department; None under 30 cases."""
        return rate_of(self.not_picked_up, self.derived)


@dataclass(frozen=True)
class HourOfDerivations:
    """Derivations of the calls that came in during one local hour: followed to the end, and not picked up."""

    hour: int
    derived: int
    not_picked_up: int

    @property
    def rate(self) -> float | None:
        """Disaffection of the hour; None under 30 cases."""
        return rate_of(self.not_picked_up, self.derived)


def rate_of(part: float, whole: float) -> float | None:
    """A share; None under 30 cases."""
    return part / whole if whole >= FEWEST_CASES else None


def derivations_by_hour(counts: Counts) -> list[HourOfDerivations]:
    """Every local hour from the first to the last one with a derivation, hours without any between them included."""
    used = [hour for hour, number in counts.hours_derived.items() if number]
    if not used:
        return []
    return [
        HourOfDerivations(hour, int(counts.hours_derived.get(hour, 0)), int(counts.hours_missed.get(hour, 0)))
        for hour in range(min(used), max(used) + 1)
    ]


def worst_hour(hours: Sequence[HourOfDerivations]) -> HourOfDerivations | None:
    """The hour with the highest disaffection among those with cases enough to say one; None when none has or all is well."""
    told = [hour for hour in hours if hour.rate]
    return max(told, key=lambda hour: (hour.rate or 0, hour.not_picked_up), default=None)


def loads(
    by_extension: Mapping[str, Counts], departments: Mapping[str, tuple[int, str]], no_department: str
) -> list[DepartmentLoad]:
    """Extensions summed into departments, the most calls first. ``departments`` gives id and name by extension."""
    found: dict[int, list[float]] = {}
    names: dict[int, str] = {}
    for extension, counts in by_extension.items():
        number, name = departments.get(extension, (0, no_department))
        names[number] = name
        sums = found.setdefault(number, [0, 0, 0, 0])
        sums[0] += counts["talk_calls"]
        sums[1] += counts["talk_seconds"]
        sums[2] += counts.derivations_followed
        sums[3] += counts.derivations_missed
    rows = [DepartmentLoad(n, names[n], int(s[0]), s[1], int(s[2]), int(s[3])) for n, s in found.items()]
    return sorted(rows, key=lambda row: (-row.calls, row.name))


def hours_by_weekday(days: Mapping[datetime, Counts], zone: ZoneInfo, weeks: float) -> list[list[float]]:
    """Inbound calls per week by weekday (7 rows, Monday first) and local hour (24 columns), as means over ``weeks``."""
    grid = [[0.0] * 24 for _ in range(7)]
    for at, counts in days.items():
        row = grid[at.astimezone(zone).weekday()]
        for hour, calls in counts.hours.items():
            row[hour] += calls
    return [[value / max(weeks, 1) for value in row] for row in grid]


def open_hours(grid: Sequence[Sequence[float]]) -> tuple[int, int]:
    """First hour and the hour after the last one in which anybody calls; 8 to 20 when nobody does."""
    busy = [hour for hour in range(24) if any(row[hour] > 0 for row in grid)]
    return (busy[0], busy[-1] + 1) if busy else (8, 20)


def day_to_tell(days: Days) -> int | None:
    """Which day a page opens with: the latest of a week's calls with cases enough to judge it, else the latest with any.

    After a weekend that is Friday: two calls of a Sunday are true and tell nothing. None without calls.
    """
    told = [place for place, (_day, counts) in enumerate(days) if calls_of(counts)]
    if not told:
        return None
    week = [place for place in told if place > told[-1] - 7]
    return next((place for place in reversed(week) if calls_of(days[place][1]) >= FEWEST_CASES), told[-1])


def calls_of(counts: Counts) -> float:
    """Inbound calls; a queue's record alone tells of visits only."""
    return counts["inbound"] or counts["offered"]


def usual(values: Sequence[float]) -> float | None:
    """The median of what is usual; None when there are fewer than three values to compare with."""
    ordered = sorted(values)
    if len(ordered) < 3:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
