"""The page of prices: for everybody, whole without a script, the same prices that contracts are made of."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from billing.plans import words
from billing.plans.figures import band_rows, offers
from billing.plans.forms import PlaceForm
from billing.plans.rules import Tax, UnknownTax, minor_contract_cents, tax_of
from tenants.directory.queries import today_at
from tenants.directory.reference import PADRON_YEAR
from tenants.people.access import PUBLIC, access

CACHED_SECONDS = 300
ELSEWHERE = "28"  # a number of inhabitants says nothing of where they live: most pay IVA


@access(PUBLIC)
def prices(request: HttpRequest) -> HttpResponse:
    """Both plans for a municipality, found by name, or for a number of inhabitants."""
    form = PlaceForm(request.GET)
    town, population = form.town, form.population
    ine_code = town.ine_code if town else ELSEWHERE
    today = today_at(ine_code)
    tax, without_tax = _tax(ine_code, today)
    context = {
        "form": form,
        "town": town,
        "population": population,
        "padron_year": PADRON_YEAR,
        "today": today,
        "tax": words.rate(tax) if tax else "",
        "without_tax": without_tax,
        "minor_cents": minor_contract_cents(today),
        "offers": offers(population, tax, today) if population and tax else [],
        "rows": list(band_rows(today, population)),
    }
    response = render(request, "plans/prices.html", context, status=422 if form.errors else 200)
    patch_cache_control(response, public=True, max_age=CACHED_SECONDS)
    response["Vary"] = "Host, Accept-Language, Cookie"
    return response


def _tax(ine_code: str, on: date) -> tuple[Tax | None, str]:
    try:
        return tax_of(ine_code, on), ""
    except UnknownTax as error:
        return None, str(error)
