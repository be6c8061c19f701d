"""The municipality's dashboard, the definition of a figure, and the tables behind the charts."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from callhub.calls.queries.callers import caller_seen_by
from callhub.departments.queries import departments_by_name, departments_of_contact
from reporting.dashboard import charts, sentences
from reporting.dashboard.queries import (
    Board,
    DepartmentBoard,
    board,
    department_board,
    department_to_look_at,
    latest_day_with_calls,
)
from reporting.kpi.definitions import ALL as DEFINITIONS
from reporting.kpi.definitions import SERVICE_LEVELS, UnknownDefinition, definition
from reporting.kpi.rules import broken_identities, figure
from shell import numbers
from shell.csv import csv_response
from tenants.people.access import access
from tenants.people.rules import Role

KEEPERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)
READERS = (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER)
ROWS = 25
MOST_IN_CSV = 100_000
DAYS = (7, 30, 90, 365)
CARDS = ("answered_by_person_rate", "wait_median", "solution_index", "disaffection")


def _role(request: HttpRequest) -> str:
    return str(getattr(request.user, "role", ""))


def _days(request: HttpRequest) -> int:
    text = request.GET.get("days", "")
    return int(text) if text.isdigit() and int(text) in DAYS else 30


def _period(request: HttpRequest) -> tuple[ZoneInfo, date, date, bool]:
    """The clock, the days from and before, and whether there is no day with calls at all."""
    zone = ZoneInfo(request.municipality.time_zone)  # type: ignore[attr-defined]
    latest = latest_day_with_calls(zone)
    past = (latest or timezone.now().astimezone(zone).date()) + timedelta(days=1)
    if until := request.GET.get("until"):
        try:
            past = date.fromisoformat(until) + timedelta(days=1)
        except ValueError:
            raise Http404 from None
    return zone, past - timedelta(days=_days(request)), past, latest is None


def _board(request: HttpRequest) -> tuple[Board, bool]:
    zone, first, past, is_empty = _period(request)
    return board(zone, first, past, _("Without department")), is_empty


@access(*READERS, Role.DEPARTMENT_CONTACT)
def dashboard(request: HttpRequest) -> HttpResponse:
    """Sentences first, then figures, then charts. Contacts of departments have a page of their own."""
    if _role(request) == Role.DEPARTMENT_CONTACT:
        return redirect("dashboard:my_department")
    found, is_empty = _board(request)
    if is_empty:
        return render(request, "dashboard/empty.html")
    return render(
        request,
        "dashboard/dashboard.html",
        {
            "board": found,
            "last": found.past - timedelta(days=1),
            "days": _days(request),
            "choices": DAYS,
            "opening": sentences.opening(found),
            "exceptions": sentences.exceptions(found),
            "cards": [_card(found, figure_id) for figure_id in CARDS],
            "charts": [(draw(found), _csv_address(name, request)) for name, draw in charts.ALL.items()],
        },
    )


def _csv_address(chart_id: str, request: HttpRequest) -> str:
    """The rows behind a chart, of the same period."""
    return f"{reverse('dashboard:chart_csv', args=[chart_id])}?days={_days(request)}"


def _card(found: Board, figure_id: str) -> dict[str, object]:
    one, says = figure(found.total, figure_id), definition(figure_id)
    interval = one.interval
    return {
        "name": _(says.name),
        "figure": one,
        "is_share": says.unit == "share",
        "numerator": None if one.value is None else int(one.numerator or 0),
        "denominator": None if one.value is None else int(one.denominator or 0),
        "seconds": "" if one.value is None or says.unit != "seconds" else numbers.duration(one.value),
        "of": _("%(number)s answered visits to queues") % {"number": numbers.whole(one.denominator or 0)},
        "low": interval[0] if interval else None,
        "high": interval[1] if interval else None,
        "reason": sentences.reason_in_words(one.reason),
        "is_exception": figure_id == "disaffection" and (one.value or 0) > 0.2,
        "id": figure_id,
        "version": says.version,
    }


@access(*READERS)
def one_figure(request: HttpRequest, figure_id: str) -> HttpResponse:
    """A figure opened: definition, fraction, interval, the same days under the other definitions, the calls behind."""
    try:
        says = definition(figure_id)
    except UnknownDefinition:
        raise Http404 from None
    found, _is_empty = _board(request)
    one = figure(found.total, figure_id)
    others = [(_(definition(i).name), definition(i).formula, figure(found.total, i)) for i in SERVICE_LEVELS]
    return render(
        request,
        "dashboard/figure.html",
        {
            "says": says,
            "name": _(says.name),
            "numerator": _(says.numerator),
            "denominator": _(says.denominator),
            "exclusions": _(says.exclusions),
            "remark": _(says.remark) if says.remark else "",
            "figure": one,
            "value": _value(one.value, says.unit),
            "interval": numbers.interval(*one.interval) if one.interval else "",
            "reason": sentences.reason_in_words(one.reason),
            "others": [(name, formula, _value(o.value, "share"), o) for name, formula, o in others],
            "board": found,
            "last": found.past - timedelta(days=1),
            "broken": broken_identities(found.total),
            "calls_url": f"/calls/?starts={found.first}&ends={found.past - timedelta(days=1)}",
        },
    )


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return numbers.percent(value) if unit == "share" else numbers.duration(value)


@access(*READERS)
def figures(request: HttpRequest) -> HttpResponse:
    """Every figure of the period with its definition."""
    found, _is_empty = _board(request)
    told = [
        (
            _(d.name),
            d,
            _value((one := figure(found.total, d.id)).value, d.unit),
            one,
            sentences.reason_in_words(one.reason),
        )
        for d in DEFINITIONS
    ]
    if request.GET.get("format") == "csv":
        rows = (
            [d.id, d.version, one.value, one.numerator, one.denominator, d.formula, one.reason]
            for _n, d, _v, one, _r in told
        )
        header = ["figure", "version", "value", "numerator", "denominator", "formula", "reason"]
        return csv_response("figures.csv", header, rows, {"from": str(found.first), "before": str(found.past)})
    context = {
        "told": told,
        "board": found,
        "last": found.past - timedelta(days=1),
        "days": _days(request),
        "choices": DAYS,
    }
    return render(request, "dashboard/figures.html", context)


@access(*READERS)
def chart_csv(request: HttpRequest, chart_id: str) -> HttpResponse:
    """The rows behind a chart."""
    draw = charts.ALL.get(chart_id)
    if draw is None:
        raise Http404
    found, _is_empty = _board(request)
    drawing = draw(found)
    filters = {"from": str(found.first), "before": str(found.past)}
    return csv_response(f"{chart_id}.csv", drawing.header, drawing.rows, filters)


def _departments_seen_by(request: HttpRequest) -> list[tuple[int, str]]:
    """Id and name: all for those who keep them, their own for contacts."""
    if _role(request) == Role.DEPARTMENT_CONTACT:
        return departments_of_contact(int(request.user.pk or 0))
    return departments_by_name()


def _department(request: HttpRequest, seen: list[tuple[int, str]]) -> DepartmentBoard:
    """The department asked for, by default the one that missed most. Raises Http404 for one that this person does not see."""
    zone, first, past, _is_empty = _period(request)
    asked = request.GET.get("department") or str(department_to_look_at(zone, first, past, [pk for pk, _name in seen]))
    chosen = next((one for one in seen if str(one[0]) == asked), None)
    if chosen is None:
        raise Http404
    return department_board(zone, first, past, chosen)


@access(*KEEPERS, Role.DEPARTMENT_CONTACT)
def my_department(request: HttpRequest) -> HttpResponse:
    """What became of the calls handed to a department, for its contacts."""
    seen = _departments_seen_by(request)
    if not seen and "department" not in request.GET:
        return render(request, "dashboard/without_department.html", {"is_keeper": _role(request) in KEEPERS})
    found = _department(request, seen)
    why_none = sentences.why_no_derivations(found.all_calls, found.counts)
    page = Paginator(found.missed, ROWS).get_page(request.GET.get("page"))
    context = {
        "found": found,
        "seen": seen,
        "last": found.past - timedelta(days=1),
        "days": _days(request),
        "choices": DAYS,
        "opening": sentences.department_opening(found),
        "cards": sentences.department_cards(found.counts, found.median_seconds, why_none),
        "chart": charts.by_hour(found.counts, why_none),
        "page": page,
        "told": [(one, caller_seen_by(_role(request), one.call), sentences.end_in_words(one.result)) for one in page],
        "is_keeper": _role(request) in KEEPERS,
    }
    return render(request, "dashboard/my_department.html", context)


@access(*KEEPERS, Role.DEPARTMENT_CONTACT)
def department_csv(request: HttpRequest, table_id: str) -> HttpResponse:
    """The rows behind the page of a department: its hours, or the calls it did not pick up."""
    found = _department(request, _departments_seen_by(request))
    filters = {"department": found.name, "from": str(found.first), "before": str(found.past)}
    if table_id == "hours":
        drawing = charts.by_hour(found.counts, "")
        return csv_response("department-hours.csv", drawing.header, drawing.rows, filters)
    if table_id != "calls":
        raise Http404
    zone, role = ZoneInfo(request.municipality.time_zone), _role(request)  # type: ignore[attr-defined]
    rows = (
        [one.at.astimezone(zone).isoformat(), one.target, caller_seen_by(role, one.call), one.result]
        for one in found.missed[:MOST_IN_CSV].iterator()
    )
    return csv_response("department-calls.csv", ["at", "extension", "caller", "result"], rows, filters)
