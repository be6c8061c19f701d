"""What a municipality says about its contract: inside it, as its own role, which can write no price.

What it says is a row that is never changed by it, with a line in its record; Adtende's side answers at once, in the same
request. Where that did not happen (a process was killed), a job answers within minutes.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from billing.plans.actions.agreeing import CANNOT_BE_READ, answer, priced
from billing.plans.models import Contract, Wish
from billing.plans.queries import contract_in, contract_without_end, free_from, proposal_of, town_halls
from billing.plans.rules import IN_FORCE, Buyer, Proposal, UnableToAgree, block_for, checked
from tenants.audit.actions import record
from tenants.audit.rules import Actor
from tenants.isolation.context import connection

State, Kind = Contract.State, Wish.Kind
_ANOTHER_ORDER = "This order was sent before for another block or month: look at your blocks before you order again."


def propose_contract(
    *, plan: str, term: str, way: str, buyer: Buyer, starts_on: date, today: date, by: Actor, reason: str
) -> Contract:
    """Has written down what would be agreed, at the prices of today; an earlier proposal is withdrawn.

    Raises UnableToAgree with one sentence.
    """
    town = connection.tenant
    if contract_without_end(town.schema_name):
        raise UnableToAgree(IN_FORCE)
    asked = checked(
        Proposal(plan, term, way, starts_on, buyer), free_from(town.schema_name, today), town_halls()
    )  # fmt: skip
    priced(plan, town, today)
    with transaction.atomic():
        details = {"plan": plan, "term": term, "way": way, "starts_on": starts_on.isoformat()}
        wish = _wished(Kind.PROPOSE, asked.to_json())
        record(by=by, verb="propose_contract", subject=plan, reason=reason, details=details)
    return _agreed(wish, today)


def withdraw_contract(*, today: date, by: Actor, reason: str) -> None:
    """Takes the proposal back, where there is one."""
    proposed = proposal_of(connection.tenant.schema_name)
    if proposed is None:
        return
    with transaction.atomic():
        wish = _wished(Kind.WITHDRAW, _about(proposed))
        record(by=by, verb="withdraw_contract", subject=proposed.plan, reason=reason, details=_about(proposed))
    answer(wish=wish, today=today)


def accept_contract(*, contract: Contract, today: date, by: Actor, reason: str) -> Contract:
    """Puts a proposal in force, not before today. Accepted twice, it is accepted once. Raises UnableToAgree."""
    kept = Contract.objects.get(pk=contract.pk)
    if kept.state in (State.IN_FORCE, State.PAST_DUE):
        return kept
    if kept.state != State.PROPOSED:
        raise UnableToAgree("This proposal was withdrawn: choose a plan again.")
    try:
        with transaction.atomic():
            wish = _wished(Kind.ACCEPT, _about(kept), once=f"accept {kept.uuid}")
            record(by=by, verb="accept_contract", subject=kept.plan, reason=reason, details=_told(kept))
    except IntegrityError:  # somebody else was quicker: the answer is the same
        wish = Wish.objects.get(schema_name=kept.schema_name, once=f"accept {kept.uuid}").pk
    return _agreed(wish, today)


def change_plan(*, contract: Contract, plan: str, today: date, by: Actor, reason: str) -> Contract:
    """Ends a contract and begins another one, of ``plan``, at the prices of today: gives the new one.

    What costs more holds from today, what costs less when the old one could be left. The discount agreed goes along.
    Raises UnableToAgree with one sentence.
    """
    kept = _still_open(contract)
    if kept.plan == plan:
        raise UnableToAgree("The contract is of this plan already.")
    priced(plan, connection.tenant, today)
    with transaction.atomic():
        wish = _wished(Kind.CHANGE, {**_about(kept), "plan": plan})
        record(by=by, verb="change_plan", subject=plan, reason=reason, details=_told(kept))
    return _agreed(wish, today)


def leave_contract(*, contract: Contract, today: date, by: Actor, reason: str) -> Contract:
    """Says when a contract ends: with its month, or with its year. Nothing is deleted. Raises UnableToAgree."""
    kept = _still_open(contract)
    with transaction.atomic():
        wish = _wished(Kind.LEAVE, _about(kept))
        record(by=by, verb="leave_contract", subject=kept.plan, reason=reason, details=_told(kept))
    return _agreed(wish, today)


def order_block(*, kind: str, month: date, once: str, today: date, by: Actor, reason: str) -> None:
    """Orders a block of calls for a month, at the price of the contract. ``once``, a UUID: sent twice, it is ordered once.

    Raises UnableToAgree with one sentence.
    """
    try:
        number = UUID(once)
    except ValueError as error:
        raise UnableToAgree(CANNOT_BE_READ) from error
    contract = contract_in(connection.tenant.schema_name, month)
    if contract is None:
        raise UnableToAgree("No contract in force holds in that month.")
    block_for(contract.agreed, kind, month, today)
    asked = {**_about(contract), "kind": kind, "month": month.isoformat()}
    try:
        with transaction.atomic():
            wish = _wished(Kind.BLOCK, asked, once=f"block {number}")
            record(by=by, verb="order_block", subject=f"{month:%Y-%m}", reason=reason, details=asked)
    except IntegrityError:  # the same order again
        before = Wish.objects.get(schema_name=contract.schema_name, once=f"block {number}")
        if before.content != asked:
            raise UnableToAgree(_ANOTHER_ORDER) from None
        wish = before.pk
    answer(wish=wish, today=today)


def _still_open(contract: Contract) -> Contract:
    kept = Contract.objects.get(pk=contract.pk)
    if kept.state not in (State.IN_FORCE, State.PAST_DUE) or kept.ends_on:
        raise UnableToAgree("This contract was left or changed already.")
    return kept


def _about(contract: Contract) -> dict[str, Any]:
    return {"contract": str(contract.uuid)}


def _told(contract: Contract) -> dict[str, Any]:
    names = ("plan", "term", "way")
    return {**_about(contract), **{name: getattr(contract, name) for name in names}, **_price(contract)}


def _price(contract: Contract) -> dict[str, Any]:
    return {"month_cents": contract.terms["month_cents"], "starts_on": contract.starts_on.isoformat()}


def _wished(kind: str, content: dict[str, Any], once: str | None = None) -> int:
    wish = Wish.objects.create(schema_name=connection.tenant.schema_name, kind=kind, content=content, once=once)
    return int(wish.pk)


def _agreed(wish: int, today: date) -> Contract:
    """The contract as it is after the answer, read again as the municipality."""
    found = answer(wish=wish, today=today)
    assert found, "an answer that refuses nothing names its contract"
    return Contract.objects.get(uuid=found)
