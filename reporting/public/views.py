"""What citizens see: no sign-in, no cookie, no script, the numbers in the HTML."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reporting.public.queries import PublicBoard, public_board
from shell import charts, numbers
from shell.charts import Column
from shell.csv import csv_response
from tenants.people.access import PUBLIC, access

CACHED_SECONDS = 300


@access(PUBLIC)
def front(request: HttpRequest) -> HttpResponse:
    """Los números no mienten."""
    board = public_board()
    response = render(
        request,
        "public/front.html",
        {"board": board, "not_answered": max(board.calls - board.answered, 0), **_trend(board)},
    )
    patch_cache_control(response, public=True, max_age=CACHED_SECONDS)
    response["Vary"] = "Host, Accept-Language, Cookie"
    return response


def _trend(board: PublicBoard) -> dict[str, object]:
    if not board.months:
        return {"trend": ""}
    told = [(date.fromisoformat(f"{month}-01"), number) for month, number in board.months]
    most = max(told, key=lambda pair: pair[1])
    heading = _("%(month)s was the month with most calls: %(number)s") % {
        "month": date_format(most[0], "F Y").capitalize(),
        "number": numbers.whole(most[1]),
    }
    columns = [Column(date_format(month, "M")[:3], [number], f"{month:%y}") for month, number in told]
    header = (_("Month"), _("Calls registered"))
    return {
        "trend": charts.columns(columns, chart_id="trend", title=_("Calls registered per month"), desc=heading),
        "trend_heading": heading,
        "trend_table": charts.data_table(header, [(date_format(m, "F Y"), numbers.whole(n)) for m, n in told]),
    }


@access(PUBLIC)
def calls_csv(request: HttpRequest) -> HttpResponse:
    """The calls registered by municipality, as on the page."""
    board = public_board()
    rows = ([t.name, t.province, t.population, "<5" if t.calls is None else t.calls] for t in board.towns)
    return csv_response("sct-calls.csv", ["municipality", "province", "population", "calls"], rows, {})


@access(PUBLIC)
def method(request: HttpRequest) -> HttpResponse:
    """How the numbers are counted."""
    return render(request, "public/method.html")
