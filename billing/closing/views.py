"""Closing a month for the people of finance: what each town hall pays, and issuing all of it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from billing.closing.actions import Issued, UnableToConfirm, confirm_terms, issue_month
from billing.closing.forms import ConfirmForm
from billing.closing.queries import TownMonth, contract_with, town_months, unconfirmed
from billing.closing.rules import State, UnusableMonth, month_named
from billing.closing.words import STATES, agreed_in_words, month_name, months_until, year_name
from billing.invoices.actions import today
from billing.invoices.rules import euros
from billing.invoices.words import money
from billing.plans.models import Contract
from shell import numbers
from shell.csv import csv_response
from shell.sentences import in_words
from tenants.audit.actions import actor_of
from tenants.people.access import access
from tenants.people.rules import Role

FINANCE = (Role.STAFF_FINANCE, Role.STAFF_ADMINISTRATOR)
_HEADER = "municipality slug month state calls more_than_month_before net tax total invoice why year_from foreseen expected".split()


@access(*FINANCE)
def month(request: HttpRequest) -> HttpResponse:
    """Every town hall's month: what keeps one from being invoiced comes first."""
    chosen = _chosen(request)
    found = sorted(town_months(chosen), key=_order)
    if request.GET.get("format") == "csv":
        return _csv(found, chosen)
    ready = [one for one in found if one.state == State.READY]
    months = months_until(today())
    context = {
        "chosen": chosen,
        "name": month_name(chosen),
        "months": [(f"{one:%Y-%m}", month_name(one)) for one in sorted({*months, chosen}, reverse=True)],
        "saying": _saying(found, ready),
        "told": [_told(one) for one in found],
        "can_issue": bool(ready),
    }
    return render(request, "closing/month.html", context)


def _order(one: TownMonth) -> tuple[int, str]:
    harm = (State.REFUSED, State.READY, State.OPEN, State.ISSUED, State.OTHER_WAY, State.NOTHING)
    return harm.index(one.state), one.town.name


def _chosen(request: HttpRequest) -> date:
    """The month asked for; without one, or with one that is none, the last that is over."""
    text = request.POST.get("month", "") or request.GET.get("month", "")
    if text:
        try:
            return month_named(text)
        except UnusableMonth as error:
            messages.error(request, in_words(str(error)))
    return months_until(today())[1]


def _saying(found: list[TownMonth], ready: list[TownMonth]) -> str:
    refused = sum(one.state == State.REFUSED for one in found)
    if refused:
        return ngettext(
            "%(count)s town hall cannot be invoiced until what is wrong is put right.",
            "%(count)s town halls cannot be invoiced until what is wrong is put right.",
            refused,
        ) % {"count": numbers.whole(refused)}
    if ready:
        return _to_issue(ready)
    return _("There is nothing to issue for this month.")


def _to_issue(ready: list[TownMonth]) -> str:
    amount = money(sum(one.cents for one in ready))
    return ngettext(
        "%(count)s invoice is to be issued: %(amount)s with tax.",
        "%(count)s invoices are to be issued: %(amount)s with tax.",
        len(ready),
    ) % {"count": numbers.whole(len(ready)), "amount": amount}


def _told(one: TownMonth) -> dict[str, Any]:
    badge, words = STATES[one.state]
    more = one.more_calls
    return {
        "one": one,
        "year": year_name(one.year) if one.year else "",
        "badge": badge,
        "words": words,
        "why": in_words(one.why),
        "calls": numbers.whole(one.closed.calls) if one.closed else "–",
        "more": ""
        if more is None
        else _("%(difference)s compared with the month before") % {"difference": _signed(more)},
        "foreseen": _foreseen(one),
        "expected": money(one.expected.total_cents) if one.expected else "",
        "to_confirm": [(contract.uuid, said) for contract, said in _to_confirm(one) if said],
        "total": money(one.cents) if one.invoice or one.quote else "–",
    }


def _foreseen(one: TownMonth) -> str:
    """What was foreseen, and how far from it the month came."""
    if one.foreseen is None:
        return ""
    told = {"calls": numbers.whole(one.foreseen.calls), "day": date_format(one.foreseen.made_on, "SHORT_DATE_FORMAT")}
    if one.more_than_foreseen is None:
        return _("%(calls)s foreseen on %(day)s") % told
    told["difference"] = _signed(one.more_than_foreseen)
    return _("%(difference)s compared with the %(calls)s foreseen on %(day)s") % told


def _to_confirm(one: TownMonth) -> list[tuple[Contract, str]]:
    """The contracts of a refused month whose prices somebody may confirm as they stand."""
    return [(contract, agreed_in_words(contract)) for contract in unconfirmed(one)]


def _signed(number: int) -> str:
    return f"{'+' if number > 0 else '−' if number else '±'}{numbers.whole(abs(number))}"


def _csv(found: list[TownMonth], chosen: date) -> HttpResponse:
    rows = [
        [
            one.town.name, one.town.slug, f"{chosen:%Y-%m}", one.state.value, one.closed.calls if one.closed else "",
            "" if one.more_calls is None else one.more_calls, *_amounts(one),
            one.invoice.full_number if one.invoice else "", one.why, one.year.starts_on if one.year else "",
            one.foreseen.calls if one.foreseen else "", euros(one.expected.total_cents) if one.expected else "",
        ]
        for one in found
    ]  # fmt: skip
    return csv_response(f"month-{chosen:%Y-%m}.csv", _HEADER, rows, {})


def _amounts(one: TownMonth) -> list[str]:
    said = one.invoice or one.quote
    return [euros(cents) for cents in (said.net_cents, said.tax_cents, said.total_cents)] if said else ["", "", ""]


@access(*FINANCE)
def issue(request: HttpRequest) -> HttpResponse:
    """Shows what would be issued; issues it when that is still what was shown."""
    chosen = _chosen(request)
    ready = [one for one in town_months(chosen) if one.state == State.READY]
    shown = f"{len(ready)}/{sum(one.cents for one in ready)}"
    if request.method == "POST" and request.POST.get("shown") == shown:
        _tell(request, issue_month(month=chosen, by=actor_of(request), reason="on the page of the month"))
        return redirect(f"{reverse('closing:month')}?month={chosen:%Y-%m}")
    if request.method == "POST":
        messages.error(request, _("What is to be issued has changed meanwhile: look at it again. Nothing was issued."))
    context = {
        "chosen": chosen,
        "name": month_name(chosen),
        "saying": _to_issue(ready) if ready else _("There is nothing to issue for this month."),
        "told": [_told(one) for one in ready],
        "shown": shown,
        "net": money(sum(one.quote.net_cents for one in ready if one.quote)),
        "total": money(sum(one.cents for one in ready)),
    }
    return render(request, "closing/issue.html", context)


def _tell(request: HttpRequest, done: Issued) -> None:
    if done.made:
        sentence = ngettext(
            "%(count)s invoice was issued.", "%(count)s invoices were issued.", len(done.made)
        ) % {"count": numbers.whole(len(done.made))}  # fmt: skip
        messages.success(request, sentence)
    for town, why in done.refused:
        messages.error(request, f"{town.name}: {in_words(why)}")


@access(*FINANCE)
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Confirms the prices of a contract as they were shown; the reason stays in the record."""
    chosen, form = _chosen(request), ConfirmForm(request.POST)
    contract = contract_with(form.cleaned_data["contract"]) if form.is_valid() else None
    if contract is None:
        messages.error(request, _("Say why these prices are right. Nothing was confirmed."))
    elif agreed_in_words(contract) != form.cleaned_data["shown"]:
        messages.error(request, _("The contract has changed meanwhile: look at it again. Nothing was confirmed."))
    else:
        try:
            confirm_terms(contract=contract, by=actor_of(request), reason=form.cleaned_data["reason"])
        except UnableToConfirm as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The prices of the contract were confirmed."))
    return redirect(f"{reverse('closing:month')}?month={chosen:%Y-%m}")
