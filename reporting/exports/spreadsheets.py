"""A month as a workbook: its summary is formulas over the sheets of numbers, so that whoever doubts can follow them.

Texts are always written as texts: none of them is ever a formula, whatever a department is called.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from reporting.dashboard.figures import limits, outcome_in_words
from reporting.exports import words
from reporting.exports.figures import all_told, asked_of, headings
from reporting.exports.queries import Month, MonthReport
from reporting.exports.rules import (
    COLUMNS,
    FRACTIONS,
    KEPT_DAYS,
    OPEN_DAYS,
    QUANTILE_SHARES,
    cell,
    days_kept,
    terms,
)
from reporting.exports.sentences import name_of, not_known, opening
from reporting.kpi.definitions import LATEST
from reporting.kpi.rules import DEFAULT_TARGET_SECONDS, OUTCOMES
from shell.days import long_day, long_moment

_FIRST_FIGURE = 6  # the row of the summary's first figure, counted from 0
_KEYS = (*(column.key for column in COLUMNS), OPEN_DAYS, KEPT_DAYS)
_WIDTH, _HEIGHT = 720, 300
_HEAD_HEIGHT, _DEFINITION_HEIGHT, _REASON_HEIGHT = (
    62,
    62,
    44,
)  # points: not every program finds the height of wrapped texts by itself


@dataclass(frozen=True)
class _Book:
    """The workbook being written, its formats by name and its sheets by what they hold."""

    file: Any
    formats: Mapping[str, Any]
    sheets: Mapping[str, Any]

    def texts(self, of: str, row: int, column: int, texts: Sequence[object], style: str = "") -> None:
        """Texts beside each other."""
        for place, text in enumerate(texts):
            self.sheets[of].write_string(row, column + place, str(text), self.formats.get(style))

    def number(self, of: str, row: int, column: int, value: float | None, style: str = "") -> None:
        """A number; nothing where there is none."""
        if value is not None:
            self.sheets[of].write_number(row, column, value, self.formats.get(style))

    def formula(self, of: str, row: int, column: int, formula: str, value: float | None, style: str = "") -> None:
        """A formula with its value, for programs that do not compute."""
        self.sheets[of].write_formula(row, column, formula, self.formats.get(style), "" if value is None else value)


def workbook(report: MonthReport, town: str) -> bytes:
    """The XLSX, in the language being spoken. ``town`` is how the municipality is called."""
    from xlsxwriter import Workbook

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(file, options) as made:
        title = _("Monthly report: %(month)s") % {"month": name_of(report.month.first)}
        made.set_properties({"title": title, "author": town})
        made.set_calc_mode("auto")
        formats = {
            "bold": made.add_format({"bold": True}),
            "title": made.add_format({"bold": True, "font_size": 16}),
            "head": made.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "wrap": made.add_format({"text_wrap": True, "valign": "top"}),
            "share": made.add_format({"num_format": "0.0%"}),
            "seconds": made.add_format({"num_format": "#,##0.0"}),
            "count": made.add_format({"num_format": "#,##0"}),
            "day": made.add_format({"num_format": "yyyy-mm-dd"}),
        }
        sheets = {of: made.add_worksheet(name) for of, name in words.sheet_names().items()}
        book = _Book(made, formats, sheets)
        _days(book, report)
        _months(book, report)
        _waits(book, report)
        _hours(book, report)
        _departments(book, report)
        _outcomes(book, report)
        _definitions(book)
        _summary(book, report, town)
        for of, sheet in sheets.items():
            sheet.set_landscape()
            sheet.set_paper(9)
            is_wide = of in ("days", "months")
            if is_wide:
                sheet.repeat_columns(0)
            sheet.fit_to_pages(3 if is_wide else 1, 1 if of == "summary" else 0)
    return file.getvalue()


def _column(number: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(number))


def _on(of: str, cells: str) -> str:
    """Cells of a sheet as formulas name them."""
    name = words.sheet_names()[of].replace("'", "''")
    return f"'{name}'!{cells}"


def _down(of: str, key: int, first: int, last: int) -> str:
    """A column of a sheet from one row to another, both counted from 0."""
    column = _column(key)
    return _on(of, f"${column}${first + 1}:${column}${last + 1}")


def _place(key: str) -> int:
    """The column of a count on the sheets of days and months; the first one names day or month."""
    return _KEYS.index(key) + 1


def _names(report: MonthReport) -> list[str]:
    return [name for name, _why_empty in headings(report)]


def _heads(book: _Book, of: str, texts: Sequence[object], width: int = 12) -> None:
    book.sheets[of].set_column(0, 0, 26)
    book.sheets[of].set_column(1, len(texts), width)
    book.texts(of, 0, 0, texts, "head")
    book.sheets[of].set_row(0, _HEAD_HEIGHT)
    book.sheets[of].freeze_panes(1, 1)


def _days(book: _Book, report: MonthReport) -> None:
    _heads(book, "days", [_("Day"), *(words.column_name(key) for key in _KEYS)])
    waited, answered, offered = (_column(_place(key)) for key in ("wait_answered_sum", "waits_n", "offered"))
    for row, (day, counts) in enumerate(report.month.days, 1):
        book.sheets["days"].write_datetime(row, 0, datetime.combine(day, time()), book.formats["day"])
        for column in COLUMNS:
            book.number("days", row, _place(column.key), cell(column, counts), "count")
        is_open, is_kept = days_kept([counts])
        line = row + 1
        book.formula("days", row, _place(OPEN_DAYS), f"=IF({offered}{line}>0,1,0)", is_open, "count")
        kept = f"=IF({answered}{line}>0,IF({waited}{line}/{answered}{line}<={DEFAULT_TARGET_SECONDS},1,0),0)"
        book.formula("days", row, _place(KEPT_DAYS), kept, is_kept, "count")
    chart = _chart(book, "column", "stacked", _("Calls by day"))
    last = len(report.month.days)
    for key in ("answered_by_person", "outcome_ABANDONED"):
        _series(chart, "days", _place(key), 0, 1, last, words.column_name(key))
    _put(book, chart, "days", last + 2, _("Calls by day, answered by a person and abandoned while waiting"))


def _months(book: _Book, report: MonthReport) -> None:
    """This month as the sum of its days, and the two beside it."""
    _heads(book, "months", [_("Month"), *(words.column_name(key) for key in _KEYS)])
    for row, (month, name) in enumerate(zip(report.months, _names(report), strict=True), 1):
        book.texts("months", row, 0, [name])
        numbers = {column.key: cell(column, month.total) for column in COLUMNS}
        open_days, kept_days = days_kept(month.day_counts)
        numbers |= {OPEN_DAYS: open_days, KEPT_DAYS: kept_days}
        for key, number in numbers.items():
            if row > 1:
                book.number("months", row, _place(key), number if month.has_calls else None, "count")
            elif number is not None:
                days = _down("days", _place(key), 1, len(month.days))
                book.formula("months", row, _place(key), f"=SUM({days})", number, "count")


def _waits(book: _Book, report: MonthReport) -> None:
    """How many of the answered waited how many seconds, and up to so many: what a median is read from."""
    heads = [f"{name}: {what}" for name in _names(report) for what in (_("visits"), _("up to so many seconds"))]
    _heads(book, "waits", [_("Seconds waited"), *heads], 22)
    sums = [0, 0, 0]
    for row, second in enumerate(_seconds(report), 1):
        book.number("waits", row, 0, second)
        for place, month in enumerate(report.months):
            number = month.total.waits_answered.get(second, 0)
            sums[place] += number
            own, line = _column(1 + 2 * place), row + 1
            above = "" if row == 1 else f"{_column(2 + 2 * place)}{line - 1}+"
            book.number("waits", row, 1 + 2 * place, number, "count")
            book.formula("waits", row, 2 + 2 * place, f"={above}{own}{line}", sums[place], "count")


def _seconds(report: MonthReport) -> list[int]:
    return sorted({second for month in report.months for second in month.total.waits_answered})


def _hours(book: _Book, report: MonthReport) -> None:
    _heads(book, "hours", [_("Day of the week"), *(f"{hour}:00" for hour in range(24)), _("Total")], 7)
    for row, (name, values) in enumerate(zip(WEEKDAYS.values(), report.grid, strict=True), 1):
        book.texts("hours", row, 0, [capfirst(str(name))])
        for hour, value in enumerate(values):
            book.number("hours", row, 1 + hour, value, "count")
        book.formula("hours", row, 25, f"=SUM(B{row + 1}:Y{row + 1})", sum(values), "count")
    book.texts("hours", 8, 0, [_("Total")], "bold")
    for hour in range(25):
        above = f"{_column(1 + hour)}2:{_column(1 + hour)}8"
        number = sum(values[hour] if hour < 24 else sum(values) for values in report.grid)
        book.formula("hours", 8, 1 + hour, f"=SUM({above})", number, "count")
    book.sheets["hours"].conditional_format(
        1, 1, 7, 24, {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#5FA3BC"}
    )
    chart = _chart(book, "column", "", _("Calls by hour of the day"))
    hours, sums = _on("hours", "$B$1:$Y$1"), _on("hours", "$B$9:$Y$9")
    chart.add_series(
        {"name": _("Calls"), "categories": f"={hours}", "values": f"={sums}", "fill": {"color": words.TEAL}}
    )
    chart.set_legend({"none": True})
    _put(book, chart, "hours", 10, _("Calls by hour of the day"))


def _departments(book: _Book, report: MonthReport) -> None:
    heads = [_("Department"), _("Calls"), _("Seconds of conversation"), _("Derived"), _("Not picked up"), _("Share")]
    _heads(book, "departments", heads, 16)
    for row, load in enumerate(report.loads, 1):
        book.texts("departments", row, 0, [load.name])
        numbers = (load.calls, load.talk_seconds, load.derived, load.not_picked_up)
        for place, number in enumerate(numbers, 1):
            book.number("departments", row, place, number, "count")
        if load.derived:
            share = load.not_picked_up / load.derived
            book.formula("departments", row, 5, f"=E{row + 1}/D{row + 1}", share, "share")
    if report.loads:
        chart = _chart(book, "bar", "", _("Calls handed to a department that it did not pick up"))
        _series(chart, "departments", 4, 0, 1, len(report.loads), _("Not picked up"), words.WARM)
        chart.set_y_axis({"reverse": True})  # the first on top
        chart.set_legend({"none": True})
        _put(book, chart, "departments", len(report.loads) + 2, _("Calls not picked up, by department"))


def _outcomes(book: _Book, report: MonthReport) -> None:
    _heads(book, "outcomes", [_("What became of the call"), _("Calls"), _("Share")], 16)
    last = len(OUTCOMES)
    for row, word in enumerate(OUTCOMES, 1):
        key, number = f"outcome_{word}", report.month.total[f"outcome_{word}"]
        book.texts("outcomes", row, 0, [capfirst(outcome_in_words(word).removeprefix("… "))])
        book.formula("outcomes", row, 1, f"={_on('months', f'{_column(_place(key))}2')}", number, "count")
        if inbound := report.month.total["inbound"]:
            book.formula("outcomes", row, 2, f"=B{row + 1}/SUM(B$2:B${last + 1})", number / inbound, "share")
    chart = _chart(book, "bar", "", _("What became of the calls"))
    _series(chart, "outcomes", 1, 0, 1, last, _("Calls"))
    chart.set_y_axis({"reverse": True})  # the first on top
    chart.set_legend({"none": True})
    _put(book, chart, "outcomes", last + 2, _("What became of the calls"))


def _definitions(book: _Book) -> None:
    heads = [
        _("Figure"),
        _("Name"),
        _("Version"),
        _("Formula"),
        _("Numerator"),
        _("Denominator"),
        _("Left out"),
        _("Remark"),
    ]
    _heads(book, "definitions", heads, 34)
    for row, says in enumerate((one for one in LATEST if "all" in one.subjects), 1):
        told = (says.name, "", says.formula, says.numerator, says.denominator, says.exclusions, says.remark)
        book.texts("definitions", row, 0, [says.id], "wrap")
        book.texts("definitions", row, 1, [_(text) if text else "" for text in told], "wrap")
        book.number("definitions", row, 2, says.version)
        book.sheets["definitions"].set_row(row, _DEFINITION_HEIGHT)
    book.sheets["definitions"].set_column(2, 2, 9)


def _summary(book: _Book, report: MonthReport, town: str) -> None:
    book.texts("summary", 0, 0, [f"{town} · {capfirst(name_of(report.month.first))}"], "title")
    said = [*opening(report), *not_known(report)]
    book.sheets["summary"].merge_range(1, 0, 1, 11, "", book.formats["wrap"])
    book.texts("summary", 1, 0, [" ".join(said)], "wrap")
    book.sheets["summary"].set_row(1, 64)
    moment = long_moment(report.fill.computed_at)
    until = {"day": long_day(report.last), "moment": moment}
    book.texts("summary", 2, 0, [_("Figures up to %(day)s, computed on %(moment)s.") % until if moment else ""])
    book.texts("summary", 3, 0, [limits(asked_of(report.month))])
    heads = [_("Value"), _("Numerator"), _("Denominator")]
    for place, name in enumerate(_names(report)):
        book.texts("summary", _FIRST_FIGURE - 2, 3 + 3 * place, [name], "bold")
    book.texts("summary", _FIRST_FIGURE - 1, 0, [_("Figure"), _("Version"), _("Formula"), *heads * 3], "head")
    book.sheets["summary"].set_column(0, 0, 38)
    book.sheets["summary"].set_column(2, 2, 52)
    book.sheets["summary"].set_column(3, 11, 14)
    book.sheets["summary"].freeze_panes(_FIRST_FIGURE, 1)
    for place, month in enumerate(report.months):
        for number, told in enumerate(all_told(month)):
            row = _FIRST_FIGURE + number
            if place == 0:
                book.texts("summary", row, 0, [told.name])
                book.number("summary", row, 1, told.says.version)
                book.texts("summary", row, 2, [told.formula])
            if told.figure.value is None:
                _reason(book, row, place, told.reason if month.has_calls else _("No calls on record"))
            else:
                _figure(book, report, month, place, row, told.figure, told.says.unit)
    _charts_of_summary(book, report)


def _reason(book: _Book, row: int, place: int, reason: str) -> None:
    """Why a figure is not there, over the three cells it would have."""
    sheet, first = book.sheets["summary"], 3 + 3 * place
    sheet.merge_range(row, first, row, first + 2, "", book.formats["wrap"])
    book.texts("summary", row, first, [reason], "wrap")
    if place == 0:
        sheet.set_row(row, _REASON_HEIGHT)


def _figure(book: _Book, report: MonthReport, month: Month, place: int, row: int, one: Any, unit: str) -> None:
    """Value, numerator and denominator of a figure: formulas over the sheets of months and of waits."""
    value, numerator, denominator = (f"{_column(3 + 3 * place + n)}{row + 1}" for n in range(3))
    style = {"share": "share", "seconds": "seconds"}.get(unit, "count")
    if one.id in QUANTILE_SHARES:
        last = len(_seconds(report))
        seconds, visits, up_to = (_down("waits", n, 1, last) for n in (0, 1 + 2 * place, 2 + 2 * place))
        of_value = f"=INDEX({seconds},SUMPRODUCT(--({up_to}<{QUANTILE_SHARES[one.id]}*{denominator}))+1)"
        of_numerator, of_denominator = f"=SUMPRODUCT(({seconds}<={value})*{visits})", f"=SUM({visits})"
    else:
        above, below = (_sum(part, place) for part in FRACTIONS[one.id])
        is_count = unit == "count"
        of_value, of_numerator = f"={numerator}" if is_count else f"={numerator}/{denominator}", above
        of_denominator = below
    book.formula("summary", row, 3 + 3 * place, of_value, one.value, style)
    book.formula("summary", row, 4 + 3 * place, of_numerator, one.numerator, "count")
    if of_denominator:
        book.formula("summary", row, 5 + 3 * place, of_denominator, one.denominator, "count")


def _sum(columns: str, place: int) -> str:
    """The formula of a sum of columns of one month."""
    parts = [
        ("+" if sign > 0 else "-") + _on("months", f"{_column(_place(key))}{place + 2}") for sign, key in terms(columns)
    ]
    return "=" + "".join(parts).removeprefix("+") if parts else ""


def _charts_of_summary(book: _Book, report: MonthReport) -> None:
    below = _FIRST_FIGURE + len(all_told(report.month)) + 1
    chart = _chart(book, "column", "stacked", _("Calls by day"))
    for key, colour in (("answered_by_person", words.TEAL), ("outcome_ABANDONED", words.WARM)):
        _series(chart, "days", _place(key), 0, 1, len(report.month.days), words.column_name(key), colour)
    _put(book, chart, "summary", below, _("Calls by day, answered by a person and abandoned while waiting"))
    if _seconds(report):
        other = _chart(book, "line", "", _("How many of the answered had waited so many seconds or less"))
        for place, name in enumerate(_names(report)):
            if report.months[place].total.waits_answered:
                colour = (words.TEAL, words.WARM, words.GREY)[place]
                other.add_series(
                    {
                        "name": name, "categories": f"={_down('waits', 0, 1, len(_seconds(report)))}",
                        "values": f"={_down('waits', 2 + 2 * place, 1, len(_seconds(report)))}", "line": {"color": colour, "width": 2},
                    }
                )  # fmt: skip
        _put(book, other, "summary", below + 16, _("Answered visits by seconds waited, added up"))


def _chart(book: _Book, kind: str, subtype: str, title: str) -> Any:
    chart = book.file.add_chart({"type": kind, **({"subtype": subtype} if subtype else {})})
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_size({"width": _WIDTH, "height": _HEIGHT})
    chart.set_legend({"position": "bottom"})
    if kind == "column" and subtype:
        chart.set_x_axis({"num_format": "d"})  # days of the month
    return chart


def _series(chart: Any, of: str, values: int, names: int, first: int, last: int, name: str, colour: str = "") -> None:
    """One series of a chart: a column of a sheet, and the column that names its rows."""
    chosen = colour or (words.WARM if name == words.column_name("outcome_ABANDONED") else words.TEAL)
    chart.add_series(
        {
            "name": name, "categories": f"={_down(of, names, first, last)}", "values": f"={_down(of, values, first, last)}",
            "fill": {"color": chosen}, "gap": 40,
        }
    )  # fmt: skip


def _put(book: _Book, chart: Any, of: str, row: int, description: str) -> None:
    """Places a chart with what it shows in words, for whoever cannot see it."""
    book.sheets[of].insert_chart(row, 0, chart, {"description": description, "object_position": 2})
