"""Agreeing, changing and leaving. Inside the municipality, as its own role; prices come from the plan, never from a form."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from billing.plans.definitions import UnknownPrice
from billing.plans.models import Contract
from billing.plans.queries import contract_without_end, contracts_that_end, free_from, proposal_of, town_halls
from billing.plans.rules import (
    ANNUAL,
    MONTHLY,
    Terms,
    UnknownTax,
    UnusableCode,
    change_day,
    dir3_code,
    end_day,
    tax_number,
    tax_of,
    terms_of,
)
from tenants.audit.actions import record
from tenants.audit.rules import Actor
from tenants.isolation.context import connection

State, Way = Contract.State, Contract.Way


class UnableToAgree(Exception):
    """Nothing was agreed or changed; one sentence says why."""


@dataclass(frozen=True)
class Buyer:
    """To whom a contract is invoiced; the codes of FACe are needed for an electronic invoice only."""

    legal_name: str
    tax_id: str
    address: str
    postal_code: str
    town: str
    province: str
    invoice_email: str
    oc: str = ""
    og: str = ""
    ut: str = ""
    file_reference: str = ""


def propose_contract(
    *,
    plan: str,
    term: str,
    way: str,
    buyer: Buyer,
    starts_on: date,
    today: date,
    by: Actor,
    reason: str,
    discount_percent: Decimal = Decimal(0),
    discount_ends_before: date | None = None,
) -> Contract:
    """Writes down what would be agreed, at the prices of today; an earlier proposal is withdrawn.

    Raises UnableToAgree with one sentence.
    """
    town = connection.tenant
    if contract_without_end(town.schema_name):
        raise UnableToAgree("There is a contract in force: change its plan, or leave it first.")
    if starts_on < free_from(town.schema_name, today):
        raise UnableToAgree("A contract begins today or later, and after the one that was left.")
    if term not in (MONTHLY, ANNUAL) or way not in Way.values:
        raise UnableToAgree("A contract is paid monthly or yearly, by card, direct debit or electronic invoice.")
    terms = _terms(plan, today, discount_percent, discount_ends_before)
    with transaction.atomic():
        earlier = proposal_of(town.schema_name)
        if earlier:
            _withdraw(earlier, by, reason)
        proposed = Contract.objects.create(
            schema_name=town.schema_name,
            plan=plan,
            term=term,
            way=way,
            population=town.population,
            discount_percent=discount_percent,
            starts_on=starts_on,
            terms=terms.to_json(),
            **asdict(_checked(buyer, way)),
        )
        _record("propose_contract", proposed, by, reason)
    return proposed


def _terms(plan: str, on: date, discount_percent: Decimal, discount_ends_before: date | None) -> Terms:
    town = connection.tenant
    if not 0 <= discount_percent <= 100:
        raise UnableToAgree("A discount is from 0 to 100 percent.")
    try:
        tax_of(town.ine_code, on)
        return terms_of(
            plan, town.population, on, discount_percent=discount_percent, discount_ends_before=discount_ends_before
        )
    except (UnknownPrice, UnknownTax) as error:
        raise UnableToAgree(str(error)) from error


def _checked(buyer: Buyer, way: str) -> Buyer:
    """The buyer with codes in their plain form."""
    if way == Way.E_INVOICE and not (buyer.oc and buyer.og and buyer.ut):
        raise UnableToAgree("An electronic invoice needs the three DIR3 codes of FACe: OC, OG and UT.")
    try:
        codes = {name: dir3_code(code, town_halls()) for name in ("oc", "og", "ut") if (code := getattr(buyer, name))}
        return Buyer(**{**asdict(buyer), **codes, "tax_id": tax_number(buyer.tax_id)})
    except UnusableCode as error:
        raise UnableToAgree(str(error)) from error


def withdraw_contract(*, by: Actor, reason: str) -> None:
    """Takes the proposal back, where there is one."""
    with transaction.atomic():
        proposed = proposal_of(connection.tenant.schema_name)
        if proposed:
            _withdraw(proposed, by, reason)


def _withdraw(proposed: Contract, by: Actor, reason: str) -> None:
    proposed.state, proposed.ends_on = State.ENDED, proposed.starts_on
    proposed.save(update_fields=["state", "ends_on"])
    _record("withdraw_contract", proposed, by, reason)


def accept_contract(*, contract: Contract, today: date, by: Actor, reason: str) -> Contract:
    """Puts a proposal in force, not before today. Accepted twice, it is accepted once. Raises UnableToAgree."""
    try:
        with transaction.atomic():
            kept = Contract.objects.select_for_update().get(pk=contract.pk)
            if kept.state in (State.IN_FORCE, State.PAST_DUE):
                return kept
            if kept.state != State.PROPOSED:
                raise UnableToAgree("This proposal was withdrawn: choose a plan again.")
            kept.state, kept.starts_on = State.IN_FORCE, max(kept.starts_on, free_from(kept.schema_name, today))
            kept.save(update_fields=["state", "starts_on"])
            _record("accept_contract", kept, by, reason)
            for path in settings.CONTRACT_ACCEPTED:
                import_string(path)(contract=kept)
    except IntegrityError as error:
        raise UnableToAgree("There is a contract in force: change its plan, or leave it first.") from error
    return kept


def change_plan(*, contract: Contract, plan: str, today: date, by: Actor, reason: str) -> Contract:
    """Ends a contract and begins another one, of ``plan``, at the prices of today: gives the new one.

    What costs more holds from today, what costs less when the old one could be left. The discount agreed goes along.
    Raises UnableToAgree with one sentence.
    """
    with transaction.atomic():
        old = _still_open(contract)
        if old.plan == plan:
            raise UnableToAgree("The contract is of this plan already.")
        agreed = old.agreed
        terms = _terms(plan, today, agreed.discount_percent, agreed.discount_ends_before)
        on = change_day(agreed, terms, term=old.term, starts_on=old.starts_on, today=today)
        state, old.ends_on = old.state, on
        if on <= today:
            old.state = State.ENDED
        old.save(update_fields=["ends_on", "state"])
        copied = {name: getattr(old, name) for name in (*asdict(_buyer(old)), "term", "way", "discount_percent")}
        new = Contract.objects.create(
            schema_name=old.schema_name,
            plan=plan,
            population=terms.population,
            starts_on=on,
            state=state,
            terms=terms.to_json(),
            **copied,
        )
        _record("change_plan", new, by, reason)
    return new


def _buyer(contract: Contract) -> Buyer:
    return Buyer(**{name: getattr(contract, name) for name in Buyer.__dataclass_fields__})


def leave_contract(*, contract: Contract, today: date, by: Actor, reason: str) -> Contract:
    """Says when a contract ends: with its month, or with its year. Nothing is deleted. Raises UnableToAgree."""
    with transaction.atomic():
        left = _still_open(contract)
        left.ends_on = end_day(left.term, left.starts_on, today)
        if left.ends_on <= today:
            left.state = State.ENDED
        left.save(update_fields=["ends_on", "state"])
        _record("leave_contract", left, by, reason)
    return left


def _still_open(contract: Contract) -> Contract:
    kept = Contract.objects.select_for_update().get(pk=contract.pk)
    if kept.state not in (State.IN_FORCE, State.PAST_DUE) or kept.ends_on:
        raise UnableToAgree("This contract was left or changed already.")
    return kept


def end_contracts(*, today: date, by: Actor, reason: str) -> int:
    """Marks the contracts of the active municipality whose end has come; gives how many."""
    with transaction.atomic():
        over = contracts_that_end(connection.tenant.schema_name, today)
        for contract in over:
            contract.state = State.ENDED
            contract.save(update_fields=["state"])
            _record("end_contract", contract, by, reason)
    return len(over)


def _record(verb: str, contract: Contract, by: Actor, reason: str) -> None:
    details = {
        "contract": str(contract.uuid),
        "plan": contract.plan,
        "term": contract.term,
        "way": contract.way,
        "month_cents": contract.terms["month_cents"],
        "starts_on": contract.starts_on.isoformat(),
        "ends_on": contract.ends_on.isoformat() if contract.ends_on else None,
    }
    record(by=by, verb=verb, subject=contract.plan, reason=reason, details=details)
