"""The list of calls and one call."""

import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from callhub.calls import summaries
from callhub.calls.forms import FIGURE_FIELDS, CallFilterForm
from callhub.calls.models import Call
from callhub.calls.queries.callers import caller_seen_by, line_seen_by
from callhub.calls.queries.lists import call_story, calls_matching
from callhub.calls.queries.names import names_in_use
from callhub.calls.queries.populations import Population, Unit, rows_behind
from callhub.calls.rows import Table
from callhub.calls.sentences import population_in_words
from callhub.calls.timelines import lanes_of, steps_of
from shell import numbers
from shell.charts import key, timeline
from shell.csv import csv_response
from tenants.people.access import access
from tenants.people.rules import Role

ROWS = 50
MOST_IN_CSV = 100_000
IMPORTERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)
READERS = (*IMPORTERS, Role.DATA_PROTECTION_OFFICER)


def _role(request: HttpRequest) -> str:
    return str(getattr(request.user, "role", ""))


def _zone(request: HttpRequest) -> ZoneInfo:
    return ZoneInfo(request.municipality.time_zone)  # type: ignore[attr-defined]


@access(*READERS)
def calls(request: HttpRequest) -> HttpResponse:
    """Calls, or the visits and derivations behind a figure, narrowed and paged; the same rows as CSV."""
    role = _role(request)
    form = CallFilterForm(request.GET, role=role)
    is_usable = form.is_valid()
    if FIGURE_FIELDS & form.errors.keys():
        raise Http404
    shown, other = (form.populations() if is_usable else None) or (None, None)
    found = _rows(form, shown, _zone(request)) if is_usable else Call.objects.none()
    table = Table(shown.unit if shown else Unit.CALL, role, names_in_use(role), _zone(request))
    used = form.used() if is_usable else {}
    if request.GET.get("format") == "csv":
        return _file(table, found, used)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "number": numbers.calls(page.paginator.count),
        "headings": table.headings,
        "told": [(row, table.at(row), table.cells(row)) for row in page],
        "is_empty": is_usable and not used and not page.paginator.count,
        "may_import": role in IMPORTERS,
    }
    if shown and other:
        is_whole = form.cleaned_data["part"] == "denominator"
        whole = None if is_whole or shown == other else _rows(form, other, _zone(request)).count()
        context["population"] = population_in_words(shown, form.limits(), page.paginator.count, whole)
        context["other_part"] = "" if shown == other else "numerator" if is_whole else "denominator"
    return render(request, "calls/calls.html", context)


def _rows(form: CallFilterForm, population: Population | None, zone: ZoneInfo) -> QuerySet[Call]:
    """The calls that match the form; with a population, the visits, calls or derivations it counts."""
    wanted = form.wanted(zone)
    return rows_behind(population, form.limits(), wanted) if population else calls_matching(wanted)


def _file(table: Table, found: QuerySet[Call], used: dict[str, str]) -> HttpResponse:
    """The rows as CSV with the filters written in it; says so when there are more than it holds."""
    number = found.count()
    if number > MOST_IN_CSV:
        used = {**used, "rows": f"the first {MOST_IN_CSV} of {number}"}
    rows = (table.values(row) for row in found[:MOST_IN_CSV].iterator())
    return csv_response("calls.csv", table.names_of_columns, rows, used)


@access(*READERS)
def call(request: HttpRequest, call_id: uuid.UUID) -> HttpResponse:
    """One call with its legs on a time line."""
    story = call_story(call_id)
    if story is None:
        raise Http404
    names = names_in_use(_role(request))
    lanes = lanes_of(story, names)
    drawing = timeline(lanes, chart_id="story", title=_("The call on a time line")) if len(lanes) > 1 else ""
    return render(
        request,
        "calls/call.html",
        {
            "call": story.call,
            "caller": caller_seen_by(_role(request), story.call),
            "line": line_seen_by(_role(request), story.call),
            "line_name": names.lines.get(story.call.line, ""),
            "agent": names.telephone(story.call.agent),
            "queues": sorted({names.queue(visit.queue) for visit in story.visits}),
            "outcome": summaries.kind_in_words(story.call),
            "headline": summaries.headline(story, names),
            "opening": summaries.opening(story, names),
            "durations": summaries.durations(story),
            "drawing": drawing,
            "key": key(("", _("Talking")), ("k-s", _("Waiting or ringing")), ("k-2", _("Not answered"))),
            "steps": steps_of(story, names),
        },
    )
