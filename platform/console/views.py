"""Adtende's pages over all municipalities."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from console.forms import LongerTrialForm, ReceptionNumberForm
from console.queries import CLOSING, NEVER, QUIET, TownRow, towns
from shell import numbers
from shell.csv import csv_response
from shell.sentences import in_words
from tenants.audit.actions import actor_of
from tenants.directory.actions import UnableToAssignNumber, assign_reception_number, release_reception_number
from tenants.directory.hosts import link_into
from tenants.directory.models import Municipality
from tenants.directory.queries import reception_number_of
from tenants.directory.rules import Kind
from tenants.opening.actions.lifecycle import UnableToChangeState, request_longer_trial
from tenants.opening.forms import KIND_NAMES
from tenants.opening.queries import application_behind
from tenants.opening.rules import can_be_lengthened
from tenants.people.access import access
from tenants.people.rules import STAFF_ROLES, Role

WHY = "given on the console"
MAY_ASSIGN = (Role.STAFF_ADMINISTRATOR, Role.STAFF_SUPERVISOR)
MAY_LENGTHEN = (Role.STAFF_ADMINISTRATOR, Role.STAFF_FINANCE)


def _words(row: TownRow) -> tuple[str, str]:
    troubles = {
        QUIET: ("bad", _("No new figures for more than three days")),
        NEVER: ("warn", _("No calls imported yet")),
        CLOSING: ("half", _("Being closed")),
    }
    if row.trouble:
        return troubles[row.trouble]
    states = {
        Municipality.State.TRIAL: ("info", _("On trial")),
        Municipality.State.PAST_DUE: ("warn", _("A payment is missing")),
        Municipality.State.SUSPENDED: ("bad", _("Suspended")),
        Municipality.State.CLOSED: ("none", _("Closed")),
    }
    return states.get(Municipality.State(row.municipality.state), ("ok", _("In order")))


def _calls(row: TownRow) -> int | str | None:
    return numbers.few() if row.has_few_calls else row.calls


@access(*STAFF_ROLES)
def overview(request: HttpRequest) -> HttpResponse:
    """Exceptions first, then every municipality."""
    text = request.GET.get("text", "")
    rows = towns(text)
    if request.GET.get("format") == "csv":
        lines = (
            [r.municipality.name, r.municipality.ine_code, r.host, r.municipality.state, _calls(r), r.trouble]
            for r in rows
        )
        return csv_response(
            "municipalities.csv", ["name", "ine", "host", "state", "calls", "trouble"], lines, {"text": text}
        )
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    told = [(row, *_words(row)) for row in page]
    troubled = sum(1 for row in rows if row.trouble)
    context = {"page": page, "told": told, "troubled": troubled, "text": text}
    return render(request, "console/overview.html", context)


@access(*STAFF_ROLES)
def town(request: HttpRequest, slug: str) -> HttpResponse:
    """One municipality: how its account stands, what its people corrected on the way, and more time of trial."""
    found = get_object_or_404(Municipality, slug=slug)
    role = getattr(request.user, "role", "")
    may_lengthen = role in MAY_LENGTHEN and can_be_lengthened(found.state, found.trial_ends_on)
    if request.method == "POST" and not may_lengthen:
        raise PermissionDenied("the trial is not for this role to lengthen, or there is none")
    form = LongerTrialForm(request.POST or None)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            request_longer_trial(
                schema=found.schema_name, ends_on=asked["ends_on"], by=actor_of(request), reason=asked["reason"]
            )
        except UnableToChangeState as error:
            form.add_error("ends_on", in_words(str(error)))
        else:
            messages.success(request, _("The trial is being lengthened: it takes some seconds."))
            return redirect("console:town", slug=slug)
    (row,) = [one for one in towns(found.slug) if one.municipality == found]
    context = {
        "row": row,
        "state": _words(row),
        "kind": KIND_NAMES.get(Kind(found.kind)),
        "application": application_behind(found.schema_name),
        "form": form if may_lengthen else None,
        "reception": reception_number_of(found.schema_name),
        "number_form": ReceptionNumberForm() if role in MAY_ASSIGN else None,
        "url": link_into(request, row.host, "/"),
    }
    return render(request, "console/town.html", context, status=422 if form.errors else 200)


@access(*MAY_ASSIGN)
def reception_number(request: HttpRequest, slug: str) -> HttpResponse:
    """Gives a municipality the number to forward its lines to, or takes it away (``drop``)."""
    found = get_object_or_404(Municipality, slug=slug)
    if request.method == "POST":
        try:
            if "drop" in request.POST:
                release_reception_number(town=found, by=actor_of(request), reason=WHY)
            else:
                number = request.POST.get("number", "")[:30]
                assign_reception_number(town=found, number=number, by=actor_of(request), reason=WHY)
        except UnableToAssignNumber as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The change was kept."))
    return redirect("console:town", slug=slug)
