"""What citizens see: no sign-in, no cookie, no script, the numbers in the HTML."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from reporting.public import charts, sentences
from reporting.public.kept import kept
from reporting.public.queries import public_board
from shell import numbers
from shell.csv import csv_response
from tenants.people.access import PUBLIC, access

CACHED_SECONDS = 300


@access(PUBLIC)
def front(request: HttpRequest) -> HttpResponse:
    """Los números no mienten."""
    response = HttpResponse(kept(request, _front))
    patch_cache_control(response, public=True, max_age=CACHED_SECONDS)
    response["Vary"] = "Host, Accept-Language, Cookie"
    return response


def _front(request: HttpRequest) -> bytes:
    board = public_board()
    said = {
        "conclusion": sentences.conclusion(board),
        "missing": sentences.what_is_missing(board),
        "states": sentences.states(board),
    }
    return render(request, "public/front.html", {"board": board, **said, **charts.drawings(board)}).content


@access(PUBLIC)
def calls_csv(request: HttpRequest) -> HttpResponse:
    """The calls registered by municipality, as on the page."""
    rows = (
        [
            town.name,
            town.province,
            town.covered,
            "yes" if town.is_in_service else "no",
            numbers.few() if town.has_few_calls else town.calls,
            town.answered,
            town.wait_median,
            town.wait_p90,
            f"{town.as_at:%Y-%m-%d}" if town.as_at else None,
        ]
        for town in public_board().towns
    )
    header = ["municipality", "province", "population", "in_service", "calls", "answered_by_person",
              "wait_median_seconds", "wait_p90_seconds", "updated"]  # fmt: skip
    return csv_response("sct-calls.csv", header, rows, {})


@access(PUBLIC)
def months_csv(request: HttpRequest) -> HttpResponse:
    """The calls registered per month, as on the page."""
    rows = (
        [
            f"{month.first_day:%Y-%m}",
            month.calls,
            month.answered if month.is_closed else None,
            "yes" if month.is_closed else "no",
            "yes" if month.is_partial else "no",
        ]
        for month in public_board().months
    )
    header = ["month", "calls", "answered_by_person", "closed", "some_left_out"]
    return csv_response("sct-months.csv", header, rows, {})


@access(PUBLIC)
def outcomes_csv(request: HttpRequest) -> HttpResponse:
    """What became of the calls, as on the page."""
    board = public_board()
    rows = [[one.word, numbers.few() if one.is_few else one.calls] for one in board.outcomes]
    return csv_response("sct-outcomes.csv", ["outcome", "calls"], [*rows, ["NOT_TOLD", board.not_detailed]], {})


@access(PUBLIC)
def method(request: HttpRequest) -> HttpResponse:
    """How the numbers are counted."""
    return render(request, "public/method.html")
