"""The page of a department: what became of the calls handed to it."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from callhub.calls.queries.callers import caller_seen_by
from callhub.departments.queries import departments_by_name, departments_of_contact
from reporting.dashboard import charts, sentences
from reporting.dashboard.forms import DAYS
from reporting.dashboard.queries import DepartmentBoard, department_board, department_to_look_at
from reporting.dashboard.views.asking import KEEPERS, days_chosen, days_to_show, role_of, zone_of
from shell.csv import csv_response
from tenants.people.access import access
from tenants.people.rules import Role

ROWS = 25
MOST_IN_CSV = 100_000


def _departments_seen_by(request: HttpRequest) -> list[tuple[int, str]]:
    """Id and name: all for those who keep them, their own for contacts."""
    if role_of(request) == Role.DEPARTMENT_CONTACT:
        return departments_of_contact(int(request.user.pk or 0))
    return departments_by_name()


def _department(request: HttpRequest, seen: list[tuple[int, str]]) -> DepartmentBoard:
    """The department asked for, by default the one that missed most. Raises Http404 for one that this person does not see."""
    zone, first, past = days_to_show(request)
    asked = request.GET.get("department") or str(department_to_look_at(zone, first, past, [pk for pk, _name in seen]))
    chosen = next((one for one in seen if str(one[0]) == asked), None)
    if chosen is None:
        raise Http404
    return department_board(zone, first, past, chosen)


def _without_department(*, is_keeper: bool) -> dict[str, str]:
    if is_keeper:
        return {
            "heading": _("Derivations"),
            "title": _("No departments yet"),
            "text": _("Derived calls are counted by department once you say which extension is whose."),
            "leads_to": "departments:departments",
            "action": _("Departments"),
        }
    return {
        "heading": _("My department"),
        "title": _("Nobody has said yet which department is yours"),
        "text": _(
            "An administrator of the town hall chooses you as contact on the page of your department; "
            "then this page tells what became of the calls handed to it."
        ),
    }


@access(*KEEPERS, Role.DEPARTMENT_CONTACT)
def my_department(request: HttpRequest) -> HttpResponse:
    """What became of the calls handed to a department, for its contacts."""
    seen = _departments_seen_by(request)
    if not seen and "department" not in request.GET:
        return render(request, "dashboard/nothing.html", _without_department(is_keeper=role_of(request) in KEEPERS))
    found = _department(request, seen)
    why_none = sentences.why_no_derivations(found.all_calls, found.counts)
    page = Paginator(found.missed, ROWS).get_page(request.GET.get("page"))
    context = {
        "found": found,
        "seen": seen,
        "last": found.past - timedelta(days=1),
        "days": days_chosen(request),
        "choices": DAYS,
        "opening": sentences.department_opening(found),
        "cards": sentences.department_cards(found.counts, found.median_seconds, why_none),
        "chart": charts.by_hour(found.counts, why_none),
        "page": page,
        "told": [(one, caller_seen_by(role_of(request), one.call), sentences.end_in_words(one.result)) for one in page],
        "is_keeper": role_of(request) in KEEPERS,
    }
    return render(request, "dashboard/my_department.html", context)


@access(*KEEPERS, Role.DEPARTMENT_CONTACT)
def department_csv(request: HttpRequest, table_id: str) -> HttpResponse:
    """The rows behind the page of a department: its hours, or the calls it did not pick up."""
    found = _department(request, _departments_seen_by(request))
    filters = {"department": found.name, "from": str(found.first), "to": str(found.past - timedelta(days=1))}
    if table_id == "hours":
        drawing = charts.by_hour(found.counts, "")
        return csv_response("department-hours.csv", drawing.header, drawing.rows, filters)
    if table_id != "calls":
        raise Http404
    zone, role = zone_of(request), role_of(request)
    rows = (
        [one.at.astimezone(zone).isoformat(), one.target, caller_seen_by(role, one.call), one.result]
        for one in found.missed[:MOST_IN_CSV].iterator()
    )
    return csv_response("department-calls.csv", ["at", "extension", "caller", "result"], rows, filters)
