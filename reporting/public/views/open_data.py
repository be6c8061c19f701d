"""Data to take away, of every municipality: files, their dictionary, their catalogue, and the keys to check with."""

import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from reporting.public import catalogue, definitions, rows, sentences
from reporting.public.chain import corrections
from reporting.public.kept import kept
from reporting.public.keys import keys_to_check_with, public_file
from reporting.public.queries import all_months, latest_corrections, latest_publication_at, said_by_all, shown_schemas
from reporting.public.signing import UnusableKey, fingerprint
from reporting.public.views.towns import kept_a_while
from shell.csv import csv_response
from tenants.people.access import PUBLIC, access


@access(PUBLIC)
def open_data(request: HttpRequest) -> HttpResponse:
    """What can be taken away, under which licence, and how it is checked."""
    page = {
        "columns": sentences.columns_of_months(),
        "licence": definitions.LICENCE_NAME,
        "licence_url": definitions.LICENCE_URL,
        "corrections": sentences.corrections(latest_corrections(shown_schemas(), sentences.MOST_CORRECTIONS)),
        "fingerprint": _fingerprint(),
    }
    return kept_a_while(render(request, "public/open_data.html", page))


def _fingerprint() -> str:
    try:
        return fingerprint(keys_to_check_with()[0])
    except UnusableKey:
        return ""


@access(PUBLIC)
def all_months_csv(request: HttpRequest) -> HttpResponse:
    """Every month that any municipality published for good."""
    return _file("sct-published-months.csv", "text/csv", kept(request, _all_months_csv))


def _all_months_csv(request: HttpRequest) -> bytes:
    found = (rows.month_row(town, month) for town, months in all_months() for month in months)
    return csv_response("", rows.MONTHS, found, {}).content


def _file(name: str, kind: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return kept_a_while(response)


@access(PUBLIC)
def all_months_json(request: HttpRequest) -> HttpResponse:
    """The same as objects, by municipality."""
    return kept_a_while(HttpResponse(kept(request, _all_months_json), content_type="application/json; charset=utf-8"))


def _all_months_json(request: HttpRequest) -> bytes:
    found = [rows.town_json(town, months) for town, months in all_months()]
    return json.dumps({"licence": definitions.LICENCE_URL, "municipalities": found}, ensure_ascii=False).encode()


@access(PUBLIC)
def corrections_csv(request: HttpRequest) -> HttpResponse:
    """Every correction there ever was, the latest first."""
    return _file("sct-corrections.csv", "text/csv", kept(request, _corrections_csv))


def _corrections_csv(request: HttpRequest) -> bytes:
    found = (rows.correction_row(one) for one in corrections(said_by_all()))
    return csv_response("", rows.CORRECTIONS, found, {}).content


@access(PUBLIC)
def dictionary_csv(request: HttpRequest) -> HttpResponse:
    """Every column of the files, and what it says."""
    found = ([name, *column] for name, columns in definitions.FILES.items() for column in columns)
    return kept_a_while(csv_response("sct-dictionary.csv", ["file", "column", "type", "says"], found, {}))


@access(PUBLIC)
def catalog(request: HttpRequest) -> HttpResponse:
    """The catalogue that portals of open data read (DCAT-AP-ES, JSON-LD)."""
    scheme, port = ("https", "") if settings.SECURE else ("http", f":{settings.PORT}")
    changed_at = latest_publication_at(shown_schemas())
    answer = catalogue.catalogue(site=f"{scheme}://{settings.BASE_HOST}{port}", changed_at=changed_at)
    response = JsonResponse(answer, json_dumps_params={"ensure_ascii": False}, content_type="application/ld+json")
    return kept_a_while(response)


@access(PUBLIC)
def keys_pem(request: HttpRequest) -> HttpResponse:
    """The keys to check signatures with, the latest first."""
    pem = public_file()
    if not pem:
        raise Http404("nothing has been published")
    return kept_a_while(HttpResponse(pem, content_type="application/x-pem-file"))
