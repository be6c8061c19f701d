"""The list of calls and one call."""

import uuid
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from callhub.calls.forms import OUTCOME_NAMES, CallFilterForm
from callhub.calls.models import Call, Outcome
from callhub.calls.queries.callers import caller_seen_by
from callhub.calls.queries.lists import call_story, calls_matching, departments_by_extension
from callhub.calls.timelines import lanes_of, steps_of
from shell.charts import key, timeline
from shell.csv import csv_response
from tenants.people.access import access
from tenants.people.rules import Role

ROWS = 50
MOST_IN_CSV = 100_000
READERS = (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER)


def shown_number(request: HttpRequest, call: Call) -> str:
    """The caller as this person may see it."""
    return caller_seen_by(getattr(request.user, "role", ""), call)


@access(*READERS)
def calls(request: HttpRequest) -> HttpResponse:
    """Calls, narrowed and paged; the same rows as CSV."""
    form = CallFilterForm(request.GET)
    zone = ZoneInfo(request.municipality.time_zone)  # type: ignore[attr-defined]
    found = calls_matching(form.wanted(zone)) if form.is_valid() else Call.objects.none()
    if request.GET.get("format") == "csv":
        rows = (
            [
                c.started_at.astimezone(zone).isoformat(),
                c.key,
                shown_number(request, c),
                c.line,
                c.direction,
                c.outcome,
                c.agent,
            ]
            for c in found[:MOST_IN_CSV].iterator()
        )
        header = ["started_at", "call", "caller", "line", "direction", "outcome", "agent"]
        return csv_response("calls.csv", header, rows, {k: str(v) for k, v in request.GET.items() if k != "format"})
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    told = [(call, shown_number(request, call), OUTCOME_NAMES[Outcome(call.outcome)]) for call in page]
    is_empty = not request.GET and not told
    return render(request, "calls/calls.html", {"form": form, "page": page, "told": told, "is_empty": is_empty})


@access(*READERS)
def call(request: HttpRequest, call_id: uuid.UUID) -> HttpResponse:
    """One call with its legs on a time line."""
    story = call_story(call_id)
    if story is None:
        raise Http404
    departments = departments_by_extension()
    drawing = timeline(lanes_of(story, departments), chart_id="story", title=_("The call on a time line"))
    colours = key(("k-s", _("Waiting")), ("", _("Talking")), ("k-2", _("Not answered")))
    return render(
        request,
        "calls/call.html",
        {
            "call": story.call,
            "caller": shown_number(request, story.call),
            "outcome": OUTCOME_NAMES[Outcome(story.call.outcome)],
            "drawing": drawing,
            "key": colours,
            "steps": steps_of(story, departments),
        },
    )
