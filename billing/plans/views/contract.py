"""Agreeing to a plan, changing and leaving it: administrators of the municipality only."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from billing.plans import actions
from billing.plans.definitions import PLANS, TACTICAL_ADVICE
from billing.plans.figures import offer, offers
from billing.plans.forms import BlockForm, ContractForm, ReasonForm
from billing.plans.queries import contract_on, contract_without_end, contracts_for_blocks, free_from, proposal_of
from billing.plans.rules import (
    MONTHLY,
    Line,
    UnknownTax,
    block_for,
    change_day,
    change_quote,
    end_day,
    is_upgrade,
    quote,
    quote_of_lines,
    tax_of,
    terms_of,
)
from shell.names import town_hall
from shell.sentences import in_words
from tenants.audit.actions import actor_of
from tenants.directory.models import Municipality
from tenants.directory.queries import today_of
from tenants.directory.reference import UnknownMunicipality, municipality
from tenants.people.access import access
from tenants.people.rules import Role

REASON = "on the page of billing"


def _town(request: HttpRequest) -> Municipality:
    town: Municipality = request.municipality  # type: ignore[attr-defined]
    return town


@access(Role.ADMINISTRATOR)
def choose(request: HttpRequest) -> HttpResponse:
    """A plan, how it is paid and to whom it is invoiced; nothing is agreed before the next page."""
    town = _town(request)
    today = today_of(town)
    if contract_without_end(town.schema_name):
        return redirect("usage:billing")
    try:
        tax = tax_of(town.ine_code, today)
    except UnknownTax as error:
        return render(request, "plans/by_hand.html", {"why": str(error)})
    form = ContractForm(request.POST or None, initial=_known(request, town))
    if form.is_valid():
        try:
            actions.propose_contract(
                **{name: form.cleaned_data[name] for name in ("plan", "term", "way")},
                buyer=form.buyer,
                starts_on=free_from(town.schema_name, today),
                today=today,
                by=actor_of(request),
                reason=REASON,
            )
        except actions.UnableToAgree as error:
            form.add_error(None, in_words(str(error)))
        else:
            return redirect("plans:proposal")
    context = {"form": form, "offers": offers(town.population, tax, today), "tax": tax}
    return render(request, "plans/choose.html", context, status=422 if form.errors else 200)


def _known(request: HttpRequest, town: Municipality) -> dict[str, str]:
    """What the form knows already: of the proposal before, or of the municipality."""
    before = proposal_of(town.schema_name)
    if before:
        return {name: getattr(before, name) for name in ContractForm.base_fields}
    plan = request.GET.get("plan", "")
    try:
        dir3 = municipality(town.ine_code).dir3
    except UnknownMunicipality:
        dir3 = ""
    return {
        "plan": plan if plan in PLANS else TACTICAL_ADVICE,
        "term": MONTHLY,
        "way": "E_INVOICE",
        "legal_name": town_hall(town),
        "tax_id": town.tax_id,
        "town": town.name if town.is_town_hall else "",
        "province": town.province,
        "oc": dir3,
        "og": dir3,
        "ut": dir3,
    }


@access(Role.ADMINISTRATOR)
def proposal(request: HttpRequest) -> HttpResponse:
    """What would be agreed, whole, to accept or to take back."""
    town = _town(request)
    today = today_of(town)
    proposed = proposal_of(town.schema_name)
    if proposed is None:
        return redirect("usage:billing")
    if request.method == "POST":
        if "withdraw" in request.POST:
            actions.withdraw_contract(today=today, by=actor_of(request), reason=REASON)
            messages.success(request, _("The proposal was withdrawn: nothing was agreed."))
            return redirect("usage:billing")
        try:
            accepted = actions.accept_contract(contract=proposed, today=today, by=actor_of(request), reason=REASON)
        except actions.UnableToAgree as error:
            messages.error(request, in_words(str(error)))
            return redirect("usage:billing")
        messages.success(request, _("The contract is in force."))
        following: HttpResponse = import_string(settings.PAGE_AFTER_ACCEPTING)(request, accepted)
        return following
    tax = tax_of(town.ine_code, today)
    terms = proposed.agreed
    context = {
        "contract": proposed,
        "terms": terms,
        "offer": offer(terms, tax, today),
        "quote": quote(terms, proposed.term, tax, proposed.starts_on),
    }
    return render(request, "plans/proposal.html", context)


@access(Role.ADMINISTRATOR)
def change(request: HttpRequest) -> HttpResponse:
    """The other plan: from when, and what it costs at once."""
    town = _town(request)
    today = today_of(town)
    contract = contract_without_end(town.schema_name)
    if contract is None:
        return redirect("usage:billing")
    other = next(plan for plan in PLANS if plan != contract.plan)
    agreed, tax = contract.agreed, tax_of(town.ine_code, today)
    terms = terms_of(
        other,
        town.population,
        today,
        discount_percent=agreed.discount_percent,
        discount_ends_before=agreed.discount_ends_before,
    )
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            actions.change_plan(
                contract=contract, plan=other, today=today, by=actor_of(request), reason=form.cleaned_data["reason"]
            )
        except actions.UnableToAgree as error:
            form.add_error(None, in_words(str(error)))
        else:
            messages.success(request, _("The plan was changed."))
            return redirect("usage:billing")
    on = change_day(agreed, terms, term=contract.term, starts_on=contract.starts_on, today=today)
    begun = is_upgrade(agreed, terms) and on > contract.starts_on
    context = {
        "form": form,
        "contract": contract,
        "on": on,
        "is_upgrade": is_upgrade(agreed, terms),
        "offer": offer(terms, tax, today),
        "quote": change_quote(contract.part, terms, on, tax) if begun else quote(terms, contract.term, tax, on),
        "is_difference": begun,
    }
    return render(request, "plans/change.html", context, status=422 if form.errors else 200)


@access(Role.ADMINISTRATOR)
def leave(request: HttpRequest) -> HttpResponse:
    """When the contract would end, and what happens then."""
    town = _town(request)
    today = today_of(town)
    contract = contract_without_end(town.schema_name)
    if contract is None:
        return redirect("usage:billing")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            actions.leave_contract(
                contract=contract, today=today, by=actor_of(request), reason=form.cleaned_data["reason"]
            )
        except actions.UnableToAgree as error:
            form.add_error(None, in_words(str(error)))
        else:
            messages.success(request, _("The contract was left. Until its last day everything goes on."))
            return redirect("usage:billing")
    ends_on = end_day(contract.term, contract.starts_on, today)
    context = {"form": form, "contract": contract, "ends_on": ends_on, "held": contract_on(town.schema_name, today)}
    return render(request, "plans/leave.html", context, status=422 if form.errors else 200)


@access(Role.ADMINISTRATOR)
def block(request: HttpRequest) -> HttpResponse:
    """Orders a block of calls for a month: what it costs first, then it is ordered, once however often it is sent."""
    town = _town(request)
    today = today_of(town)
    contracts = contracts_for_blocks(town.schema_name, today)
    if not contracts:
        return redirect("usage:billing")
    form = BlockForm(request.POST or None, {month: one.agreed for month, one in contracts.items()})
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        kind, month = form.chosen
        contract = contracts[month]
        try:
            once = request.POST.get("once", "")
            if "order" in request.POST and once:
                actions.order_block(kind=kind, month=month, once=once, today=today, by=actor_of(request), reason=REASON)
                messages.success(
                    request, _("The block was ordered: its calls are used before further ones are charged.")
                )
                return redirect("usage:billing")
            bought = block_for(contract.agreed, kind, month, today)
        except actions.UnableToAgree as error:
            form.add_error(None, in_words(str(error)))
        else:
            line = Line(kind, 1, bought.cents, bought.cents, contract.plan)
            context |= {"quote": quote_of_lines(contract.plan, [line], tax_of(town.ine_code, month)), "once": uuid4()}
    return render(request, "plans/block.html", context, status=422 if form.errors else 200)
