"""Starting to pay, giving back. Stripe is asked first, with keys that make asking twice harmless; then it is recorded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from billing.payments import gateway
from billing.payments.models import Customer, SubscriptionState
from billing.payments.queries import name_of
from billing.payments.rules import (
    Order,
    Price,
    Standing,
    UnableToPay,
    Way,
    charge_told,
    fingerprint,
    standing_of,
    trouble_with,
)
from tenants.audit.actions import record
from tenants.audit.rules import Actor, ActorKind
from tenants.directory.models import Municipality
from tenants.isolation.context import CONSOLE, inside

log = structlog.get_logger("sct.payments")
_BY = Actor(ActorKind.JOB, "SCT", "payments")  # who went to pay is in the municipality's own record
_ASKED = "asked by the municipality"


@dataclass(frozen=True)
class PageOfPayment:
    """Where the municipality pays."""

    session_id: str
    url: str


def start_checkout(
    *, municipality: Municipality, order: Order, names: Mapping[str, str], return_url: str, by: Actor, reason: str
) -> PageOfPayment:
    """The page where the order is paid; the same one for a second click. As the municipality. Raises UnableToPay.

    ``names`` has, by kind of line, the words on Stripe's page and invoice.
    """
    if order.way == Way.E_INVOICE:
        raise UnableToPay(_("This order is paid by electronic invoice: no card is needed."))
    schema, mark = municipality.schema_name, _accepted(order)
    customer = _linked(municipality, order)
    _refuse_second(customer)
    sessions = gateway.sessions_of(customer.stripe_id)
    still_open = [one for one in sessions if one["status"] == "open"]
    same = next((one for one in still_open if (one.get("metadata") or {}).get("order") == mark), None)
    for one in still_open:
        if one is not same:
            gateway.expire_session(one["id"])  # one page of payment at a time, or two would be paid
    session = same or gateway.make_session(
        customer.stripe_id, order, names, mark=mark, after=sessions[0]["id"] if sessions else "first",
        schema_name=schema, success_url=f"{return_url}?session={{CHECKOUT_SESSION_ID}}", cancel_url=f"{return_url}?cancelled=1",
    )  # fmt: skip
    if session["amount_subtotal"] != order.due_cents:
        gateway.expire_session(session["id"])
        log.error("stripe counts another amount", session=session["id"])
        raise UnableToPay(_("The payment service counts another amount: Adtende has been told. Nothing was charged."))
    with transaction.atomic():
        record(
            by=by, verb="start_checkout", subject=municipality.name, reason=reason,
            details={
                "plan": order.plan, "net_cents": order.net_cents, "due_cents": order.due_cents, "session": session["id"],
            },
        )  # fmt: skip
    return PageOfPayment(session["id"], session["url"])


def start_invoice_subscription(
    *, municipality: Municipality, order: Order, names: Mapping[str, str], by: Actor, reason: str
) -> str:
    """A subscription that is invoiced and paid in 30 days; gives its id, the same one when asked again. Raises UnableToPay."""
    if order.way != Way.E_INVOICE:
        raise UnableToPay(_("This order is paid by card or direct debit."))
    mark = _accepted(order)
    customer = _linked(municipality, order)
    every = gateway.subscriptions_of(customer.stripe_id)
    known = _alive(every)
    same = next((one for one in known if (one.get("metadata") or {}).get("order") == mark), None)
    if known and same is None:
        raise UnableToPay(_("This municipality has a subscription already: change that one instead."))
    made = same or gateway.make_invoice_subscription(
        customer.stripe_id, order, names, mark=mark, after=every[0]["id"] if every else "first",
        schema_name=municipality.schema_name,
    )  # fmt: skip
    with transaction.atomic():
        record(
            by=by, verb="start_invoice_subscription", subject=municipality.name, reason=reason,
            details={"plan": order.plan, "net_cents": order.net_cents, "subscription": made["id"]},
        )  # fmt: skip
    return str(made["id"])


def _accepted(order: Order) -> str:
    trouble = trouble_with(order)
    if trouble:
        raise UnableToPay(_("This order cannot be charged. Nothing was charged."))
    return fingerprint(order)


def _alive(subscriptions: Iterable[gateway.Obj]) -> list[gateway.Obj]:
    return [one for one in subscriptions if standing_of(one["status"]) not in {Standing.ENDED, Standing.BEGINNING}]


def _refuse_second(customer: Customer) -> None:
    """Asks Stripe, not the mirror: an event may still be on its way."""
    if _alive(gateway.subscriptions_of(customer.stripe_id)):
        raise UnableToPay(_("This municipality pays already: nothing was charged a second time."))


def _linked(municipality: Municipality, order: Order) -> Customer:
    """The municipality's customer, which is made when it is missing."""
    schema = municipality.schema_name
    known = Customer.objects.filter(schema_name=schema).first()
    if known is not None:
        return known
    stripe_id = gateway.make_customer(schema, order)
    try:
        with inside(CONSOLE), transaction.atomic():  # a municipality does not say itself which customer it is
            made = Customer.objects.create(schema_name=schema, stripe_id=stripe_id)
            record(
                by=_BY, verb="link_customer", subject=municipality.name, reason=_ASKED,
                details={"schema": schema, "id": stripe_id},
            )  # fmt: skip
            return made
    except IntegrityError:  # a second click was quicker
        return Customer.objects.get(schema_name=schema)


def _customer_of(schema_name: str) -> Customer:
    known = Customer.objects.filter(schema_name=schema_name).first()
    if known is None:
        raise UnableToPay(_("This municipality has not paid by card or direct debit yet."))
    return known


def open_portal(*, municipality: Municipality, return_url: str, by: Actor, reason: str) -> str:
    """The address of Stripe's page where the card is changed or the subscription ended. Raises UnableToPay."""
    customer = _customer_of(municipality.schema_name)
    url = gateway.make_portal(customer.stripe_id, return_url)
    with transaction.atomic():
        record(by=by, verb="open_portal", subject=municipality.name, reason=reason)
    return url


def refund(*, state: SubscriptionState, invoice_id: str, cents: int, given_before: int, by: Actor, reason: str) -> str:
    """Gives money of a paid invoice back; gives the id of the credit note. As app_staff. Raises UnableToPay.

    ``given_before`` is what had been given back of it when the amount was shown: sent twice, it is given once.
    """
    with transaction.atomic():
        SubscriptionState.objects.select_for_update().get(pk=state.pk)  # a second click waits here
        invoice = gateway.invoice(invoice_id)
        customer = _customer_of(state.schema_name)
        if invoice["customer"] != customer.stripe_id:
            raise UnableToPay(_("This invoice is another municipality's."))
        charge = charge_told(invoice)
        if charge.given_cents != given_before:
            raise UnableToPay(
                _("Money of this charge was given back meanwhile: look at it again. Nothing was given back now.")
            )
        if not charge.is_paid or not 0 < cents <= charge.left_cents:
            raise UnableToPay(_("Only what was paid can be given back."))
        note = gateway.give_back(invoice_id, cents, reason[:200], mark=f"{given_before}-{cents}")
        record(
            by=by, verb="refund", subject=name_of(state.schema_name), reason=reason,
            details={"invoice": invoice_id, "cents": cents, "credit_note": note},
        )  # fmt: skip
    return note


def sync_prices(*, prices: Iterable[Price], by: Actor, reason: str) -> dict[str, str]:
    """Sees that every price of our plans stands at Stripe; gives their ids by key. Harmless to repeat. Raises UnableToPay."""
    found = {price.key: gateway.price_id(price) for price in prices}
    with transaction.atomic():
        record(by=by, verb="sync_prices", subject="Stripe", reason=reason, details={"prices": len(found)})
    return found
