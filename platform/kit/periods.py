"""Periods and days. Moments are aware datetimes; periods are half-open; days belong to a municipality's time zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

QUARTER = timedelta(minutes=15)
FIRST_YEAR, LAST_YEAR = 1980, 2100
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class UnusableMoment(ValueError):
    """A text that is no moment; the sentence says what was expected."""


@dataclass(frozen=True, order=True)
class Period:
    """From ``starts_at`` up to, but without, ``ends_before``."""

    starts_at: datetime
    ends_before: datetime

    def __post_init__(self) -> None:
        if self.ends_before <= self.starts_at:
            raise UnusableMoment(f"The period ends ({self.ends_before:%Y-%m-%d %H:%M}) before it starts.")


def parse_moment(text: str, zone: ZoneInfo) -> datetime:
    """A moment written in ISO 8601. Without an offset it is ``zone``'s own clock; a bare date is its first moment.

    Raises UnusableMoment with one sentence. Of a time that happens twice in October the first one is meant.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UnusableMoment(f"“{text}” is not a moment: write it like 2026-11-23 or 2026-11-23T09:30.") from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise UnusableMoment(f"“{text}” is out of reach: years go from {FIRST_YEAR} to {LAST_YEAR}.")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)


def parse_period(starts: str, ends: str, zone: ZoneInfo) -> Period:
    """The period between two moments as parse_moment reads them. Raises UnusableMoment, in ``zone``'s own clock."""
    starts_at, ends_before = parse_moment(starts, zone), parse_moment(ends, zone)
    if ends_before == starts_at:
        raise UnusableMoment(f"The period is empty: it ends where it starts ({written(starts_at, zone)}).")
    if ends_before < starts_at:
        raise UnusableMoment(f"The period ends ({written(ends_before, zone)}) before it starts.")
    return Period(starts_at, ends_before)


def written(moment: datetime, zone: ZoneInfo) -> str:
    """A moment on ``zone``'s own clock, as commands print it: ``2026-11-23 09:30``."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a local day, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def days_period(first: date, past: date, zone: ZoneInfo) -> Period:
    """The local days from ``first`` up to, but without, ``past``: 25 hours on the October Sunday, 23 on the March one."""
    return Period(day_start(first, zone), day_start(past, zone))


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The local day a moment belongs to."""
    return moment.astimezone(zone).date()


def days_between(first: date, past: date) -> Iterator[date]:
    """Every day from ``first`` up to, but without, ``past``."""
    for number in range((past - first).days):
        yield first + timedelta(days=number)


def month_after(day: date) -> date:
    """The first day of the month after a day's own."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def month_before(day: date) -> date:
    """The first day of the month before a day's own."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def quarter_of(moment: datetime) -> datetime:
    """The start (UTC) of the quarter of an hour that a moment belongs to."""
    return _EPOCH + (moment - _EPOCH) // QUARTER * QUARTER


def quarter_at_or_after(moment: datetime) -> datetime:
    """The start of the first whole quarter at or after a moment."""
    start = quarter_of(moment)
    return start if start == moment else start + QUARTER
