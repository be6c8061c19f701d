"""What may be believed of Stripe, and what its words mean to us. Plain Python."""

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from billing.plans.rules import first_of_month
from kit.money import part
from kit.periods import month_after

TOLERANCE = 300  # seconds between the clock that signed and ours
LARGEST_EVENT = 256 * 1024  # bytes


class UnableToPay(Exception):
    """Nothing was done; one sentence says why. ``is_passing``: the same may work in a while."""

    def __init__(self, sentence: str, *, is_passing: bool = False) -> None:
        super().__init__(sentence)
        self.is_passing = is_passing


class Refused(StrEnum):
    """Why a delivery to the webhook is not believed."""

    UNSIGNED = "UNSIGNED"
    FORGED = "FORGED"
    OLD = "OLD"
    FUTURE = "FUTURE"
    TOO_LARGE = "TOO_LARGE"
    UNREADABLE = "UNREADABLE"
    NOT_CONFIGURED = "NOT_CONFIGURED"


def why_not_believed(header: str, body: bytes, secrets: Iterable[str], now: float) -> Refused | None:
    """What is wrong with the signature of a delivery; None when nothing is.

    Several secrets hold while one is being replaced, and Stripe then signs with each: one that fits is enough.
    """
    moments = re.findall(r"(?:^|,)\s*t=(\d{1,12})(?=,|$)", header)
    signatures = re.findall(r"(?:^|,)\s*v1=([0-9a-f]{64})(?=,|$)", header)
    if len(moments) != 1 or not signatures:
        return Refused.UNSIGNED
    signed = f"{moments[0]}.".encode() + body
    expected = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets if secret]
    if not any(hmac.compare_digest(one, given) for one in expected for given in signatures):
        return Refused.FORGED
    age = now - int(moments[0])
    if age > TOLERANCE:
        return Refused.OLD
    return Refused.FUTURE if age < -TOLERANCE else None


# What is kept of an event's object: which objects it is about, and amounts. Names and addresses of people are not.
_KEPT = frozenset(
    "id object customer subscription invoice charge payment_intent status payment_status collection_method mode "
    "amount amount_due amount_paid amount_remaining amount_total amount_subtotal total currency billing_reason "
    "attempt_count due_date next_payment_attempt cancel_at_period_end current_period_start current_period_end reason "
    "livemode created client_reference_id".split()
)


def without_personal_data(event: dict[str, Any]) -> dict[str, Any]:
    """An event as it is kept: its object's ids, states and amounts."""
    about = event["data"]["object"]
    kept = {key: value for key, value in about.items() if key in _KEPT and not isinstance(value, dict | list)}
    sub = subscription_of(about)
    return {**kept, **({"subscription": sub} if sub else {})}


def subscription_of(about: dict[str, Any]) -> str:
    """The subscription that an object of Stripe belongs to; empty when it is none's."""
    if about.get("object") == "subscription":
        return str(about["id"])
    details = (
        ((about.get("parent") or {}).get("subscription_details") or {}) if about.get("object") == "invoice" else {}
    )
    found = about.get("subscription") or details.get("subscription") or ""
    return found if isinstance(found, str) else str(found.get("id", ""))


def customer_of(about: dict[str, Any]) -> str:
    """The customer that an object of Stripe belongs to; empty when it says none."""
    if about.get("object") == "customer":
        return str(about["id"])
    found = about.get("customer") or ""
    return found if isinstance(found, str) else str(found.get("id", ""))


_OF_CUSTOMERS = ("customer.", "invoice.", "checkout.session.", "charge.", "refund.", "credit_note.", "invoiceitem.",
                 "payment_intent.", "payment_method.", "billing_portal.")  # fmt: skip


def concerns_a_customer(kind: str) -> bool:
    """Whether an event of this type is about somebody who pays; what we sell is our own affair."""
    return kind.startswith(_OF_CUSTOMERS)


class Standing(StrEnum):
    """What a subscription means for the municipality."""

    BEGINNING = "BEGINNING"  # not paid for yet
    PAID = "PAID"
    PAST_DUE = "PAST_DUE"
    UNPAID = "UNPAID"
    ENDED = "ENDED"


_STANDINGS = {
    "incomplete": Standing.BEGINNING,
    "trialing": Standing.PAID,
    "active": Standing.PAID,
    "past_due": Standing.PAST_DUE,
    "unpaid": Standing.UNPAID,
    "paused": Standing.UNPAID,
    "canceled": Standing.ENDED,
    "incomplete_expired": Standing.ENDED,
}


def standing_of(status: str) -> Standing:
    """What Stripe's word for a subscription means to us. A word that Stripe invents later is not taken for paid."""
    return _STANDINGS.get(status, Standing.UNPAID)


class Way(StrEnum):
    """How a municipality pays."""

    CARD = "CARD"
    DIRECT_DEBIT = "DIRECT_DEBIT"
    E_INVOICE = "E_INVOICE"


class Term(StrEnum):
    """How long a price is for."""

    MONTHLY = "MONTHLY"
    ANNUAL = "ANNUAL"


class Line(Protocol):
    """A line of a quote, as `billing.plans` makes it."""

    @property
    def kind(self) -> str: ...
    @property
    def quantity(self) -> int: ...
    @property
    def unit_cents(self) -> int: ...
    @property
    def net_cents(self) -> int: ...


@dataclass(frozen=True)
class Buyer:
    """Who the invoices are for."""

    legal_name: str
    tax_id: str
    invoice_email: str
    address: str = ""
    postal_code: str = ""
    town: str = ""
    province: str = ""
    language: str = "es"


@dataclass(frozen=True)
class Order:
    """What a municipality agreed to: its lines come from our plans, never from a form.

    ``lines`` are charged each month or year; the first time at once or, where ``charges_from`` says when, then: what there
    is to pay until that day is in ``once``.
    """

    contract: str  # uuid of the contract
    plan: str
    term: Term
    way: Way
    lines: Sequence[Line]
    net_cents: int
    tax_code: str
    tax_rate: Decimal
    buyer: Buyer
    once: Sequence[Line] = ()
    charges_from: int | None = None  # seconds since 1970

    @property
    def due_cents(self) -> int:
        """What is paid on the page of payment, without tax."""
        return self.net_cents if self.charges_from is None else sum(line.net_cents for line in self.once)


def trouble_with(order: Order) -> str:
    """Why an order cannot be charged; empty when it can. Guards against a fault of ours: people cannot write orders."""
    if not order.lines:
        return "it has no lines"
    if any(line.net_cents < 0 or line.quantity < 1 for line in (*order.lines, *order.once)):
        return "an amount is below zero"
    if sum(line.net_cents for line in order.lines) != order.net_cents:
        return "its lines do not add up"
    if order.net_cents == 0:
        return "it costs nothing"
    return ""


@dataclass(frozen=True)
class Charge:
    """A line as Stripe charges it: so many of a price of so many cents."""

    kind: str
    quantity: int
    unit_cents: int


def charge_of(line: Line) -> Charge:
    """A discount makes a line cheaper than its units: then it is charged whole, as one."""
    if line.quantity * line.unit_cents == line.net_cents:
        return Charge(line.kind, line.quantity, line.unit_cents)
    return Charge(line.kind, 1, line.net_cents)


@dataclass(frozen=True)
class Price:
    """A price as it stands at Stripe. Its key holds all that matters, so a changed price is another price."""

    plan: str
    kind: str
    term: Term
    unit_cents: int
    name: str
    is_once: bool = False  # charged one time

    @property
    def key(self) -> str:
        """The lookup key."""
        often = "once" if self.is_once else self.term.value
        return f"sct.{self.plan}.{self.kind}.{often}.{self.unit_cents}".lower()

    @property
    def product(self) -> str:
        """The id of the product that the price is of."""
        return f"sct_{self.plan}_{self.kind}".lower()


def fingerprint(order: Order) -> str:
    """The same order has the same; another plan, price or way another."""
    every = (*order.lines, *order.once)
    lines = "|".join(f"{line.kind}:{line.quantity}:{line.unit_cents}:{line.net_cents}" for line in every)
    parts = (order.contract, order.plan, order.term, order.way, lines, str(order.tax_rate.normalize()), order.tax_code,
             str(order.charges_from))  # fmt: skip
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def standing_that_counts(of_contract: Iterable[Standing], of_others: Iterable[Standing]) -> Standing | None:
    """What all subscriptions together mean for a contract; None when there is none for it.

    One that is paid counts before any other. A subscription of an earlier contract counts while it goes on: Stripe has one
    at a time for a municipality.
    """
    going_on = (Standing.PAID, Standing.PAST_DUE, Standing.UNPAID)
    found = {*of_contract, *(one for one in of_others if one in going_on)}
    return next((one for one in (*going_on, Standing.BEGINNING, Standing.ENDED) if one in found), None)


def contract_state(standing: Standing | None) -> str:
    """The state of a contract in force that is paid through Stripe; empty where nothing is known that would change it."""
    if standing is None or standing == Standing.BEGINNING:
        return ""
    return "IN_FORCE" if standing == Standing.PAID else "PAST_DUE"


def municipality_state(way: Way, standing: Standing | None, now: str, *, may_lift: bool) -> str:
    """The state a municipality comes into from the state ``now``, with a contract in force; empty: it stays.

    Who pays by electronic invoice is active from the first day: public bodies pay at 30 days. ``may_lift``: somebody just
    agreed or paid, which also ends a suspension.
    """
    before = {"TRIAL", "SUSPENDED"} if may_lift else {"TRIAL"}
    if way == Way.E_INVOICE:
        return "ACTIVE" if now in before else ""
    wanted = {"IN_FORCE": "ACTIVE", "PAST_DUE": "PAST_DUE"}.get(contract_state(standing), "")
    if wanted == "ACTIVE":
        return wanted if now in {*before, "PAST_DUE"} else ""
    return wanted if now == "ACTIVE" else ""


_NOTICE = timedelta(hours=50)  # a page of payment takes no subscription that begins to charge within 48


def first_renewal(today: date, now: datetime) -> datetime:
    """When a subscription that is paid on ``today`` charges a month for the first time.

    At the beginning of the next month, when the jobs of the night have told Stripe who left; on the third where that is
    too near.
    """
    first = datetime.combine(month_after(today), time(6), UTC)
    return first if first - now >= _NOTICE else first + timedelta(days=2)


@dataclass(frozen=True)
class Amount:
    """Cents without tax and cents of tax."""

    net_cents: int = 0
    tax_cents: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.net_cents + other.net_cents, self.tax_cents + other.tax_cents)

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(self.net_cents - other.net_cents, self.tax_cents - other.tax_cents)


def month_charged(
    invoice: Mapping[str, Any], schema_name: str, monthly: Collection[str], zone: ZoneInfo
) -> date | None:
    """The month that an invoice of Stripe is for; None: it charges no month of this municipality.

    ``monthly`` are its contracts that are paid month by month: a year in advance is no month's. Invoices that people write
    at Stripe by hand name no municipality and count for nothing.
    """
    own = invoice.get("metadata") or {}
    if own.get("schema_name") == schema_name and own.get("month"):
        return date.fromisoformat(f"{own['month']}-01")
    of_subscription = _metadata_of_subscription(invoice)
    if of_subscription.get("schema_name") != schema_name or of_subscription.get("contract") not in monthly:
        return None
    return _month_made(invoice, zone)


def charges_a_year(invoice: Mapping[str, Any], schema_name: str, annual: Collection[str]) -> bool:
    """Whether an invoice of Stripe charges a year in advance, or its difference. ``annual`` are the contracts paid by year."""
    own, of_subscription = invoice.get("metadata") or {}, _metadata_of_subscription(invoice)
    if own.get("schema_name") == schema_name and own.get("about") in annual:
        return True
    return of_subscription.get("schema_name") == schema_name and of_subscription.get("contract") in annual


def month_of_latest_page(invoices: Iterable[Mapping[str, Any]], schema_name: str, zone: ZoneInfo) -> date | None:
    """The month in which the latest page of payment of a municipality was paid, with all that was to pay until then."""
    paid = [
        _month_made(one, zone)
        for one in invoices
        if one["billing_reason"] == "subscription_create"
        and _metadata_of_subscription(one).get("schema_name") == schema_name
    ]
    return max(paid, default=None)


def _metadata_of_subscription(invoice: Mapping[str, Any]) -> Mapping[str, str]:
    found: Mapping[str, str] = ((invoice.get("parent") or {}).get("subscription_details") or {}).get("metadata") or {}
    return found


def _month_made(invoice: Mapping[str, Any], zone: ZoneInfo) -> date:
    return first_of_month(datetime.fromtimestamp(invoice["created"], UTC).astimezone(zone).date())


def amount_of(invoice: Mapping[str, Any]) -> Amount:
    """What an invoice of Stripe comes to, whether it was paid yet or not; nothing when it was annulled."""
    if invoice["status"] == "void":
        return Amount()
    net = invoice["total_excluding_tax"]
    return Amount(net, invoice["total"] - net)


@dataclass(frozen=True)
class Charged:
    """An invoice of Stripe as finance sees it: cents with tax."""

    invoice: str
    number: str
    made_on: date
    total_cents: int
    given_cents: int
    is_paid: bool

    @property
    def left_cents(self) -> int:
        """What may still be given back."""
        return self.total_cents - self.given_cents if self.is_paid else 0


def charge_told(invoice: Mapping[str, Any]) -> Charged:
    """What Stripe says of an invoice."""
    return Charged(
        invoice=invoice["id"],
        number=invoice.get("number") or invoice["id"],
        made_on=datetime.fromtimestamp(invoice["created"], UTC).date(),
        total_cents=invoice["total"],
        given_cents=invoice.get("post_payment_credit_notes_amount") or 0,
        is_paid=invoice["status"] == "paid",
    )


def given_back(invoice: Mapping[str, Any]) -> int:
    """Cents, with tax, that credit notes took off an invoice of Stripe; 0 of one that was annulled."""
    if invoice["status"] == "void":
        return 0
    return sum(int(invoice.get(f"{when}_payment_credit_notes_amount") or 0) for when in ("pre", "post"))


def less_given(left: Amount, given: int) -> tuple[Amount, int]:
    """What is ``left`` to pay once money was given back, and the cents of ``given`` that were not needed for it.

    Below zero too much was charged, and what of that was given back counts no more for what follows. What was charged
    rightly and given back all the same changes nothing: it is not charged again.
    """
    too_much = -(left.net_cents + left.tax_cents)
    back = min(given, too_much)
    if back <= 0:
        return left, given
    net = part(left.net_cents, too_much - back, too_much)
    return Amount(net, back - too_much - net), given - back


def to_settle(
    owed: Mapping[date, Amount], charged: Mapping[date, Amount], given: Mapping[date, int], until: date
) -> Amount:
    """What is charged for the month ``until``: all that months up to it cost, less what was charged for them.

    Nothing where too much was charged, which then counts for later months, but for what was ``given`` back of it. ``owed``
    has every month that counts.
    """
    left, unused = Amount(), 0
    for month in sorted(month for month in owed if month <= until):
        left = left + owed[month] - charged.get(month, Amount())
        left, unused = less_given(left, unused + given.get(month, 0))
    return left if left.net_cents > 0 and left.tax_cents >= 0 else Amount()


def is_late(status: str, attempts: int, next_attempt: int | None) -> bool:
    """Whether an invoice of Stripe was to be paid and was not: a debit that is on its way is not late."""
    was_refused = attempts > 0 and (next_attempt is not None or attempts > _TRIES)
    return status == "uncollectible" or (status == "open" and was_refused)


_TRIES = 3
