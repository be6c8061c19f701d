"""The pages of one municipality, and the same numbers as files."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from csp.decorators import csp_replace
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.clickjacking import xframe_options_exempt

from reporting.public import charts, rows, sentences
from reporting.public.chain import Said, corrections, trouble_with
from reporting.public.kept import kept
from reporting.public.keys import keys_to_check_with
from reporting.public.queries import MonthTold, PublicTown, TownSite, public_board, similar_towns, town_site
from reporting.public.signing import UnusableKey
from reporting.public.views.front import CACHED_SECONDS
from shell.csv import csv_response
from tenants.directory.rules import search_key
from tenants.people.access import PUBLIC, access

TOWNS_ON_A_PAGE = 50


def kept_a_while(response: HttpResponse) -> HttpResponse:
    """The same answer for everybody, until a browser may ask again."""
    patch_cache_control(response, public=True, max_age=CACHED_SECONDS)
    response["Vary"] = "Host, Accept-Language, Cookie"
    return response


def _site(slug: str) -> TownSite:
    site = town_site(slug)
    if site is None:
        raise Http404("the public site knows no such municipality")
    return site


def _editions(site: TownSite, month: date) -> list[Said]:
    editions = site.editions_of(month)
    if not editions:
        raise Http404("this month is not published")
    return editions


def _month_told(site: TownSite, month: date) -> MonthTold:
    _editions(site, month)
    return next(one for one in site.months if one.first_day == month)


@access(PUBLIC)
def towns(request: HttpRequest) -> HttpResponse:
    """The municipalities of the front page's sums, to be searched."""
    text = request.GET.get("text", "")[:60].strip()
    words = search_key(text).split()
    found = [one for one in public_board().towns if _fits(one, words)]
    page = Paginator(found, TOWNS_ON_A_PAGE).get_page(request.GET.get("page"))
    return kept_a_while(render(request, "public/towns.html", {"page": page, "text": text}))


def _fits(town: PublicTown, words: list[str]) -> bool:
    told = search_key(f"{town.name} {town.province} {town.ine_code}")
    return all(word in told for word in words)


@access(PUBLIC)
def town(request: HttpRequest, slug: str) -> HttpResponse:
    """A municipality's numbers: in all, month by month, what became of the calls, what was corrected."""
    return kept_a_while(HttpResponse(kept(request, lambda asked: _town(asked, _site(slug)))))


def _town(request: HttpRequest, site: TownSite) -> bytes:
    said = {
        "conclusion": sentences.conclusion_of_town(site.board),
        "missing": sentences.what_is_missing_of_town(site.board),
        "states": sentences.states(site.board),
        "corrections": sentences.corrections(site.corrections),
    }
    return render(request, "public/town.html", {"site": site, **said, **charts.drawings(site.board)}).content


@access(PUBLIC)
def month(request: HttpRequest, slug: str, month: date) -> HttpResponse:
    """A month as it was published for good, every edition of it, and what it is compared with."""
    return kept_a_while(HttpResponse(kept(request, lambda asked: _month(asked, _site(slug), month))))


def _month(request: HttpRequest, site: TownSite, month: date) -> bytes:
    editions = _editions(site, month)
    said: dict[str, Any] = {
        "conclusion": sentences.conclusion_of_month(editions[-1]),
        "comparisons": sentences.comparisons(site, editions[-1], similar_towns(site.town, month)),
        "corrections": sentences.corrections(corrections(editions)),
        "is_vouched_for": _is_vouched_for(editions[-1]),
    }
    around = sorted(one.first_day for one in site.months if one.edition)
    place = around.index(month)
    beside = {"earlier": around[place - 1] if place else None, "later": next(iter(around[place + 1 :]), None)}
    page = {"site": site, "said": editions[-1], "editions": editions[::-1], **said, **beside}
    return render(request, "public/month.html", page).content


def _is_vouched_for(said: Said) -> bool:
    try:
        return not trouble_with(said.payload, said.signature, keys_to_check_with())
    except UnusableKey:
        return False


@access(PUBLIC)
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # its stub knows views without arguments only
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """The numbers alone, to stand in a frame on the municipality's own site."""
    return kept_a_while(HttpResponse(kept(request, lambda asked: _embed(asked, _site(slug)))))


def _embed(request: HttpRequest, site: TownSite) -> bytes:
    conclusion = sentences.conclusion_of_town(site.board)
    return render(request, "public/embed.html", {"site": site, "conclusion": conclusion}).content


def _csv(name: str, site: TownSite, months: Iterable[MonthTold]) -> HttpResponse:
    return kept_a_while(csv_response(name, rows.MONTHS, (rows.month_row(site.town, one) for one in months), {}))


@access(PUBLIC)
def months_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """All months of a municipality, as on its page."""
    site = _site(slug)
    return _csv(f"sct-{slug}.csv", site, site.months)


@access(PUBLIC)
def months_json(request: HttpRequest, slug: str) -> HttpResponse:
    """All months of a municipality, as on its page."""
    site = _site(slug)
    return kept_a_while(JsonResponse(rows.town_json(site.town, site.months), json_dumps_params={"ensure_ascii": False}))


@access(PUBLIC)
def month_csv(request: HttpRequest, slug: str, month: date) -> HttpResponse:
    """One month, as on its page."""
    site = _site(slug)
    return _csv(f"sct-{slug}-{month:%Y-%m}.csv", site, [_month_told(site, month)])


@access(PUBLIC)
def month_json(request: HttpRequest, slug: str, month: date) -> HttpResponse:
    """The latest edition of a month, signed."""
    return _signed(_editions(_site(slug), month)[-1])


@access(PUBLIC)
def edition_json(request: HttpRequest, slug: str, month: date, edition: int) -> HttpResponse:
    """One edition of a month as it was published, signed."""
    for said in _editions(_site(slug), month):
        if said.edition == edition:
            return _signed(said)
    raise Http404("this edition is not published")


def _signed(said: Said) -> HttpResponse:
    return kept_a_while(HttpResponse(rows.signed_file(said), content_type="application/json; charset=utf-8"))
