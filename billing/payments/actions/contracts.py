"""What a contract and its payment mean for each other: an order made of what was agreed, and states that follow the money."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from billing.payments import gateway
from billing.payments.actions.paying import PageOfPayment, start_checkout
from billing.payments.models import Customer
from billing.payments.queries import BY_STRIPE, charged_by_month, name_of, standing_for
from billing.payments.rules import (
    Buyer,
    Order,
    Standing,
    Term,
    UnableToPay,
    Way,
    contract_state,
    first_renewal,
    municipality_state,
)
from billing.plans import rules as plans
from billing.plans.models import Contract
from billing.plans.queries import contract_on
from kit.periods import month_after
from tenants.audit.actions import record
from tenants.audit.rules import Actor, ActorKind
from tenants.directory.models import Municipality
from tenants.directory.queries import today_of
from tenants.isolation.context import connection
from tenants.isolation.jobs import defer_after_commit
from tenants.opening.actions.lifecycle import change_state

_BY = Actor(ActorKind.JOB, "Stripe", "payments")
SERVICE, DAYS = "service", "days"


def order_of(contract: Contract, town: Municipality, charged_until: date | None = None) -> Order:
    """What a contract costs each month or year, and until it is charged so for the first time. Raises UnableToPay.

    ``charged_until`` is the latest month that was charged already. Discounts are in the price: Stripe takes no line below
    zero. Calls that a plan does not include are charged when their month is closed.
    """
    terms, today = contract.agreed, today_of(town)
    if terms.discount_percent and terms.discount_ends_before:
        raise UnableToPay(
            _("A contract with a discount for some time only is paid by electronic invoice: nothing was charged.")
        )
    try:
        tax = plans.tax_of(town.ine_code, today)
    except plans.UnknownTax as error:
        raise UnableToPay(_("This order cannot be charged. Nothing was charged.")) from error
    quote = plans.quote(terms, contract.term, tax, today)
    is_monthly = contract.term == plans.MONTHLY
    return Order(
        contract=str(contract.uuid),
        plan=contract.plan,
        term=Term(contract.term),
        way=Way(contract.way),
        lines=(plans.Line(SERVICE, 1, quote.net_cents, quote.net_cents, contract.plan),),
        net_cents=quote.net_cents,
        tax_code=tax.code,
        tax_rate=tax.rate,
        buyer=Buyer(
            **{name: getattr(contract, name) for name in Buyer.__dataclass_fields__ if name != "language"},
            language=town.language,
        ),
        once=tuple(_months_begun(contract, tax, today, charged_until)) if is_monthly else (),
        charges_from=int(first_renewal(today, timezone.now()).timestamp()) if is_monthly else None,
    )


def _months_begun(contract: Contract, tax: plans.Tax, today: date, charged_until: date | None) -> Iterator[plans.Line]:
    """The days of each month from the contract's first to the end of this one, as the month's own invoice counts them."""
    day = max(contract.starts_on, month_after(charged_until)) if charged_until else contract.starts_on
    while day <= today:
        past = month_after(day)
        part = replace(contract.part, starts_on=day, ends_before=min(contract.ends_on or past, past))
        cents = plans.month_quote([part], tax, calls=0).net_cents
        yield plans.Line(DAYS, 1, cents, cents, contract.plan)
        day = past


def pay_contract(
    *, municipality: Municipality, names: Mapping[str, str], return_url: str, by: Actor, reason: str
) -> PageOfPayment:
    """The page where the contract in force is paid. As the municipality. Raises UnableToPay."""
    contract = contract_on(municipality.schema_name, today_of(municipality))
    if contract is None:
        raise UnableToPay(_("There is no contract in force: nothing is to be paid."))
    customer = Customer.objects.filter(schema_name=municipality.schema_name).first()
    charged = charged_by_month(gateway.invoices_of(customer.stripe_id) if customer else [], municipality)
    order = order_of(contract, municipality, charged_until=max(charged, default=None))
    return start_checkout(
        municipality=municipality, order=order, names=names, return_url=return_url, by=by,
        reason=reason,
    )  # fmt: skip


def contract_was_accepted(*, contract: Contract) -> None:
    """Hears, inside the municipality, that a contract was accepted; the provisioner sees to the municipality's state."""
    if contract.way == Way.E_INVOICE:
        _have_state_followed(contract.schema_name)


def payment_changed(*, schema_name: str, contract: str, standing: Standing) -> None:
    """Hears, as app_staff, that a subscription changed: the contract in force says whether it is paid.

    All subscriptions are read, not the one that was told of: so order and repetition of events mean nothing.
    """
    town = Municipality.objects.filter(schema_name=schema_name).first()
    if town is None:
        return
    with transaction.atomic():
        found = contract_on(schema_name, today_of(town))
        if found is None:
            return
        held = Contract.objects.select_for_update().get(pk=found.pk)
        wanted = contract_state(standing_for(held)) if held.way in BY_STRIPE else ""
        if wanted and held.state in (Contract.State.IN_FORCE, Contract.State.PAST_DUE) and held.state != wanted:
            told = {"contract": str(held.uuid), "from": held.state, "to": wanted}
            held.state = wanted
            held.save(update_fields=["state"])
            record(
                by=_BY, verb="contract_payment", subject=name_of(schema_name), reason="told by Stripe", details=told
            )  # fmt: skip
        _have_state_followed(schema_name)


def _have_state_followed(schema_name: str) -> None:
    defer_after_commit(app.configure_task("follow_payment", queue="opening"), schema=schema_name)


def follow_payment(*, schema_name: str, may_lift: bool) -> str:
    """Brings a municipality into the state that its contract and payment mean; gives it, empty where it stays. Owner mode."""
    connection.set_schema_to_public()
    town = Municipality.objects.filter(schema_name=schema_name).first()
    contract = contract_on(schema_name, today_of(town)) if town else None
    if town is None or contract is None:
        return ""
    wanted = municipality_state(Way(contract.way), standing_for(contract), town.state, may_lift=may_lift)
    if wanted:
        change_state(schema=schema_name, state=wanted, by=_BY, reason="what was agreed and paid")
    return wanted
