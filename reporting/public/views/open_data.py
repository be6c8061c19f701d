"""Data to take away, of every municipality: files, their dictionary, their catalogue, and the keys to check with."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from reporting.public import catalogue, definitions, rows, sentences
from reporting.public.chain import corrections
from reporting.public.keys import keys_to_check_with, public_file
from reporting.public.queries import all_months, said_by_all
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
        "corrections": sentences.corrections(corrections(said_by_all())),
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
    found = (rows.month_row(town, month) for town, months in all_months() for month in months)
    return kept_a_while(csv_response("sct-published-months.csv", rows.MONTHS, found, {}))


@access(PUBLIC)
def all_months_json(request: HttpRequest) -> HttpResponse:
    """The same as objects, by municipality."""
    found = [rows.town_json(town, months) for town, months in all_months()]
    answer = {"licence": definitions.LICENCE_URL, "municipalities": found}
    return kept_a_while(JsonResponse(answer, json_dumps_params={"ensure_ascii": False}))


@access(PUBLIC)
def corrections_csv(request: HttpRequest) -> HttpResponse:
    """Every correction there ever was, the latest first."""
    found = (rows.correction_row(one) for one in corrections(said_by_all()))
    return kept_a_while(csv_response("sct-corrections.csv", rows.CORRECTIONS, found, {}))


@access(PUBLIC)
def dictionary_csv(request: HttpRequest) -> HttpResponse:
    """Every column of the files, and what it says."""
    found = ([name, *column] for name, columns in definitions.FILES.items() for column in columns)
    return kept_a_while(csv_response("sct-dictionary.csv", ["file", "column", "type", "says"], found, {}))


@access(PUBLIC)
def catalog(request: HttpRequest) -> HttpResponse:
    """The catalogue that portals of open data read (DCAT-AP-ES, JSON-LD)."""
    scheme, port = ("https", "") if settings.SECURE else ("http", f":{settings.PORT}")
    said = said_by_all()
    answer = catalogue.catalogue(
        site=f"{scheme}://{settings.BASE_HOST}{port}", changed_at=max((one.published_at for one in said), default=None)
    )
    response = JsonResponse(answer, json_dumps_params={"ensure_ascii": False}, content_type="application/ld+json")
    return kept_a_while(response)


@access(PUBLIC)
def keys_pem(request: HttpRequest) -> HttpResponse:
    """The keys to check signatures with, the latest first."""
    pem = public_file()
    if not pem:
        raise Http404("nothing has been published")
    return kept_a_while(HttpResponse(pem, content_type="application/x-pem-file"))
