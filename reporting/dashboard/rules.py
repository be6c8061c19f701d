"""What the dashboard says first: sentences and exceptions from counts. Knows nothing of Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from reporting.kpi.counts import Counts

FEWEST_CASES = 30  # under these a percentage says nothing
DISAFFECTION_TARGET = 0.20
ANSWER_TARGET = 0.95


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


def usual(values: Sequence[float]) -> float | None:
    """The median of what is usual; None when there are fewer than three values to compare with."""
    ordered = sorted(values)
    if len(ordered) < 3:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
