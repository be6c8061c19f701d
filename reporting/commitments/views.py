"""Pages of the service charter: the board, the evidence of each verdict, keeping an edition, and what citizens see."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from callhub.pbx.queries import samples_there
from reporting.commitments import actions, queries, words
from reporting.commitments.forms import (
    CharterForm,
    CommitmentForms,
    LeftOutDayForm,
    charter_of,
    first_month,
    initial_of,
)
from reporting.commitments.rules import Charter, Verdict
from reporting.commitments.summaries import public_rows, told
from shell.csv import csv_response
from shell.days import weekday_and_day
from tenants.audit.actions import actor_of
from tenants.directory.models import Municipality
from tenants.directory.queries import today_of
from tenants.people.access import PUBLIC, access
from tenants.people.rules import Role

KEEPERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)
READERS = (*KEEPERS, Role.DATA_PROTECTION_OFFICER)
WHY = "kept on the page of commitments"


def _town(request: HttpRequest) -> Municipality:
    town: Municipality = request.municipality  # type: ignore[attr-defined]
    return town


@access(*READERS)
def board(request: HttpRequest) -> HttpResponse:
    """The charter that holds, with how each commitment stands and how it went before."""
    town = _town(request)
    found = queries.board(town, today_of(town))
    rows = [told(one) for one in found.standings] if found else []
    context = {"found": found, "rows": rows, "editions": queries.editions(), "left_out": queries.left_out_days()[:5]}
    return render(request, "commitments/board.html", context)


@access(*KEEPERS)
def change(request: HttpRequest) -> HttpResponse:
    """A new edition of the charter, begun with what the latest one says."""
    town = _town(request)
    today, every = today_of(town), queries.editions()
    latest = every[0].charter() if every else Charter(title=_("Service charter of the telephone"))
    first = {"title": latest.title, "is_public": latest.is_public, "edition": every[0].number if every else 0}
    first["starts_on"] = first_month(today, has_edition=bool(every))
    form = CharterForm(request.POST or None, initial=first)
    several = CommitmentForms(request.POST or None, initial=initial_of(latest), prefix="c")
    if request.method == "POST" and form.is_valid() and several.is_valid():
        try:
            actions.keep_charter(
                charter=charter_of(form, several, [one.charter() for one in every]), today=today,
                starts_on=form.cleaned_data["starts_on"], seen=form.cleaned_data["edition"], by=actor_of(request), reason=WHY,
            )  # fmt: skip
        except actions.UnableToKeepCharter as error:
            form.add_error("starts_on", str(error))
        else:
            messages.success(request, _("The charter was kept."))
            return redirect("commitments:board")
    return render(request, "commitments/change.html", {"form": form, "several": several})


@access(*KEEPERS)
def left_out(request: HttpRequest) -> HttpResponse:
    """The days that count for no commitment, and one more."""
    form = LeftOutDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.leave_out_day(**form.cleaned_data, by=actor_of(request), reason=WHY)
        except actions.UnableToKeepCharter as error:
            form.add_error("day", str(error))
        else:
            messages.success(request, _("The day counts no more."))
            return redirect("commitments:left_out")
    return render(request, "commitments/left_out.html", {"form": form, "days": queries.left_out_days()})


def _verdict(request: HttpRequest, code: str) -> tuple[Verdict, list[Any]]:
    """The verdict in an address, and the windows there are. Raises Http404 where there is none."""
    town, asked = _town(request), request.GET.get("from", "")
    first = words.day_of(asked)
    if asked and first is None:
        raise Http404
    found = queries.one_verdict(town, code, first, today_of(town))
    if found is None:
        raise Http404
    return found


@access(*READERS)
def one(request: HttpRequest, code: str) -> HttpResponse:
    """A verdict with its evidence: every day of its window."""
    verdict, windows = _verdict(request, code)
    kind = verdict.commitment.window
    days = [
        (weekday_and_day(day.day), words.value_in_words(day, verdict), *words.day_in_words(day, verdict))
        for day in verdict.days
    ]
    context = {
        "verdict": verdict,
        "measure": words.measure(verdict.commitment),
        "figure": words.name_of_figure(verdict.commitment),
        "badge": words.verdict_in_words(verdict),
        "counted": words.counted(verdict),
        "why": words.why(verdict),
        "standing": words.standing(verdict) if verdict.word == "RUNNING" else "",
        "window": words.name_of_window(kind, verdict.window),
        "windows": [
            (words.link_of(each), words.name_of_window(kind, each), each == verdict.window) for each in windows
        ],
        "link": words.link_of(verdict.window),
        "days": days,
    }
    return render(request, "commitments/one.html", context)


@access(*READERS)
def evidence(request: HttpRequest, code: str) -> HttpResponse:
    """The days of a verdict, for whoever audits it."""
    verdict, _windows = _verdict(request, code)
    promised, window = verdict.commitment, verdict.window
    header = ["day", "state", "value", "numerator", "denominator", "reason"]
    rows = ([d.day.isoformat(), d.state, d.value, d.numerator, d.denominator, d.reason] for d in verdict.days)
    filters = {
        "commitment": promised.code, "statistic": promised.statistic, "limit": f"{promised.limit:g}",
        "target": f"{promised.target:g}", "from": str(window.first), "before": str(window.past), "verdict": verdict.word,
    }  # fmt: skip
    return csv_response(f"commitment-{promised.code}-{window.first:%Y-%m}.csv", header, rows, filters)


@access(*READERS)
def verdicts(request: HttpRequest) -> HttpResponse:
    """The verdicts of the board."""
    town = _town(request)
    found = queries.board(town, today_of(town))
    header = [
        "commitment",
        "statistic",
        "limit",
        "target",
        "from",
        "before",
        "verdict",
        "kept",
        "of",
        "counted",
        "reason",
    ]
    told = [
        one for standing in (found.standings if found else []) for one in [standing.running, *standing.earlier] if one
    ]
    rows = (
        [
            one.commitment.code, one.commitment.statistic, one.commitment.limit, one.commitment.target, str(one.window.first),
            str(one.window.past), one.word, one.good, one.cases, one.commitment.measures.of, one.reason,
        ]
        for one in told
    )  # fmt: skip
    filters = {"charter": found.charter.title, "edition": str(found.edition.number)} if found else {}
    return csv_response("commitments.csv", header, rows, filters)


@access(PUBLIC)
def public(request: HttpRequest) -> HttpResponse:
    """What citizens see of the charter, when the municipality shows it: verdicts, and no count that points at somebody."""
    town = _town(request)
    found = queries.board(town, today_of(town)) if town.trial_ends_on is None and not samples_there() else None
    if found is None or not found.charter.is_public:
        raise Http404
    context = {"found": found, "rows": public_rows(found), "town": town, "left_out": queries.left_out_days()}
    return render(request, "commitments/public.html", context)
