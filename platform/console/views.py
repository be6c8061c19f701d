"""Adtende's pages over all municipalities."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from console.queries import CLOSING, NEVER, QUIET, TownRow, towns
from shell import numbers
from shell.csv import csv_response
from tenants.directory.models import Municipality
from tenants.people.access import access
from tenants.people.rules import STAFF_ROLES


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
    _host, _colon, port = request.get_host().partition(":")
    told = [(row, *_words(row), f"{request.scheme}://{row.host}{f':{port}' if port else ''}/") for row in page]
    troubled = sum(1 for row in rows if row.trouble)
    context = {"page": page, "told": told, "troubled": troubled, "text": text}
    return render(request, "console/overview.html", context)
