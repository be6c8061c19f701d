"""The charter that holds, and the verdicts on its commitments. From buckets and the timetable."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from callhub.timetables.queries import current_hours, holidays_around
from callhub.timetables.rules import NEVER, Hours
from kit.periods import days_period, local_day
from reporting.commitments.models import Edition, LeftOutDay
from reporting.commitments.rules import Charter, Commitment, Record, Verdict, Window, verdict, window_of, windows_until
from reporting.dashboard.queries import latest_day_with_calls
from reporting.kpi.counts import Counts
from reporting.kpi.models import Bucket
from reporting.kpi.queries import ALL, series
from tenants.directory.models import Municipality

WINDOWS_SHOWN = {"month": 7, "quarter": 5, "year": 3}  # the one that goes on, and those before it
WEEKS_BEHIND = 8


def editions() -> list[Edition]:
    """Every edition, the latest first."""
    return list(Edition.objects.all())


def edition_on(day: date, among: Collection[Edition]) -> Edition | None:
    """The edition that holds on a day; None before the first."""
    held = [one for one in among if one.starts_on <= day]
    return max(held, key=lambda one: (one.starts_on, one.number), default=None)


def left_out_days() -> list[LeftOutDay]:
    """The days that count for no commitment, the latest first."""
    return list(LeftOutDay.objects.all())


@dataclass(frozen=True)
class Standing:
    """A commitment of the charter that holds: the verdict of the window that goes on, None before its first, and earlier ones."""

    commitment: Commitment
    running: Verdict | None
    earlier: list[Verdict]


@dataclass(frozen=True)
class Board:
    """The charter that holds today, or the one that will; with how it stands."""

    edition: Edition
    charter: Charter
    standings: list[Standing]


def board(town: Municipality, today: date, *, only_running: bool = False) -> Board | None:
    """The charter of a municipality with its verdicts, or with those of the windows that go on; None while it has none."""
    every = editions()
    edition = edition_on(today, every) or (every[0] if every else None)
    if edition is None:
        return None
    charter = edition.charter()
    most = 1 if only_running else None
    wanted = {one.code: _windows(one, every, today)[:most] for one in charter.commitments}
    starts = [window.first for windows in wanted.values() for window in windows]
    known = record(town, min(starts, default=today), today)
    standings = []
    for one in charter.commitments:
        verdicts = [_verdict(one.code, window, every, known) for window in wanted[one.code]]
        told = [found for found in verdicts if found is not None]
        running = next((found for found in told if found.word == "RUNNING"), None)
        standings.append(Standing(one, running, [found for found in told if found is not running]))
    return Board(edition, charter, standings)


def _windows(one: Commitment, every: Collection[Edition], today: date) -> list[Window]:
    """The windows of a commitment to be shown: each begun under an edition that had it."""
    since = min(edition.starts_on for edition in every)
    return windows_until(one.window, since, today)[: WINDOWS_SHOWN[one.window]]


def _verdict(code: str, window: Window, every: Collection[Edition], known: Record) -> Verdict | None:
    """By the edition that held on the window's first day; None where it did not have the commitment over such windows."""
    edition = edition_on(window.first, every)
    held = edition.charter().with_code(code) if edition else None
    if held is None or window_of(held.window, window.first) != window:
        return None
    return verdict(held, window, known)


def one_verdict(town: Municipality, code: str, first: date | None, today: date) -> tuple[Verdict, list[Window]] | None:
    """The verdict of a commitment in the window that begins on ``first``, by default the latest, and all its windows.

    None where there is no such commitment or window.
    """
    every = editions()
    latest = next((promised for one in every if (promised := one.charter().with_code(code))), None)
    if latest is None:
        return None
    windows = [one for one in _windows(latest, every, today) if _holds(code, one, every)]
    window = next((one for one in windows if first is None or one.first == first), None)
    if window is None:
        return None
    found = _verdict(code, window, every, record(town, window.first, today))
    return (found, windows) if found else None


def _holds(code: str, window: Window, every: Collection[Edition]) -> bool:
    edition = edition_on(window.first, every)
    held = edition.charter().with_code(code) if edition else None
    return held is not None and window_of(held.window, window.first) == window


def record(town: Municipality, since: date, today: date) -> Record:
    """What is known of the days from ``since``, and of a few weeks before them, which tell on which days calls are expected."""
    zone = ZoneInfo(town.time_zone)
    first = min(since, today - timedelta(weeks=WEEKS_BEHIND))
    found = series("D", days_period(first, today + timedelta(days=1), zone))
    days = {local_day(at, zone): counts for at, counts in found.items()}
    hours = current_hours()
    is_open = _is_open(town, hours)
    return Record(
        days, today, _first_day(zone), latest_day_with_calls(zone),
        {one.day: one.why for one in left_out_days()},
        (lambda day: not is_open(day)) if _has_timetable(hours) else lambda _day: False,
        is_open if _has_timetable(hours) else _usual(days, today),
    )  # fmt: skip


def _first_day(zone: ZoneInfo) -> date | None:
    stored = Bucket.objects.filter(grain="D", subject_kind=ALL).order_by("starts_at")
    at = stored.values_list("starts_at", flat=True).first()
    return local_day(at, zone) if at else None


def _has_timetable(hours: Hours) -> bool:
    general = hours.of(None)
    return general.week != NEVER or bool(general.seasons)


def _is_open(town: Municipality, hours: Hours) -> Callable[[date], bool]:
    holidays: dict[int, Mapping[date, object]] = {}

    def is_open(day: date) -> bool:
        if day.year not in holidays:
            holidays[day.year] = holidays_around(town, day.year)
        return bool(hours.of(None).week_of(day)[day.weekday()]) and not hours.is_closed_on(day, holidays[day.year])

    return is_open


def _usual(days: Mapping[date, Counts], today: date) -> Callable[[date], bool]:
    """Without a timetable calls are expected on the days of the week on which they mostly came in these weeks."""
    since = today - timedelta(weeks=WEEKS_BEHIND)
    busy = [
        day.weekday() for day, counts in days.items() if since <= day < today and counts["offered"] + counts["inbound"]
    ]
    seen = {weekday: busy.count(weekday) for weekday in range(7)}
    most = max(seen.values())
    return lambda day: bool(most) and seen[day.weekday()] * 2 > most
