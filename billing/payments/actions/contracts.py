"""What a contract and its payment mean for each other: an order made of what was agreed, and states that follow the money."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from billing.payments import gateway
from billing.payments.actions.paying import PageOfPayment, report_usage, start_checkout
from billing.payments.queries import BY_STRIPE, name_of, standing_for, subscriptions_to_end, use_to_tell
from billing.payments.rules import (
    Buyer,
    Order,
    Standing,
    Term,
    UnableToPay,
    Way,
    contract_state,
    municipality_state,
)
from billing.plans import rules as plans
from billing.plans.definitions import ATTENDED
from billing.plans.models import Contract
from billing.plans.queries import contract_on, today_of
from tenants.audit.actions import record
from tenants.audit.rules import Actor, ActorKind
from tenants.directory.models import Municipality
from tenants.isolation.context import connection
from tenants.isolation.jobs import defer_after_commit
from tenants.opening.actions.lifecycle import change_state

_BY = Actor(ActorKind.JOB, "Stripe", "payments")
SERVICE = "service"


def order_of(contract: Contract, town: Municipality) -> Order:
    """What a contract costs each month or year, as Stripe charges it. Raises UnableToPay.

    Discounts are in the price: Stripe takes no line below zero. Calls that a plan does not include are counted by the meter.
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
    counts_calls = contract.plan == ATTENDED and terms.further_call_cents
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
        call_cents=terms.further_call_cents if counts_calls else None,
    )


def pay_contract(
    *, municipality: Municipality, names: Mapping[str, str], return_url: str, by: Actor, reason: str
) -> PageOfPayment:
    """The page where the contract in force is paid. As the municipality. Raises UnableToPay."""
    contract = contract_on(municipality.schema_name, today_of(municipality))
    if contract is None:
        raise UnableToPay(_("There is no contract in force: nothing is to be paid."))
    return start_checkout(
        municipality=municipality, order=order_of(contract, municipality), names=names, return_url=return_url, by=by,
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


def tell_use(*, municipality: Municipality, by: Actor) -> int:
    """Tells Stripe the further calls of closed months, once each; gives how many months. As the municipality.

    Raises UnableToPay.
    """
    months = 0
    while waiting := use_to_tell(municipality):
        for month, calls in waiting:
            report_usage(
                schema_name=municipality.schema_name, month=month, calls=calls, by=by, reason="the month is closed"
            )  # fmt: skip
            months += 1
    return months


def end_subscriptions(*, municipality: Municipality, by: Actor) -> int:
    """Ends, with what is paid already, subscriptions of contracts that were left or changed; gives how many. As the municipality.

    Raises UnableToPay.
    """
    schema = municipality.schema_name
    over = subscriptions_to_end(schema, contract_on(schema, today_of(municipality)))
    for one in over:
        gateway.end_with_period(one.stripe_id)
        with transaction.atomic():
            record(
                by=by, verb="end_subscription", subject=municipality.name, reason="its contract was left or changed",
                details={"subscription": one.stripe_id, "contract": one.contract},
            )  # fmt: skip
    return len(over)
