"""The tables of a month as programs read them: one CSV each, with codes and plain numbers."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from reporting.exports.figures import all_told
from reporting.exports.queries import MonthReport
from reporting.exports.rules import COLUMNS, cell
from reporting.kpi.rules import OUTCOMES

Table = tuple[Sequence[str], Iterable[Sequence[Any]]]  # header and rows


def _figures(report: MonthReport) -> Table:
    header = ("month", "figure", "version", "value", "numerator", "denominator", "formula", "reason")
    return header, (
        (f"{month.first:%Y-%m}", one.says.id, one.says.version, f.value, f.numerator, f.denominator, one.says.formula, f.reason)
        for month in report.months
        for one in all_told(month)
        for f in (one.figure,)
    )  # fmt: skip


def _days(report: MonthReport) -> Table:
    header = ("day", *(column.key for column in COLUMNS))
    return header, ((day.isoformat(), *(cell(c, counts) for c in COLUMNS)) for day, counts in report.month.days)


def _hours(report: MonthReport) -> Table:
    weekdays = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    header = ("weekday", *(f"{hour:02}:00" for hour in range(24)))
    return header, ((name, *map(int, row)) for name, row in zip(weekdays, report.grid, strict=True))


def _departments(report: MonthReport) -> Table:
    header = ("department", "calls", "talk_seconds", "derived", "not_picked_up")
    return header, ((d.name, d.calls, round(d.talk_seconds), d.derived, d.not_picked_up) for d in report.loads)


def _outcomes(report: MonthReport) -> Table:
    return ("outcome", "calls"), ((word, int(report.month.total[f"outcome_{word}"])) for word in OUTCOMES)


TABLES: dict[str, Callable[[MonthReport], Table]] = {
    "figures": _figures,
    "days": _days,
    "hours": _hours,
    "departments": _departments,
    "outcomes": _outcomes,
}
