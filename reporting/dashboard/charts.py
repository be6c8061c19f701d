"""The dashboard's drawings and their conclusions in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reporting.dashboard.queries import Board
from reporting.dashboard.rules import (
    DISAFFECTION_TARGET,
    FEWEST_CASES,
    NOT_COUNTED,
    ON_TIME,
    Asked,
    HourOfDerivations,
    by_stretch,
    derivations_by_hour,
    open_hours,
    worst_hour,
)
from reporting.dashboard.rules import strip as strip_of
from reporting.dashboard.sentences import reason_in_words, why_no_derivations
from reporting.kpi.counts import Counts
from reporting.kpi.rules import figure
from shell import charts, numbers
from shell.charts import Bar, Column, Series, svg


@dataclass(frozen=True)
class Drawing:
    """One chart with its conclusion as heading and its rows for table and CSV."""

    id: str
    heading: str
    sub: str
    drawing: Any
    key: Any
    table: Any
    header: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]  # as a program reads them


def _weekday(number: int) -> str:
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")][number]


def _weekday_letter(number: int) -> str:
    return pgettext("the letters of the weekdays from Monday on", "M T W T F S S").split()[number]


def _weekdays(number: int) -> str:
    """As within a sentence: on Mondays."""
    return [
        _("Mondays"), _("Tuesdays"), _("Wednesdays"), _("Thursdays"), _("Fridays"), _("Saturdays"), _("Sundays")
    ][number]  # fmt: skip


def demand(board: Board) -> Drawing:
    """Calls by weekday and hour."""
    first, past = open_hours(board.rhythm)
    hours = range(first, past)
    values: list[list[float | None]] = [[row[h] or None for h in hours] for row in board.rhythm]
    busiest = max(
        ((v or 0, d, h) for d, row in enumerate(values) for v, h in zip(row, hours, strict=True)), default=(0, 0, 9)
    )
    heading = (
        _("The telephone rings most on %(days)s from %(hour)s:00 to %(next)s:00")
        % {"days": _weekdays(busiest[1]), "hour": busiest[2], "next": busiest[2] + 1}
        if busiest[0]
        else _("No calls yet in these weeks")
    )
    used = [d for d in range(7) if any(values[d])] or [0]
    drawing = charts.heat(
        [_weekday(d) for d in used], [str(h) for h in hours], [values[d] for d in used],
        caption=_("Calls by hour and weekday"), column_unit=_("hours"), written=lambda v: numbers.whole(round(v)) if v >= 0.5 else "<1",
    )  # fmt: skip
    rows = [(_weekday(d), *(str(round(v or 0, 1)) for v in values[d])) for d in used]
    sub = _("Calls per hour, mean of the latest %(weeks)s weeks") % {"weeks": board.rhythm_weeks}
    return Drawing("demand", heading, sub, drawing, "", "", ("day", *(str(h) for h in hours)), rows)


def _label(by: str, start: date) -> tuple[str, str]:
    """A day, week or month under a chart: two short lines."""
    if by == "day":
        return str(start.day), _weekday_letter(start.weekday())
    return (str(start.day), date_format(start, "M")) if by == "week" else (date_format(start, "M"), f"{start:%y}")


def _written(by: str, start: date) -> str:
    """The same in a table."""
    if by == "week":
        return _("Week of %(day)s") % {"day": date_format(start, "SHORT_DATE_FORMAT")}
    return date_format(start, "SHORT_DATE_FORMAT" if by == "day" else "F Y")


def by_day(board: Board) -> Drawing:
    """Answered, abandoned and otherwise lost calls."""
    by, stretches = by_stretch(board.days)
    columns, cells, rows = [], [], []
    for start, counts in stretches:
        answered, abandoned = int(counts["answered_by_person"]), int(counts["outcome_ABANDONED"])
        others = max(int(counts["inbound"]) - answered - abandoned, 0)
        columns.append(Column(*_columns_of(by, start, answered, abandoned, others)))
        cells.append((_written(by, start), *(numbers.whole(number) for number in (answered, abandoned, others))))
        rows.append((start.isoformat(), answered, abandoned, others))
    abandoned, inbound = int(board.total["outcome_ABANDONED"]), int(board.total["inbound"])
    heading = _("No calls in this period")
    if inbound:
        words = {"abandoned": numbers.whole(abandoned), "calls": numbers.whole(inbound)}
        heading = _("%(abandoned)s of %(calls)s calls were abandoned while waiting") % words
    drawing = charts.columns(columns, chart_id="by-day", title=_("Calls answered and abandoned"), desc=heading)
    parts = (_("Answered by a person"), _("Abandoned while waiting"), _("Otherwise without a person"))
    key = charts.key(*zip(("", "k-2", "k-m"), parts, strict=True))
    sub = {"day": _("Inbound calls by day"), "week": _("Inbound calls by week"), "month": _("Inbound calls by month")}[
        by
    ]
    table = charts.data_table((_("From"), *parts), cells)
    header = (by, "answered_by_person", "abandoned", "otherwise_without_a_person")
    return Drawing("days", heading, sub, drawing, key, table, header, rows)


def _columns_of(by: str, start: date, *values: int) -> tuple[str, list[float | None], str]:
    label, sublabel = _label(by, start)
    return label, [float(value) for value in values], sublabel


def waits(board: Board) -> Drawing:
    """Median and ninth decile of the wait over time."""
    by = board.by
    told = [(start, counts) for start, counts in board.stretches if counts.waits_answered]
    half = [counts.wait_quantile(0.5) for _start, counts in told]
    most = [counts.wait_quantile(0.9) for _start, counts in told]
    header = (by, "p50_seconds", "p90_seconds")
    sub = {
        "day": _("Wait of the answered visits to queues, by day"),
        "week": _("Wait of the answered visits to queues, by week"),
        "month": _("Wait of the answered visits to queues, by month"),
    }[by]
    if not told:
        return Drawing("waits", _("No record of queues in this period"), sub, "", "", "", header, [])
    words = {
        "half": numbers.duration(board.total.wait_quantile(0.5)),
        "most": numbers.duration(board.total.wait_quantile(0.9)),
    }
    heading = _("Half wait %(half)s at most, and one of ten more than %(most)s") % words
    drawing = charts.lines(
        [_label(by, start)[0] for start, _counts in told], [Series("p50", half), Series("p90", most)], chart_id="waits",
        title=_("Wait of answered calls"), desc=heading, written=numbers.duration, is_time=True,
    )  # fmt: skip
    cells = [
        (_written(by, start), numbers.duration(h), numbers.duration(m))
        for (start, _c), h, m in zip(told, half, most, strict=True)
    ]
    rows = [(start.isoformat(), h, m) for (start, _c), h, m in zip(told, half, most, strict=True)]
    table = charts.data_table((_("From"), _("Half wait less than"), _("Nine of ten wait less than")), cells)
    return Drawing("waits", heading, sub, drawing, "", table, header, rows)


def solution(board: Board) -> Drawing:
    """The share solved at the first line over time; of few calls there is no share, and the line breaks."""
    by, stretches = by_stretch(board.days, lambda counts: counts["answered_by_person"])
    told = [(start, figure(counts, "solution_index")) for start, counts in stretches]
    known = [(start, one) for start, one in told if one.denominator]
    header = (by, "not_handed_on", "answered_by_person")
    sub = {
        "day": _("Calls a person answered and did not hand on, by day; under 30 calls there is no percentage"),
        "week": _("Calls a person answered and did not hand on, by week; under 30 calls there is no percentage"),
        "month": _("Calls a person answered and did not hand on, by month; under 30 calls there is no percentage"),
    }[by]
    whole = figure(board.total, "solution_index")
    if whole.value is None or not known:
        return Drawing("solution", reason_in_words(whole.reason, "solution_index"), sub, "", "", "", header, [])
    part, among = int(whole.numerator or 0), int(whole.denominator or 0)
    words = {"part": numbers.whole(part), "total": numbers.whole(among)}
    heading = _("The first line solved %(part)s of the %(total)s calls it answered") % words
    shares = [one.value if (one.denominator or 0) >= FEWEST_CASES else None for _start, one in known]
    drawing: Any = ""
    if any(share is not None for share in shares):
        drawing = charts.lines(
            [_label(by, start)[0] for start, _one in known], [Series(_("solved"), shares)], chart_id="solution-line",
            title=_("Solved at the first line"), desc=heading, written=lambda share: numbers.percent(share, 0),
        )  # fmt: skip
    pairs = [(start, int(one.numerator or 0), int(one.denominator or 0)) for start, one in known]
    cells = [(_written(by, start), numbers.whole(n), numbers.whole(d), numbers.share(n, d)) for start, n, d in pairs]
    heads = (_("From"), _("Not handed on"), _("Answered by a person"), _("Share"))
    rows = [(start.isoformat(), n, d) for start, n, d in pairs]
    return Drawing("solution", heading, sub, drawing, "", charts.data_table(heads, cells), header, rows)


_STRIP_CLASSES = {ON_TIME: "b1", NOT_COUNTED: "out"}


def strip(counts: Counts, figure_id: str, asked: Asked) -> Any:
    """Everybody who tried, as one bar: on time, not on time, not counted."""
    parts, whole = strip_of(counts, figure_id, asked.target_seconds, asked.short_abandon_seconds), 120.0
    everybody = sum(number for number, _how in parts)
    drawn, x = [], 0.0
    for number, how in parts:
        width = number / everybody * whole if everybody else 0
        if width and how == NOT_COUNTED:
            drawn.append(svg.tag("line", class_="out", x1=x, y1=6, x2=x + width, y2=6))
        elif width:
            drawn.append(
                svg.tag("rect", class_=_STRIP_CLASSES.get(how, "bs"), x=x, y=0, width=max(width - 0.3, 0.1), height=12)
            )
        x += width
    bar = svg.tag(
        "svg", *drawn or [""], viewBox="0 0 120 12", preserveAspectRatio="none", aria_hidden="true", focusable="false"
    )
    return mark_safe(bar)  # noqa: S308 - made of numbers


def disaffection(board: Board) -> Drawing:
    """Derivations not picked up, by department."""
    derived = sorted((d for d in board.loads if d.derived), key=lambda d: (-(d.rate or 0), -d.not_picked_up))
    over = [d for d in derived if d.rate is not None and d.rate > DISAFFECTION_TARGET]
    missed, handed = sum(d.not_picked_up for d in derived), sum(d.derived for d in derived)
    heading = (
        _("Departments did not pick up %(missed)s of the %(handed)s calls handed to them")
        % {"missed": numbers.whole(missed), "handed": numbers.whole(handed)}
        if handed
        else _("No derivation could be followed in this period")
    )
    bars = [
        Bar(
            d.name,
            d.not_picked_up / d.derived,
            (numbers.percent(d.rate) if d.rate is not None else "–", numbers.fraction(d.not_picked_up, d.derived)),
            d in over,
            f"/calls/?derivation=NOT_PICKED_UP&department={d.department_id}&{board.filter}" if d.department_id else "",
        )
        for d in derived[:12]
    ]
    drawing: Any = ""
    if bars:
        drawing = charts.bars(
            bars, caption=_("Internal disaffection by department"), heading=_("Department"),
            cell_headings=(_("Not picked up"), _("Calls")), target=DISAFFECTION_TARGET,
        )  # fmt: skip
    rows = [(d.name, str(d.not_picked_up), str(d.derived)) for d in derived]
    sub = _("Calls handed blindly to a department that did not pick up; target 20 %")
    return Drawing(
        "disaffection", heading, sub, drawing, "", "", (_("Department"), _("Not picked up"), _("Derived")), rows
    )


def disaffection_hours(board: Board) -> Drawing:
    """Derivations picked up and not picked up, by hour of the day."""
    return by_hour(board.total, why_no_derivations(board.total))


def by_hour(counts: Counts, why_none: str) -> Drawing:
    """The same for any counts of whole days: all calls, or a department. ``why_none`` stands where nothing can be drawn."""
    hours = derivations_by_hour(counts)
    header = (_("Hour"), _("Not picked up"), _("Derived"))
    rows = [(f"{h.hour}:00–{h.hour + 1}:00", str(h.not_picked_up), str(h.derived)) for h in hours]
    if not hours:
        heading = _("No derivation could be followed in this period")
        return Drawing("disaffection_hours", heading, why_none, "", "", "", header, rows)
    heading = _heading_of_hours(hours)
    drawing = charts.columns(
        [Column(str(h.hour), [h.derived - h.not_picked_up, h.not_picked_up]) for h in hours],
        chart_id="disaffection-hours", title=_("Derivations by hour of the day"), desc=heading,
    )  # fmt: skip
    key = charts.key(("", _("Picked up")), ("k-2", _("Not picked up")))
    shares = [(*row, numbers.percent(h.rate)) for row, h in zip(rows, hours, strict=True)]
    table = charts.data_table((*header, _("Share")), shares)
    sub = _("Calls handed blindly to a department, by the hour they came in; under 30 an hour gets no percentage")
    return Drawing("disaffection_hours", heading, sub, drawing, key, table, header, rows)


def _heading_of_hours(hours: Sequence[HourOfDerivations]) -> str:
    worst = worst_hour(hours)
    if worst is not None and len(hours) > 1:
        return _("Fewest calls are picked up from %(hour)s:00 to %(next)s:00: %(missed)s of %(handed)s were not") % {
            "hour": worst.hour,
            "next": worst.hour + 1,
            "missed": numbers.whole(worst.not_picked_up),
            "handed": numbers.whole(worst.derived),
        }
    missed, derived = sum(h.not_picked_up for h in hours), sum(h.derived for h in hours)
    if not missed:
        return _("At every hour all calls handed on were picked up")
    words = {"missed": numbers.whole(missed), "handed": numbers.whole(derived)}
    if len(hours) == 1:
        return _("%(missed)s of %(handed)s calls handed on were not picked up") % words
    return _("No hour has calls enough to stand out: %(missed)s of %(handed)s were not picked up") % words


def load(board: Board) -> Drawing:
    """Calls and conversation by department."""
    busy = [d for d in board.loads if d.calls]
    known = next((d for d in busy if d.department_id), None)
    if known is not None:
        words = {"name": known.name, "number": numbers.whole(known.calls)}
        heading = _("%(name)s is the department that speaks in most calls: %(number)s") % words
    elif busy:
        heading = _("No telephone that spoke has a department yet")
    else:
        heading = _("No record tells which telephones spoke")
    drawing: Any = ""
    if busy:
        drawing = charts.bars(
            [Bar(d.name, d.calls, (numbers.whole(d.calls), numbers.hours(d.talk_seconds))) for d in busy[:12]],
            caption=_("Load by department"), heading=_("Department"), cell_headings=(_("Calls"), _("Conversation")),
        )  # fmt: skip
    rows = [(d.name, str(d.calls), str(round(d.talk_seconds))) for d in busy]
    sub = _("Inbound calls in which a telephone of the department spoke")
    return Drawing(
        "load", heading, sub, drawing, "", "", (_("Department"), _("Calls"), _("Seconds of conversation")), rows
    )


ALL = {
    "days": by_day,
    "demand": demand,
    "solution": solution,
    "waits": waits,
    "disaffection": disaffection,
    "disaffection_hours": disaffection_hours,
    "load": load,
}
