"""The dashboard's drawings and their conclusions in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reporting.dashboard.queries import Board
from reporting.dashboard.rules import (
    DISAFFECTION_TARGET,
    HourOfDerivations,
    derivations_by_hour,
    open_hours,
    worst_hour,
)
from reporting.dashboard.sentences import why_no_derivations
from reporting.kpi.counts import Counts
from shell import charts, numbers
from shell.charts import Bar, Column, Series


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
    rows: Sequence[tuple[str, ...]]


def _weekday(number: int) -> str:
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")][number]


def demand(board: Board) -> Drawing:
    """Calls by weekday and hour."""
    first, past = open_hours(board.rhythm)
    hours = range(first, past)
    values: list[list[float | None]] = [[row[h] or None for h in hours] for row in board.rhythm]
    busiest = max(
        ((v or 0, d, h) for d, row in enumerate(values) for v, h in zip(row, hours, strict=True)), default=(0, 0, 9)
    )
    heading = (
        _("Most calls come on %(day)s from %(hour)s:00 to %(next)s:00")
        % {"day": _weekday(busiest[1]), "hour": busiest[2], "next": busiest[2] + 1}
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


def by_day(board: Board) -> Drawing:
    """Answered and not answered per day."""
    columns, rows = [], []
    worst = (0.0, "")
    for day, counts in board.days:
        answered = counts["answered_by_person"]
        lost = max(counts["inbound"] - answered, 0)
        columns.append(Column(str(day.day), [answered, lost], _weekday(day.weekday())[:1]))
        rows.append((day.isoformat(), numbers.whole(answered), numbers.whole(lost)))
        if lost > worst[0]:
            worst = (lost, date_format(day, "MONTH_DAY_FORMAT"))
    heading = (
        _("The day with most calls without a person was %(day)s: %(number)s")
        % {"day": worst[1], "number": numbers.whole(worst[0])}
        if worst[0]
        else _("Every call of these days reached a person")
    )
    drawing = charts.columns(columns, chart_id="by-day", title=_("Calls per day"), desc=heading)
    key = charts.key(("", _("Answered by a person")), ("k-2", _("Not answered by a person")))
    header = (_("Day"), _("Answered by a person"), _("Not answered by a person"))
    return Drawing(
        "days", heading, _("Inbound calls per day"), drawing, key, charts.data_table(header, rows), header, rows
    )


def waits(board: Board) -> Drawing:
    """Median and ninth decile of the wait per day."""
    days = [(day, counts) for day, counts in board.days if counts.waits_answered]
    half = [counts.wait_quantile(0.5) for _day, counts in days]
    most = [counts.wait_quantile(0.9) for _day, counts in days]
    worst = max((value or 0 for value in most), default=0)
    heading = (
        _("On the worst day one of ten waited more than %(time)s") % {"time": numbers.duration(worst)}
        if days
        else _("No record of queues in this period")
    )
    drawing: Any = ""
    if days:
        drawing = charts.lines(
            [str(day.day) for day, _counts in days], [Series("p50", half), Series("p90", most)], chart_id="waits",
            title=_("Wait of answered calls per day"), desc=heading, written=numbers.duration, is_time=True,
        )  # fmt: skip
    rows = [
        (day.isoformat(), numbers.duration(h or 0), numbers.duration(m or 0))
        for (day, _c), h, m in zip(days, half, most, strict=True)
    ]
    header = (_("Day"), _("Half wait less than"), _("Nine of ten wait less than"))
    return Drawing(
        "waits",
        heading,
        _("Wait of answered visits to queues"),
        drawing,
        "",
        charts.data_table(header, rows) if rows else "",
        header,
        rows,
    )


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
    if worst is not None:
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
    return _("No hour has calls enough to stand out: %(missed)s of %(handed)s were not picked up") % words


def load(board: Board) -> Drawing:
    """Calls and conversation by department."""
    busy = [d for d in board.loads if d.calls]
    heading = (
        _("%(name)s speaks in most calls: %(number)s") % {"name": busy[0].name, "number": numbers.whole(busy[0].calls)}
        if busy
        else _("No record tells which telephones spoke")
    )
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
    "demand": demand,
    "days": by_day,
    "disaffection": disaffection,
    "disaffection_hours": disaffection_hours,
    "load": load,
    "waits": waits,
}
