"""The one door to Stripe. Whatever goes wrong behind it comes out as UnableToPay with one sentence.

Each act that changes something carries an idempotency key made of what is asked, so that asking twice, after a lost answer
or a second click, does it once.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import stripe
import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from billing.payments.rules import Charge, Order, Price, Term, UnableToPay, Way

log = structlog.get_logger("sct.payments")
Obj = dict[str, Any]
METER = "sct_calls"
DAYS_TO_PAY = 30
_INTERVALS = {Term.MONTHLY: "month", Term.ANNUAL: "year"}
_METHODS = {Way.CARD: ["card"], Way.DIRECT_DEBIT: ["sepa_debit"]}


def is_configured() -> bool:
    """Whether cards and direct debits can be taken."""
    return bool(settings.STRIPE_API_KEY or settings.STRIPE_DOUBLE)


def is_live() -> bool:
    """Whether real money moves."""
    return str(settings.STRIPE_API_KEY).startswith(("sk_live_", "rk_live_"))


@lru_cache(maxsize=4)
def _client(key: str, address: str, timeout: float, retries: int) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": address} if address else None,
        http_client=stripe.RequestsClient(timeout=(min(timeout, 5), timeout)),
        max_network_retries=retries,
    )


def _ask(question: Callable[[Any], Any]) -> Any:
    """Asks Stripe and gives plain values. Raises UnableToPay."""
    if not is_configured():
        raise UnableToPay(_("Card payments are not configured here; the electronic invoice is available."))
    key = settings.STRIPE_API_KEY or "sk_test_demonstration"
    address = "" if settings.STRIPE_API_KEY else settings.STRIPE_DOUBLE
    try:
        told = question(_client(key, address, settings.STRIPE_TIMEOUT, settings.STRIPE_RETRIES).v1)
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        log.error("stripe does not accept our key", kind=type(error).__name__)
        raise UnableToPay(
            _("The payment service does not accept our key: Adtende has been told. Nothing was charged.")
        ) from error
    except stripe.IdempotencyError as error:
        raise UnableToPay(
            _("Somebody else is starting to pay for this municipality: try again in a moment."), is_passing=True
        ) from error
    except stripe.StripeError as error:
        status = error.http_status or 503  # none: nobody answered
        if status >= 500 or status in {409, 429}:
            raise _passing(error) from error
        log.warning("stripe refused", code=error.code or "", status=error.http_status)
        raise Declined(error.code or "", str(error.user_message or "")) from error
    return told.to_dict() if hasattr(told, "to_dict") else told


def _passing(error: Exception) -> UnableToPay:
    log.warning("stripe does not answer", kind=type(error).__name__)
    return UnableToPay(
        _("The payment service does not answer now. Nothing was charged: try again in a few minutes."), is_passing=True
    )


class Declined(UnableToPay):
    """Stripe understood and said no; ``code`` is its word."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(_("The payment service refused this. Nothing was charged."))
        self.code = code
        self.words = words


def _key(*parts: str) -> dict[str, Any]:
    return {"idempotency_key": ":".join(("sct", *parts))}


# Customers


def make_customer(schema_name: str, order: Order) -> str:
    """The id of the municipality's customer; the same for the same municipality."""
    buyer = order.buyer
    made = _ask(
        lambda v1: v1.customers.create(
            {
                "name": buyer.legal_name,
                "email": buyer.invoice_email,
                "preferred_locales": [buyer.language],
                "address": {
                    "line1": buyer.address, "postal_code": buyer.postal_code, "city": buyer.town,
                    "state": buyer.province, "country": "ES",
                },
                "tax_id_data": [{"type": "es_cif", "value": buyer.tax_id}],
                "metadata": {"schema_name": schema_name},
            },
            _key("customer", schema_name, buyer.tax_id),
        )
    )  # fmt: skip
    return str(made["id"])


def customer(stripe_id: str) -> Obj:
    """A customer."""
    found: Obj = _ask(lambda v1: v1.customers.retrieve(stripe_id))
    return found


# Prices


def price_id(price: Price) -> str:
    """The id of a price, which is made when it is missing. Raises UnableToPay when Stripe has another amount under its key."""
    found = _ask(lambda v1: v1.prices.list({"lookup_keys": [price.key], "limit": 1}))["data"]
    one = found[0] if found else _make_price(price)
    if one["unit_amount"] != price.unit_cents or one["currency"] != "eur":
        log.error("a price at stripe differs from ours", key=price.key)
        raise UnableToPay(_("A price is not right at the payment service: Adtende has been told. Nothing was charged."))
    return str(one["id"])


def _make_price(price: Price) -> Obj:
    _make_product(price)
    recurring: Obj = {"interval": _INTERVALS[price.term]}
    if price.is_counted:
        recurring |= {"usage_type": "metered", "meter": meter_id()}
    made: Obj = _ask(
        lambda v1: v1.prices.create(
            {
                "product": price.product, "unit_amount": price.unit_cents, "currency": "eur", "recurring": recurring,
                "lookup_key": price.key, "tax_behavior": "exclusive", "metadata": {"plan": price.plan},
            },
            _key("price", price.key),
        )
    )  # fmt: skip
    return made


def _make_product(price: Price) -> None:
    try:
        _ask(lambda v1: v1.products.retrieve(price.product))
    except Declined as declined:
        if declined.code != "resource_missing":
            raise
        _ask(
            lambda v1: v1.products.create(
                {"id": price.product, "name": price.name}, _key("product", price.product, price.name)
            )
        )


def meter_id() -> str:
    """The meter that counts calls."""
    found = _ask(lambda v1: v1.billing.meters.list({"status": "active", "limit": 100}))["data"]
    known = next((one for one in found if one["event_name"] == METER), None)
    made = known or _ask(
        lambda v1: v1.billing.meters.create(
            {"display_name": "SCT calls", "event_name": METER, "default_aggregation": {"formula": "sum"}},
            _key("meter", METER),
        )
    )
    return str(made["id"])


def tax_rate_id(code: str, percentage: str) -> str:
    """The tax rate, which is made when it is missing."""
    found = _ask(lambda v1: v1.tax_rates.list({"active": True, "limit": 100}))["data"]
    known = next(
        (one for one in found if one["display_name"] == code and float(one["percentage"]) == float(percentage)), None
    )
    made = known or _ask(
        lambda v1: v1.tax_rates.create(
            {"display_name": code, "percentage": float(percentage), "inclusive": False, "country": "ES"},
            _key("tax", code, percentage),
        )
    )
    return str(made["id"])


def _items(order: Order, charges: list[Charge], names: dict[str, str]) -> list[Obj]:
    tax = tax_rate_id(order.tax_code, str(order.tax_rate.normalize()))
    items: list[Obj] = []
    for charge in charges:
        price = Price(order.plan, charge.kind, order.term, charge.unit_cents, names.get(charge.kind, charge.kind))
        items.append({"price": price_id(price), "quantity": charge.quantity, "tax_rates": [tax]})
    if order.call_cents is not None:
        counted = Price(order.plan, "calls", order.term, order.call_cents, names.get("calls", "calls"), is_counted=True)
        items.append({"price": price_id(counted), "tax_rates": [tax]})
    return items


# Checkout and subscriptions


def sessions_of(stripe_id: str) -> list[Obj]:
    """The newest pages of payment that were made for a customer."""
    found: list[Obj] = _ask(lambda v1: v1.checkout.sessions.list({"customer": stripe_id, "limit": 100}))["data"]
    return found


def subscriptions_of(stripe_id: str) -> list[Obj]:
    """Every subscription of a customer."""
    found: list[Obj] = _ask(
        lambda v1: v1.subscriptions.list({"customer": stripe_id, "status": "all", "limit": 100})
    )["data"]  # fmt: skip
    return found


def subscription(stripe_id: str) -> Obj:
    """A subscription as it is now, with its latest invoice."""
    found: Obj = _ask(lambda v1: v1.subscriptions.retrieve(stripe_id, {"expand": ["latest_invoice"]}))
    return found


def make_session(
    stripe_id: str, order: Order, charges: list[Charge], names: dict[str, str], *,
    mark: str, after: str, schema_name: str, success_url: str, cancel_url: str,
) -> Obj:  # fmt: skip
    """A page of payment, the one that follows on the page ``after``: two orders at once cannot both have it."""
    metadata = {"schema_name": schema_name, "contract": order.contract, "order": mark}
    made: Obj = _ask(
        lambda v1: v1.checkout.sessions.create(
            {
                "mode": "subscription", "customer": stripe_id, "line_items": _items(order, charges, names),
                "payment_method_types": _METHODS[order.way], "success_url": success_url, "cancel_url": cancel_url,
                "client_reference_id": schema_name, "metadata": metadata, "subscription_data": {"metadata": metadata},
                "locale": "es",
            },
            _key("checkout", schema_name, after),
        )
    )  # fmt: skip
    return made


def expire_session(session_id: str) -> None:
    """Closes a page of payment; one that is closed or paid already is left."""
    try:
        _ask(lambda v1: v1.checkout.sessions.expire(session_id))
    except Declined:
        log.info("a page of payment was closed already")


def make_invoice_subscription(
    stripe_id: str, order: Order, charges: list[Charge], names: dict[str, str], *,
    mark: str, after: str, schema_name: str,
) -> Obj:  # fmt: skip
    """A subscription whose invoices are sent, to be paid in 30 days; the one that follows on ``after``."""
    metadata = {"schema_name": schema_name, "contract": order.contract, "order": mark}
    made: Obj = _ask(
        lambda v1: v1.subscriptions.create(
            {
                "customer": stripe_id, "items": _items(order, charges, names), "collection_method": "send_invoice",
                "days_until_due": DAYS_TO_PAY, "metadata": metadata,
            },
            _key("invoiced", schema_name, after),
        )
    )  # fmt: skip
    return made


def end_with_period(subscription_id: str) -> None:
    """Nothing more is charged once what is paid already is over; told twice, it is the same."""
    _ask(lambda v1: v1.subscriptions.update(subscription_id, {"cancel_at_period_end": True}))


def make_portal(stripe_id: str, return_url: str) -> str:
    """The address of the page where the card is changed."""
    made = _ask(lambda v1: v1.billing_portal.sessions.create({"customer": stripe_id, "return_url": return_url}))
    return str(made["url"])


def report_use(stripe_id: str, identifier: str, calls: int, at: int | None) -> None:
    """Tells the meter; it counts an identifier once."""
    wanted: Obj = {
        "event_name": METER, "identifier": identifier,
        "payload": {"stripe_customer_id": stripe_id, "value": str(calls)},
    }  # fmt: skip
    if at is not None:
        wanted["timestamp"] = at
    try:
        _ask(lambda v1: v1.billing.meter_events.create(wanted))
    except Declined as declined:
        if declined.code != "duplicate_meter_event" and "already exists with identifier" not in declined.words:
            raise


# Money back


def invoice(stripe_id: str) -> Obj:
    """An invoice."""
    found: Obj = _ask(lambda v1: v1.invoices.retrieve(stripe_id))
    return found


def charge(stripe_id: str) -> Obj:
    """A charge."""
    found: Obj = _ask(lambda v1: v1.charges.retrieve(stripe_id))
    return found


def give_back(invoice_id: str, cents: int, why: str, *, mark: str) -> str:
    """Gives money of a paid invoice back with a credit note; gives its id."""
    made = _ask(
        lambda v1: v1.credit_notes.create(
            {
                "invoice": invoice_id, "amount": cents, "refund_amount": cents, "reason": "order_change", "memo": why,
            },
            _key("refund", invoice_id, mark),
        )
    )  # fmt: skip
    return str(made["id"])
