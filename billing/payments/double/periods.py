"""Arithmetic on Stripe's periods: seconds since 1970, months that end where a month ends."""

import calendar
from datetime import UTC, datetime

DAY = 86_400


def later(moment: int, interval: str, count: int = 1) -> int:
    """``moment`` and ``count`` intervals (day, week, month, year); the 31st becomes the month's last day."""
    if interval in {"day", "week"}:
        return moment + count * DAY * (7 if interval == "week" else 1)
    at = datetime.fromtimestamp(moment, UTC)
    months = at.year * 12 + at.month - 1 + count * (12 if interval == "year" else 1)
    year, month = divmod(months, 12)
    day = min(at.day, calendar.monthrange(year, month + 1)[1])
    return int(at.replace(year=year, month=month + 1, day=day).timestamp())
