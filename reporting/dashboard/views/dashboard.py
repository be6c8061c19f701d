"""What the telephone did, on one page: sentences first, then figures, then charts."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from reporting.dashboard import charts, sentences
from reporting.dashboard.forms import DAYS
from reporting.dashboard.queries import Board, board, latest_day_with_calls
from reporting.dashboard.rules import DISAFFECTION_TARGET
from reporting.dashboard.views.asking import READERS, days_chosen, days_to_show, kept, role_of, zone_of
from reporting.kpi.definitions import definition
from reporting.kpi.queries import fill
from reporting.kpi.rules import figure
from shell import numbers
from shell.csv import csv_response
from tenants.people.access import access
from tenants.people.rules import Role

CARDS = ("answered_by_person_rate", "wait_median", "solution_index", "disaffection")


def _board(request: HttpRequest) -> Board:
    return board(*days_to_show(request), _("Without department"))


def _notices(request: HttpRequest) -> list[sentences.Notice]:
    """What other parts of the product say asks for a decision."""
    return [notice for path in settings.DASHBOARD_NOTICES for notice in import_string(path)(request)]


def _nothing_yet(request: HttpRequest) -> dict[str, Any]:
    return {
        "heading": _("What you should know today"),
        "title": _("No calls yet"),
        "text": _("Connect the switchboard or import a file, and this page tells what the telephone does."),
        "leads_to": "pbx:upload",
        "action": _("Import a file"),
        "fill": fill(),
        "is_trial": request.municipality.state == "TRIAL",  # type: ignore[attr-defined]
    }


@access(*READERS, Role.DEPARTMENT_CONTACT)
def dashboard(request: HttpRequest) -> HttpResponse:
    """Sentences first, then figures, then charts. Contacts of departments have a page of their own."""
    if role_of(request) == Role.DEPARTMENT_CONTACT:
        return redirect("dashboard:my_department")
    if latest_day_with_calls(zone_of(request)) is None:
        return render(request, "dashboard/nothing.html", _nothing_yet(request))
    found, address = _board(request), kept(request)
    return render(
        request,
        "dashboard/dashboard.html",
        {
            "board": found,
            "last": found.past - timedelta(days=1),
            "days": days_chosen(request),
            "choices": DAYS,
            "address": address,
            "opening": sentences.opening(found),
            "exceptions": [*_notices(request), *sentences.exceptions(found)],
            "cards": [_card(found, figure_id, address) for figure_id in CARDS],
            "charts": [
                (draw(found), f"{reverse('dashboard:chart_csv', args=[name])}?{address}")
                for name, draw in charts.ALL.items()
            ],
        },
    )


def _card(found: Board, figure_id: str, address: str) -> dict[str, object]:
    one, says = figure(found.total, figure_id), definition(figure_id)
    interval = one.interval
    return {
        "name": _(says.name),
        "is_share": says.unit == "share",
        "numerator": None if one.value is None else int(one.numerator or 0),
        "denominator": None if one.value is None else int(one.denominator or 0),
        "seconds": "" if one.value is None or says.unit != "seconds" else numbers.duration(one.value),
        "of": _("%(number)s answered visits to queues") % {"number": numbers.whole(one.denominator or 0)},
        "low": interval[0] if interval else None,
        "high": interval[1] if interval else None,
        "reason": sentences.reason_in_words(one.reason, figure_id),
        "is_exception": figure_id == "disaffection" and (one.value or 0) > DISAFFECTION_TARGET,
        **(sentences.target_of_disaffection(one) if figure_id == "disaffection" else {"state": "", "target": ""}),
        "url": f"{reverse('dashboard:figure', args=[figure_id])}?{address}",
        "version": says.version,
    }


@access(*READERS)
def chart_csv(request: HttpRequest, chart_id: str) -> HttpResponse:
    """The rows behind a chart."""
    draw = charts.ALL.get(chart_id)
    if draw is None:
        raise Http404
    found = _board(request)
    drawing = draw(found)
    filters = {"from": str(found.first), "to": str(found.past - timedelta(days=1))}
    return csv_response(f"{chart_id}.csv", drawing.header, drawing.rows, filters)
