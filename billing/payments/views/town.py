"""What a municipality sees of its payment."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from billing.payments import gateway
from billing.payments.actions import UnableToPay, open_portal, order_of, pay_contract
from billing.payments.queries import BY_STRIPE, is_settlement_late, is_to_be_paid, state_of
from billing.payments.rules import Standing
from billing.payments.words import names_of, standing_in_words
from billing.plans.models import Contract
from billing.plans.queries import contract_on
from tenants.audit.actions import actor_of
from tenants.directory.hosts import link_for_mail
from tenants.directory.models import Municipality
from tenants.directory.queries import today_of
from tenants.people.access import access
from tenants.people.rules import Role


class ToStripe(HttpResponseRedirect):
    """To a page of Stripe's."""

    status_code = 303


@access(Role.ADMINISTRATOR)
def overview(request: HttpRequest) -> HttpResponse:
    """How the municipality pays and until when it has paid."""
    town = _town(request)
    state = state_of(town.schema_name)
    contract = contract_on(town.schema_name, today_of(town))
    shown = state.standing if state else None
    if shown == Standing.PAID and is_settlement_late(town.schema_name):
        shown = Standing.PAST_DUE
    context = {
        "state": state,
        "contract": contract,
        "is_to_be_paid": is_to_be_paid(contract),
        **(_charges(contract, town) if contract and state is None and is_to_be_paid(contract) else {}),
        "standing": standing_in_words(shown) if shown else None,
        "is_late": shown in (Standing.PAST_DUE, Standing.UNPAID),
        "is_configured": gateway.is_configured(),
    }
    return render(request, "payments/overview.html", context)


@access(Role.ADMINISTRATOR)
def returned(request: HttpRequest) -> HttpResponse:
    """Where Stripe sends people back: what is known of the payment, never what the address claims."""
    state = state_of(request.municipality.schema_name)  # type: ignore[attr-defined]
    is_paid = state is not None and state.standing == Standing.PAID
    outcome = "paid" if is_paid else "cancelled" if request.GET.get("cancelled") else "confirming"
    return render(request, "payments/returned.html", {"state": state, "outcome": outcome})


@access(Role.ADMINISTRATOR)
def portal(request: HttpRequest) -> HttpResponse:
    """Sends on to Stripe's page, where the card is changed."""
    if request.method != "POST":
        return redirect("payments:overview")
    try:
        url = open_portal(
            municipality=request.municipality,  # type: ignore[attr-defined]
            return_url=link_for_mail(request, reverse("payments:overview")),
            by=actor_of(request),
            reason="opened on the page of payment",
        )
    except UnableToPay as error:
        messages.error(request, str(error))
        return redirect("payments:overview")
    return ToStripe(url)


@access(Role.ADMINISTRATOR)
def pay(request: HttpRequest) -> HttpResponse:
    """Sends on to Stripe's page, where the contract in force is paid; what it costs comes from the contract."""
    if request.method != "POST":
        return redirect("payments:overview")
    town = _town(request)
    contract = contract_on(town.schema_name, today_of(town))
    return _to_pay(request, contract) if contract else redirect("payments:overview")


def page_after_accepting(request: HttpRequest, contract: Contract) -> HttpResponse:
    """Where whoever accepted a contract goes next: to pay, where it is paid by card or direct debit and holds already."""
    if contract.way in BY_STRIPE and gateway.is_configured() and contract.starts_on <= today_of(_town(request)):
        return _to_pay(request, contract)
    return redirect("payments:overview" if contract.way in BY_STRIPE else "usage:billing")


def _town(request: HttpRequest) -> Municipality:
    town: Municipality = request.municipality  # type: ignore[attr-defined]
    return town


def _charges(contract: Contract, town: Municipality) -> dict[str, Any]:
    """What is charged, when nothing was charged yet: Stripe is not asked to show a page."""
    try:
        order = order_of(contract, town)
    except UnableToPay:
        return {}
    first = datetime.fromtimestamp(order.charges_from, UTC) if order.charges_from else None
    return {"order": order, "first_renewal": first, "has_further_calls": contract.agreed.further_call_cents > 0}


def _to_pay(request: HttpRequest, contract: Contract) -> HttpResponse:
    try:
        page = pay_contract(
            municipality=_town(request),
            names=names_of(contract),
            return_url=link_for_mail(request, reverse("payments:returned")),
            by=actor_of(request),
            reason="the contract in force",
        )
    except UnableToPay as error:
        messages.error(request, str(error))
        return redirect("payments:overview")
    return ToStripe(page.url)
