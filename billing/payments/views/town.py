"""What a municipality sees of its payment."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from billing.payments import gateway
from billing.payments.actions import UnableToPay, open_portal
from billing.payments.queries import state_of
from billing.payments.rules import Standing
from billing.payments.words import standing_in_words
from tenants.audit.actions import actor_of
from tenants.directory.hosts import link_for_mail
from tenants.people.access import access
from tenants.people.rules import Role


class ToStripe(HttpResponseRedirect):
    """To a page of Stripe's."""

    status_code = 303


@access(Role.ADMINISTRATOR)
def overview(request: HttpRequest) -> HttpResponse:
    """How the municipality pays and until when it has paid."""
    state = state_of(request.municipality.schema_name)  # type: ignore[attr-defined]
    context = {
        "state": state,
        "standing": standing_in_words(state.standing) if state else None,
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
