"""The record of who did what, as sentences."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shell.csv import csv_response
from tenants.audit.queries import entries, verbs_seen
from tenants.audit.words import origin_in_words, reason_in_words, subject_in_words, verb_in_words
from tenants.people.access import access
from tenants.people.rules import Role

ROWS = 50
READERS = (Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER, Role.STAFF_ADMINISTRATOR)


@access(*READERS)
def record(request: HttpRequest) -> HttpResponse:
    """The acts of this municipality, or of Adtende on the console."""
    text, verb = request.GET.get("text", ""), request.GET.get("verb", "")
    found = entries(text=text, verb=verb)
    if request.GET.get("format") == "csv":
        rows = ([e.at.isoformat(), e.actor_name, e.verb, e.subject, e.reason, e.origin] for e in found[:50_000])
        return csv_response(
            "audit.csv", ["at", "who", "what", "subject", "why", "from"], rows, {"text": text, "verb": verb}
        )
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    told = [
        (
            entry,
            verb_in_words(entry.verb),
            subject_in_words(entry),
            reason_in_words(entry.reason),
            origin_in_words(entry),
        )
        for entry in page
    ]
    verbs = [(one, verb_in_words(one)) for one in verbs_seen()]
    return render(
        request, "audit/record.html", {"page": page, "told": told, "verbs": verbs, "text": text, "verb": verb}
    )
