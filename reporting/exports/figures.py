"""The few figures of the page for the plenary: each with its definition, and beside the month before and a year before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from reporting.dashboard.figures import Told, limits, told, uses_limits
from reporting.dashboard.rules import Asked
from reporting.exports.queries import Month, MonthReport
from reporting.exports.rules import FOR_THE_PLENARY
from reporting.exports.sentences import name_of
from reporting.kpi.definitions import LATEST
from shell import numbers


@dataclass(frozen=True)
class Cell:
    """One figure of one month: its value, and its fraction, or why there is none."""

    value: str
    note: str
    is_missing: bool = False


@dataclass(frozen=True)
class Row:
    """A figure and its months. ``figure_id`` is empty of the number of calls, which has no definition but itself."""

    figure_id: str
    name: str
    definition: str
    cells: list[Cell]


def asked_of(month: Month) -> Asked:
    """The month as pages of figures ask for it."""
    first, last = month.first, month.days[-1][0]
    return Asked(first, last + timedelta(days=1))


def told_of(month: Month, figure_id: str) -> Told:
    """A figure of a month; it says why it is not there."""
    return told(asked_of(month), figure_id, month.total, month.day_counts)


def rows(report: MonthReport) -> list[Row]:
    """The figures of the page, the number of calls first."""
    return [_calls(report), *(_row(report.months, figure_id) for figure_id in FOR_THE_PLENARY)]


def all_told(month: Month) -> list[Told]:
    """Every figure that is told of all calls, with its latest definition."""
    return [told_of(month, says.id) for says in LATEST if "all" in says.subjects]


def headings(report: MonthReport) -> list[tuple[str, str]]:
    """The three months as the table names them, each with why it is empty where it is."""
    empty = _("No calls on record")
    return [(str(capfirst(name_of(month.first))), "" if month.has_calls else empty) for month in report.months]


def _row(months: Sequence[Month], figure_id: str) -> Row:
    parts = [told_of(month, figure_id) for month in months]
    says = parts[0]
    words = [says.formula, *([limits(asked_of(months[0]))] if uses_limits(figure_id) else [])]
    version = (_("version %(number)s") % {"number": says.says.version}).replace(" ", numbers.NBSP)
    cells = [_cell(one, has_calls=month.has_calls) for one, month in zip(parts, months, strict=True)]
    return Row(figure_id, says.name, " · ".join([*words, version]), cells)


def _cell(one: Told, *, has_calls: bool) -> Cell:
    if not has_calls:
        return Cell(numbers.MISSING, "", is_missing=True)  # the heading of the month says why
    if one.figure.value is None:
        return Cell(numbers.MISSING, one.reason, is_missing=True)
    if one.says.unit == "share" and int(one.figure.denominator or 0) < numbers.FEW_CASES:
        return Cell(one.value, "")  # it is its fraction already
    is_sum_of_seconds = one.says.unit == "seconds"
    return Cell(one.value, "" if is_sum_of_seconds else one.fraction)


def _calls(report: MonthReport) -> Row:
    cells = [
        Cell(numbers.whole(month.total["inbound"]), "")
        if month.total["inbound"]
        else Cell(numbers.MISSING, _("No record tells of whole calls") if month.has_calls else "", is_missing=True)
        for month in report.months
    ]
    return Row("", _("Calls that came in"), _("every inbound call on record"), cells)
