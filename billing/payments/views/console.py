"""What Adtende sees of payments: everything Stripe told, and what was not worked on."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from billing.payments import gateway
from billing.payments.actions import UnableToPay, replay
from billing.payments.forms import ReplayForm
from billing.payments.models import StripeEvent
from billing.payments.queries import events as events_told
from billing.payments.queries import refusals_today, towns_by_schema, unfinished
from billing.payments.tasks import ask_for_processing
from billing.payments.words import outcome_in_words, refusal_in_words, trouble_in_words
from tenants.audit.actions import actor_of
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
        "is_configured": gateway.is_configured(),
    }
    return render(request, "payments/events.html", context)


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
