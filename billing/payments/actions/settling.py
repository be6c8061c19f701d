"""What the subscription does not charge by itself: months when they are closed, another plan, the end of a contract.

The subscription charges a month or a year in advance. When a month is closed, what it costs is compared with what Stripe's own
invoices say was charged for it, and the difference is an invoice of its own: so what was charged is what we invoice, to the cent.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from billing.payments import gateway
from billing.payments.actions.contracts import order_of
from billing.payments.models import Customer, Settlement, SubscriptionState
from billing.payments.queries import (
    BY_STRIPE,
    charged_by_month,
    given_by_month,
    is_to_be_paid,
    owed_by_month,
    settled_until,
    subscriptions_going_on,
    years_to_settle,
)
from billing.payments.rules import Amount, month_of_latest_page, to_settle
from billing.plans import rules as plans
from billing.plans.models import Contract
from billing.plans.queries import contract_on
from billing.usage.queries import closed_months
from tenants.audit.actions import record
from tenants.audit.rules import Actor
from tenants.directory.models import Municipality
from tenants.directory.queries import today_of

Words = Callable[[date], str]
PlanWords = Callable[[Contract], dict[str, str]]


def settle_months(*, municipality: Municipality, words: Words, by: Actor) -> int:
    """Charges what closed months cost beyond what was charged for them, once each; gives how many. As app_staff.

    ``words`` are those on the invoice. A contract that is still to be paid on the page is left until it is. Months before
    that are settled with the month of the payment, which has charged them all. Raises UnableToPay.
    """
    schema = municipality.schema_name
    customer, after = Customer.objects.filter(schema_name=schema).first(), settled_until(schema)
    if customer is None or not any(f"{one.month:%Y-%m}" > after for one in closed_months(schema)):
        return 0
    if is_to_be_paid(contract_on(schema, today_of(municipality))):
        return 0
    owed = owed_by_month(municipality)
    waiting = [month for month in sorted(owed) if f"{month:%Y-%m}" > after]
    invoices = gateway.invoices_of(customer.stripe_id) if waiting else []
    begun = month_of_latest_page(invoices, schema, ZoneInfo(municipality.time_zone))
    months = [month for month in waiting if begun and month >= begun]
    for month in months:
        about = f"{month:%Y-%m}"
        others = [one for one in invoices if (one["metadata"] or {}).get("about") != about]
        charged_before, given = charged_by_month(others, municipality), given_by_month(others, municipality)
        amount = to_settle(owed, charged_before, given, month)
        with transaction.atomic():
            charged = _charge(
                municipality, customer, about, amount, month, words(month), by=by, reason="the month is closed"
            )
        invoices = [*charged, *others]
    return len(months)


def _charge(
    town: Municipality,
    customer: Customer,
    about: str,
    amount: Amount,
    month: date,
    text: str,
    *,
    by: Actor,
    reason: str,
) -> list[gateway.Obj]:
    """Charges once; gives the invoice, where there is anything to charge."""
    schema, made = town.schema_name, []
    try:
        with transaction.atomic():  # first: whoever charges the same at the same time waits here
            Settlement.objects.create(
                schema_name=schema, about=about, net_cents=amount.net_cents, tax_cents=amount.tax_cents
            )
    except IntegrityError:
        return []
    if amount.net_cents:
        made = [_invoice(town, customer, about, amount, month, text)]
    record(
        by=by, verb="settle", subject=about, reason=reason,
        details={
            "net_cents": amount.net_cents, "tax_cents": amount.tax_cents, "invoice": made[0]["id"] if made else "",
        },
    )  # fmt: skip
    return made


def _invoice(town: Municipality, customer: Customer, about: str, amount: Amount, month: date, text: str) -> gateway.Obj:
    """The invoice at Stripe: the one that there is already, when an answer of Stripe's was lost before."""
    mark, tax = f"{town.schema_name}:{about}", plans.tax_of(town.ine_code, month)
    for one in gateway.invoices_of(customer.stripe_id):
        if (one["metadata"] or {}).get("about") == about and one["status"] != "void":
            return gateway.finish_invoice(one, amount, tax, text, mark=mark)
    metadata = {"schema_name": town.schema_name, "about": about}
    if about == f"{month:%Y-%m}":
        metadata["month"] = about
    paid_with = [one["default_payment_method"] for one in gateway.subscriptions_of(customer.stripe_id)]
    method = next((one for one in paid_with if one), None)
    return gateway.make_invoice(customer.stripe_id, amount, tax, text, metadata=metadata, mark=mark, method=method)


def follow_contracts(*, municipality: Municipality, names: PlanWords, by: Actor) -> int:
    """Has subscriptions charge what was agreed for the day of their next charge, or end; gives how many changed.

    As app_staff. Raises UnableToPay.
    """
    schema, today, changed = municipality.schema_name, today_of(municipality), 0
    for one in subscriptions_going_on(schema):
        before = Contract.objects.filter(schema_name=schema, uuid=one.contract).first()
        following = contract_on(schema, max(one.period_end.date(), today) if one.period_end else today)
        if before and following and following.uuid == before.uuid:
            continue
        changed += 1
        goes_on = before and following and following.way in BY_STRIPE and following.term == before.term
        if before and following and goes_on:
            _change(municipality, one, following, names(following), by)
        else:
            _end(municipality, one, by)
    return changed


def _end(town: Municipality, one: SubscriptionState, by: Actor) -> None:
    gateway.end_with_period(one.stripe_id)
    with transaction.atomic():
        record(
            by=by, verb="end_subscription", subject=town.name, reason="its contract was left or changed",
            details={"subscription": one.stripe_id, "contract": one.contract},
        )  # fmt: skip


def _change(town: Municipality, one: SubscriptionState, following: Contract, names: dict[str, str], by: Actor) -> None:
    """Another plan. Months show the difference when they are closed; a year that has begun is charged at once, less what was paid.

    The subscription then charges from the end of that year on.
    """
    begins, on, today = None, following.starts_on, today_of(town)
    if following.term == plans.ANNUAL and on <= today:
        customer = Customer.objects.get(schema_name=town.schema_name)
        amount = years_to_settle(gateway.invoices_of(customer.stripe_id), town, on)
        was_charged = Settlement.objects.filter(schema_name=town.schema_name, about=str(following.uuid)).exists()
        if (
            was_charged or amount.net_cents > 0
        ):  # charged before and Stripe did not answer what follows: it is told again
            with transaction.atomic():
                _charge(
                    town,
                    customer,
                    str(following.uuid),
                    amount,
                    on,
                    names["difference"],
                    by=by,
                    reason="the plan was changed",
                )
            begins = int(datetime.combine(plans.end_of_year(on, today), time(6), UTC).timestamp())
    gateway.change_subscription(one.stripe_id, order_of(following, town), names, charges_from=begins)
    with transaction.atomic():
        record(
            by=by, verb="change_subscription", subject=town.name, reason="the plan was changed",
            details={"subscription": one.stripe_id, "from": one.contract, "to": str(following.uuid)},
        )  # fmt: skip
