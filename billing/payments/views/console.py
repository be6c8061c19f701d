"""What Adtende sees of payments: everything Stripe told, and what was not worked on."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from billing.payments import gateway
from billing.payments.actions import UnableToPay, refund, replay
from billing.payments.forms import RefundForm, ReplayForm
from billing.payments.models import StripeEvent, SubscriptionState
from billing.payments.queries import events as events_told
from billing.payments.queries import payer, payers, refusals_today, towns_by_schema, unfinished
from billing.payments.rules import Charged, charge_told
from billing.payments.tasks import ask_for_processing
from billing.payments.words import outcome_in_words, refusal_in_words, trouble_in_words
from billing.plans.words import euros as money
from tenants.audit.actions import actor_of
from tenants.directory.models import Municipality
from tenants.people.access import access
from tenants.people.rules import Role


@access(Role.STAFF_FINANCE, Role.STAFF_ADMINISTRATOR)
def events(request: HttpRequest) -> HttpResponse:
    """What Stripe told us; first how many events need a look."""
    only_open = request.GET.get("show") != "all"
    page = Paginator(events_told(only_open=only_open), 50).get_page(request.GET.get("page"))
    names = towns_by_schema()
    context = {
        "page": page,
        "told": [(one, *outcome_in_words(one), names.get(one.schema_name, ""), trouble_in_words(one)) for one in page],
        "only_open": only_open,
        "unfinished": unfinished(),
        "refused": [(refusal_in_words(why), number) for why, number in refusals_today().items()],
        "payers": payers(),
        "is_configured": gateway.is_configured(),
    }
    return render(request, "payments/events.html", context)


@access(Role.STAFF_FINANCE, Role.STAFF_ADMINISTRATOR)
def charges(request: HttpRequest, slug: str) -> HttpResponse:
    """What Stripe charged a municipality, the latest first."""
    found = payer(slug)
    if found is None:
        raise Http404
    town, _state, customer = found
    try:
        told = [charge_told(one) for one in gateway.invoices_of(customer.stripe_id)]
    except UnableToPay as error:
        messages.error(request, str(error))
        return redirect("payments:events")
    rows = [
        (one, money(one.total_cents), money(one.given_cents) if one.given_cents else "")
        for one in told
    ]  # fmt: skip
    return render(request, "payments/charges.html", {"town": town, "rows": rows})


@access(Role.STAFF_FINANCE, Role.STAFF_ADMINISTRATOR)
def give_back(request: HttpRequest, slug: str, invoice_id: str) -> HttpResponse:
    """Gives money of a charge back: how much, then how it would look, then it is done."""
    found = payer(slug)
    if found is None:
        raise Http404
    town, state, customer = found
    try:
        told = gateway.invoice(invoice_id)
    except UnableToPay as error:
        messages.error(request, str(error))
        return redirect("payments:charges", slug)
    if told["customer"] != customer.stripe_id:
        raise Http404
    charge = charge_told(told)
    form = RefundForm(request.POST or None, charge.left_cents)
    context = {"town": town, "charge": charge, "form": form, "total": money(charge.total_cents),
               "given": money(charge.given_cents), "left": money(charge.left_cents)}  # fmt: skip
    if form.is_valid():
        if "give" in request.POST:
            return _given_back(request, town, state, charge, form)
        context["amount"] = money(form.cents)
    return render(request, "payments/give_back.html", context, status=422 if form.errors else 200)


def _given_back(
    request: HttpRequest, town: Municipality, state: SubscriptionState, charge: Charged, form: RefundForm
) -> HttpResponse:
    before = request.POST.get("given_before", "")
    try:
        note = refund(
            state=state,
            invoice_id=charge.invoice,
            cents=form.cents,
            given_before=int(before) if before.isdecimal() else -1,
            by=actor_of(request),
            reason=form.cleaned_data["reason"],
        )
    except UnableToPay as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("%(amount)s was given back; the credit note is %(note)s.") % {"amount": money(form.cents), "note": note},
        )
    return redirect("payments:charges", town.slug)


@access(Role.STAFF_FINANCE, Role.STAFF_ADMINISTRATOR)
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One event; finance has it worked on again."""
    may_replay = request.user.role == Role.STAFF_FINANCE  # type: ignore[union-attr]
    if request.method == "POST" and not may_replay:
        raise PermissionDenied("only finance has events worked on again")
    one = get_object_or_404(StripeEvent, pk=pk)
    form = ReplayForm(request.POST or None)
    if form.is_valid():
        try:
            replay(event=one, by=actor_of(request), reason=form.cleaned_data["reason"])
        except UnableToPay as error:
            messages.error(request, str(error))
        else:
            ask_for_processing(event_id=one.event_id)
            messages.success(request, _("The event is worked on again; look at it in a minute."))
        return redirect("payments:events")
    context = {
        "event": one,
        "form": form,
        "may_replay": may_replay and one.processed_at is None,
        "outcome": outcome_in_words(one),
        "trouble": trouble_in_words(one),
        "town": towns_by_schema().get(one.schema_name, ""),
        "payload": sorted(one.payload.items()),
    }
    return render(request, "payments/event.html", context, status=422 if form.errors else 200)
