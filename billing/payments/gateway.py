"""The one door to Stripe. Whatever goes wrong behind it comes out as UnableToPay with one sentence.

Each act that changes something carries an idempotency key made of what is asked, so that asking twice, after a lost answer
or a second click, does it once.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

import stripe
import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from billing.payments.rules import Amount, Order, Price, Term, UnableToPay, Way, charge_of
from billing.plans.rules import Tax

log = structlog.get_logger("sct.payments")
Obj = dict[str, Any]
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
    recurring = {} if price.is_once else {"recurring": {"interval": _INTERVALS[price.term]}}
    made: Obj = _ask(
        lambda v1: v1.prices.create(
            {
                "product": price.product, "unit_amount": price.unit_cents, "currency": "eur",
                "lookup_key": price.key, "tax_behavior": "exclusive", "metadata": {"plan": price.plan}, **recurring,
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


def _items(order: Order, names: Mapping[str, str], *, once: bool = False) -> list[Obj]:
    """The lines that are charged again and again, or those that are charged ``once``; like ones are one."""
    tax = tax_rate_id(order.tax_code, str(order.tax_rate.normalize()))
    many: Counter[tuple[str, int]] = Counter()
    for charge in map(charge_of, order.once if once else order.lines):
        many[charge.kind, charge.unit_cents] += charge.quantity
    return [
        {
            "price": price_id(Price(order.plan, kind, order.term, cents, names.get(kind, kind), once)),
            "quantity": quantity,
            "tax_rates": [tax],
        }
        for (kind, cents), quantity in many.items()
    ]


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
    stripe_id: str, order: Order, names: Mapping[str, str], *,
    mark: str, after: str, schema_name: str, success_url: str, cancel_url: str,
) -> Obj:  # fmt: skip
    """A page of payment, the one that follows on the page ``after``: two orders at once cannot both have it."""
    metadata = {"schema_name": schema_name, "contract": order.contract, "order": mark}
    begins = {} if order.charges_from is None else {"trial_end": order.charges_from}
    items = [*_items(order, names), *_items(order, names, once=True)]
    made: Obj = _ask(
        lambda v1: v1.checkout.sessions.create(
            {
                "mode": "subscription", "customer": stripe_id, "line_items": items,
                "payment_method_types": _METHODS[order.way], "success_url": success_url, "cancel_url": cancel_url,
                "client_reference_id": schema_name, "metadata": metadata,
                "subscription_data": {"metadata": metadata, **begins},
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
    stripe_id: str, order: Order, names: Mapping[str, str], *,
    mark: str, after: str, schema_name: str,
) -> Obj:  # fmt: skip
    """A subscription whose invoices are sent, to be paid in 30 days; the one that follows on ``after``."""
    metadata = {"schema_name": schema_name, "contract": order.contract, "order": mark}
    made: Obj = _ask(
        lambda v1: v1.subscriptions.create(
            {
                "customer": stripe_id, "items": _items(order, names), "collection_method": "send_invoice",
                "days_until_due": DAYS_TO_PAY, "metadata": metadata,
            },
            _key("invoiced", schema_name, after),
        )
    )  # fmt: skip
    return made


def end_with_period(subscription_id: str) -> None:
    """Nothing more is charged once what is paid already is over; told twice, it is the same."""
    _ask(lambda v1: v1.subscriptions.update(subscription_id, {"cancel_at_period_end": True}))


def change_subscription(
    subscription_id: str, order: Order, names: Mapping[str, str], *, charges_from: int | None = None
) -> None:
    """Charges another contract from the next period on, or from ``charges_from``; told twice, it is the same."""
    held = subscription(subscription_id)["items"]["data"]
    items = [{**new, "id": old["id"]} for new, old in zip(_items(order, names), held, strict=True)]
    begins = {} if charges_from is None else {"trial_end": charges_from}
    _ask(
        lambda v1: v1.subscriptions.update(
            subscription_id,
            {"items": items, "metadata": {"contract": order.contract}, "proration_behavior": "none", **begins},
        )
    )


def make_portal(stripe_id: str, return_url: str) -> str:
    """The address of the page where the card is changed."""
    made = _ask(lambda v1: v1.billing_portal.sessions.create({"customer": stripe_id, "return_url": return_url}))
    return str(made["url"])


# Invoices


def invoices_of(stripe_id: str) -> list[Obj]:
    """Every invoice of a customer, newest first."""
    found: list[Obj] = []
    wanted: Obj = {"customer": stripe_id, "limit": 100}
    while True:
        page: Obj = _ask(partial(_invoices, wanted=wanted))
        found += page["data"]
        if not page["has_more"]:
            return found
        wanted = {**wanted, "starting_after": found[-1]["id"]}


def _invoices(v1: Any, wanted: Obj) -> Any:
    return v1.invoices.list(wanted)


def make_invoice(
    stripe_id: str, amount: Amount, tax: Tax, text: str, *, metadata: dict[str, str], mark: str, method: str | None
) -> Obj:
    """An invoice of one line that Stripe collects as it collects those of subscriptions; its tax is as we count it.

    Stripe forgets the keys after a day: whoever asks again later looks first whether it is there, and finishes it.
    """
    made: Obj = _ask(
        lambda v1: v1.invoices.create(
            {
                "customer": stripe_id, "currency": "eur", "auto_advance": True, "metadata": metadata,
                "collection_method": "charge_automatically", "pending_invoice_items_behavior": "exclude",
                **({"default_payment_method": method} if method else {}),
            },
            _key("invoice", mark),
        )
    )  # fmt: skip
    return finish_invoice(made, amount, tax, text, mark=mark)


def finish_invoice(made: Obj, amount: Amount, tax: Tax, text: str, *, mark: str) -> Obj:
    """Sees that an invoice has its line and is no draft any more."""
    if made["status"] == "draft" and not made["lines"]["data"]:
        made = _ask(lambda v1: v1.invoices.add_lines(made["id"], _line(amount, tax, text), _key("lines", mark)))
    if made["status"] == "draft":
        made = _ask(lambda v1: v1.invoices.finalize_invoice(made["id"], {"auto_advance": True}))
    return made


def _line(amount: Amount, tax: Tax, text: str) -> Obj:
    rate = {"display_name": tax.code, "percentage": float(tax.rate), "inclusive": False, "country": "ES"}
    taxed = {"amount": amount.tax_cents, "taxable_amount": amount.net_cents, "tax_rate_data": rate}
    return {"lines": [{"amount": amount.net_cents, "description": text, "tax_amounts": [taxed]}]}


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
