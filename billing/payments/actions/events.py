"""Events: stored first, once each; then the object they are about is asked for, so that their order means nothing."""

from datetime import UTC, datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from billing.payments import gateway
from billing.payments.models import Customer, Settlement, StripeEvent, SubscriptionState
from billing.payments.queries import name_of
from billing.payments.rules import (
    Refused,
    Standing,
    UnableToPay,
    concerns_a_customer,
    customer_of,
    is_late,
    standing_of,
    subscription_of,
    without_personal_data,
)
from tenants.audit.actions import record
from tenants.audit.rules import Actor, ActorKind

log = structlog.get_logger("sct.payments")
_BY = Actor(ActorKind.JOB, "Stripe", "webhook")
Outcome = StripeEvent.Outcome


NO_ANSWER = "stripe does not answer"


class NotOurs(Exception):
    """An event about a customer or a subscription of no municipality here; the text says which way."""


def receive(*, event: dict[str, Any]) -> bool:
    """Stores an event whose signature was checked; gives whether it is new. As app_web."""
    if StripeEvent.objects.filter(event_id=event["id"]).exists():
        return False
    row = StripeEvent(
        event_id=event["id"],
        type=event["type"],
        created=_moment(event["created"]),
        is_live=bool(event.get("livemode")),
        payload=without_personal_data(event),
    )
    StripeEvent.objects.bulk_create([row], ignore_conflicts=True)  # two deliveries at once are one
    return True


# One statement: deliveries at once wait for each other's row, and none is lost.
_COUNT = """
INSERT INTO public.payments_refuseddelivery AS counted (day, why, number) VALUES (%s, %s, 1)
ON CONFLICT (day, why) DO UPDATE SET number = counted.number + 1
"""


def count_refusal(*, why: Refused) -> None:
    """One more delivery that was not believed today. As app_web."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [timezone.now().date(), why.value])


def process(*, event_id: str) -> str:
    """Does what an event asks for, once however often it is called; gives the outcome. As app_staff.

    Raises UnableToPay when Stripe does not answer: the event keeps waiting and says so.
    """
    try:
        with transaction.atomic():
            event = StripeEvent.objects.select_for_update().filter(event_id=event_id).first()
            if event is None:
                return ""
            if event.processed_at is not None:
                return event.outcome
            event.attempts += 1
            event.error = ""
            try:
                with transaction.atomic():
                    event.outcome = _work_on(event)
            except NotOurs as error:
                event.outcome, event.error = Outcome.UNKNOWN, str(error)
                log.warning("a payment event is about nobody we know", type=event.type, why=str(error))
            if event.outcome != Outcome.UNKNOWN:
                event.processed_at = timezone.now()
            event.save(update_fields=["attempts", "error", "outcome", "processed_at", "schema_name"])
            return event.outcome
    except Exception as error:
        _remember(event_id, error)
        raise


def _remember(event_id: str, error: Exception) -> None:
    """Why it did not work, in a transaction of its own: the other was taken back."""
    is_passing = isinstance(error, UnableToPay) and error.is_passing
    with transaction.atomic():
        event = StripeEvent.objects.select_for_update().filter(event_id=event_id, processed_at=None).first()
        if event is not None:
            event.attempts += 1
            event.outcome = Outcome.WAITING if is_passing else Outcome.FAILED
            event.error = NO_ANSWER if is_passing else type(error).__name__
            event.save(update_fields=["attempts", "outcome", "error"])


def replay(*, event: StripeEvent, by: Actor, reason: str) -> None:
    """Puts an event back to be worked on again. Raises UnableToPay when it was worked on already."""
    with transaction.atomic():
        again = StripeEvent.objects.select_for_update().get(pk=event.pk)
        if again.processed_at is not None:
            raise UnableToPay(_("This event was worked on already: nothing is left to do."))
        again.outcome, again.error = Outcome.WAITING, ""
        again.save(update_fields=["outcome", "error"])
        record(by=by, verb="replay_event", subject=event.event_id, reason=reason, details={"type": event.type})


def _work_on(event: StripeEvent) -> str:
    if event.is_live != gateway.is_live():
        raise NotOurs("it is of the other mode (test and real payments are apart)")
    if not concerns_a_customer(event.type):
        return str(Outcome.OURS)
    about = event.payload
    stripe_id = customer_of(about) or _customer_of_dispute(about)
    customer = Customer.objects.filter(stripe_id=stripe_id).first()
    if customer is None:
        raise NotOurs("no municipality is this customer")
    event.schema_name = customer.schema_name
    if about.get("object") == "invoice" and not subscription_of(about):
        _mirror_settlement(customer, about["id"], event)
        return str(Outcome.DONE)
    wanted = subscription_of(about)
    for subscription_id in [wanted] if wanted else _known_subscriptions(customer):
        _mirror(customer, subscription_id, event)
    return str(Outcome.DONE)


def _customer_of_dispute(about: dict[str, Any]) -> str:
    """A dispute names the charge alone."""
    if about.get("object") != "dispute" or not about.get("charge"):
        return ""
    return customer_of(gateway.charge(about["charge"]))


def _known_subscriptions(customer: Customer) -> list[str]:
    mirrored = SubscriptionState.objects.filter(schema_name=customer.schema_name)
    return list(mirrored.order_by("stripe_id").values_list("stripe_id", flat=True))


def _mirror(customer: Customer, subscription_id: str, event: StripeEvent) -> None:
    """Writes down what Stripe says of a subscription now. The row is locked before asking, so that answers cannot overtake."""
    state = _held(customer, subscription_id, event)
    told = gateway.subscription(subscription_id)
    claimed = (told.get("metadata") or {}).get("schema_name", customer.schema_name)
    if not customer_of(told) == customer.stripe_id or not claimed == customer.schema_name == state.schema_name:
        raise NotOurs("the subscription is another customer's")
    before = state.standing if state.asked_at else None
    _take(state, told)
    state.updated_from = max(state.updated_from, event.created)
    state.asked_at = timezone.now()
    state.save()
    if state.standing != before:
        record(
            by=_BY,
            verb="payment_state",
            subject=name_of(customer.schema_name),
            reason="told by Stripe",
            details={"standing": state.standing.value, "subscription": subscription_id, "event": event.event_id},
        )
        _tell(customer.schema_name, state.contract, standing_of(state.status))


def _held(customer: Customer, subscription_id: str, event: StripeEvent) -> SubscriptionState:
    """The locked row of a subscription, made by its first event; of two first ones at once the later waits for the other's."""
    locked = SubscriptionState.objects.select_for_update().filter(stripe_id=subscription_id)
    found = locked.first()
    if found is None:
        new = SubscriptionState(
            schema_name=customer.schema_name, stripe_id=subscription_id, updated_from=event.created
        )  # fmt: skip
        SubscriptionState.objects.bulk_create([new], ignore_conflicts=True)
        found = locked.get()
    return found


def _mirror_settlement(customer: Customer, invoice_id: str, event: StripeEvent) -> None:
    """Writes down what Stripe says of an invoice beside the subscription. One that people wrote at Stripe is no concern of ours."""
    told = gateway.invoice(invoice_id)
    about = (told.get("metadata") or {}).get("about")
    if customer_of(told) != customer.stripe_id or not about:
        return
    kept = Settlement.objects.select_for_update().filter(schema_name=customer.schema_name, about=about).first()
    if kept is None:
        raise NotOurs("the settlement is not written down yet")
    was_late = kept.is_late
    kept.invoice, kept.invoice_status = told["id"], told["status"]
    kept.is_late = is_late(told["status"], told["attempt_count"], told.get("next_payment_attempt"))
    kept.save(update_fields=["invoice", "invoice_status", "is_late"])
    if kept.is_late != was_late:
        standing = Standing.PAST_DUE if kept.is_late else Standing.PAID
        record(
            by=_BY, verb="payment_state", subject=name_of(customer.schema_name), reason="told by Stripe",
            details={"standing": standing.value, "settlement": about, "event": event.event_id},
        )  # fmt: skip
        _tell(customer.schema_name, "", standing)


def _tell(schema_name: str, contract: str, standing: Standing) -> None:
    for path in settings.PAYMENT_STATE_CHANGED:
        import_string(path)(schema_name=schema_name, contract=contract, standing=standing)


def _take(state: SubscriptionState, told: dict[str, Any]) -> None:
    items = told["items"]["data"]
    invoice = told.get("latest_invoice") or {}
    state.status = told["status"]
    state.collection_method = told["collection_method"]
    state.period_start = _moment(min(item["current_period_start"] for item in items)) if items else None
    state.period_end = _moment(min(item["current_period_end"] for item in items)) if items else None
    state.ends_with_period = bool(told.get("cancel_at_period_end"))
    state.latest_invoice = invoice.get("id", "")
    state.invoice_status = invoice.get("status") or ""
    state.invoice_cents = invoice.get("total") or 0
    state.contract = (told.get("metadata") or {}).get("contract", "")


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
