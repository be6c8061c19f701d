"""What Adtende's side makes of what a municipality asks: contracts, at the prices of the plan. As app_staff (CONSOLE)."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from billing.plans.definitions import PLANS, UnknownPrice
from billing.plans.models import LONGEST_REFUSAL, Block, Contract, Wish
from billing.plans.queries import (
    contract_in,
    contracts_that_end,
    free_from,
    proposal_of,
    town_halls,
    wishes_waiting,
)
from billing.plans.rules import (
    IN_FORCE,
    Buyer,
    Proposal,
    Terms,
    UnableToAgree,
    UnknownTax,
    block_for,
    change_day,
    checked,
    end_day,
    tax_of,
    terms_of,
)
from kit.periods import month_after
from tenants.audit.actions import record
from tenants.audit.rules import Actor, ActorKind
from tenants.directory.models import Municipality
from tenants.directory.queries import today_of
from tenants.isolation.context import CONSOLE, inside

log = structlog.get_logger("sct.billing")
State, Kind = Contract.State, Wish.Kind
_BY = Actor(ActorKind.JOB, "SCT", "answer_wishes")  # who asked is in the municipality's own record
_ASKED = "asked by the municipality"
CANNOT_BE_READ = "What was asked cannot be read: nothing was agreed or changed."
_FAILED = "Something unexpected went wrong: nothing was agreed or changed. We were told; ask again later."


def priced(
    plan: str,
    town: Municipality,
    on: date,
    discount_percent: Decimal = Decimal(0),
    discount_ends_before: date | None = None,
) -> Terms:
    """The prices of a plan for a municipality on a day. Raises UnableToAgree."""
    if not 0 <= discount_percent <= 100:
        raise UnableToAgree("A discount is from 0 to 100 percent.")
    try:
        tax_of(town.ine_code, on)
        return terms_of(
            plan, town.population, on, discount_percent=discount_percent, discount_ends_before=discount_ends_before
        )
    except (UnknownPrice, UnknownTax) as error:
        raise UnableToAgree(str(error)) from error


def answer(*, wish: int, today: date | None = None) -> UUID | None:
    """Does what was asked, once however often it is called; gives the contract it led to.

    From any side but in no transaction: it enters CONSOLE. ``today`` is the municipality's own day, now where it is not given.
    Raises UnableToAgree with the sentence that is kept with the wish.
    """
    with inside(CONSOLE):
        with transaction.atomic():
            asked = Wish.objects.select_for_update().get(pk=wish)
            town = Municipality.objects.get(schema_name=asked.schema_name)
            if asked.answered_at is None and asked.contract is None:
                _answer(asked, town, today)
        if asked.refused:
            raise UnableToAgree(asked.refused)
        is_told = asked.answered_at is not None
        accepted = Contract.objects.get(uuid=asked.contract) if asked.contract and not is_told else None
    if accepted:
        _tell(accepted, town, asked)
    return asked.contract


def _tell(accepted: Contract, town: Municipality, asked: Wish) -> None:
    """Tells who hears of an accepted contract, and only then calls the wish answered: until then a job tells them again."""
    try:
        if town.is_open:
            with inside(town), transaction.atomic():  # who hears of it writes in the municipality's own tables
                for path in settings.CONTRACT_ACCEPTED:
                    import_string(path)(contract=accepted)
    except Exception:
        log.exception("an accepted contract was not told of", schema=asked.schema_name, wish=asked.pk)
        return
    with inside(CONSOLE):
        Wish.objects.filter(pk=asked.pk, answered_at=None).update(answered_at=timezone.now())


def _answer(asked: Wish, town: Municipality, today: date | None) -> None:
    """What was accepted is answered when everybody was told of it."""
    on = today or today_of(town)
    try:
        with transaction.atomic():
            contract = _ANSWERS[asked.kind](town, asked.content, on)
            asked.contract = contract.uuid if contract else None
    except UnableToAgree as error:
        asked.refused = _shortened(str(error))
    except IntegrityError:  # another contract or proposal was there a moment before
        asked.refused = _OTHER_PROPOSAL if asked.kind == Kind.PROPOSE else IN_FORCE
    except (KeyError, TypeError, ValueError, DataError):
        asked.refused = CANNOT_BE_READ
    except Exception:  # kept as refused too: tried again and again it would fail again and again
        log.exception("what a municipality asked could not be answered", schema=asked.schema_name, wish=asked.pk)
        asked.refused = _FAILED
    if asked.refused or asked.kind != Kind.ACCEPT:
        asked.answered_at = timezone.now()
    asked.save(update_fields=["contract", "refused", "answered_at"])


def _shortened(sentence: str) -> str:
    """A sentence may quote what was asked, which has any length."""
    return sentence if len(sentence) <= LONGEST_REFUSAL else f"{sentence[: LONGEST_REFUSAL - 1]}…"


_OTHER_PROPOSAL = "Somebody else proposed a contract at the same moment: look at that proposal first."


def answer_waiting() -> int:
    """Answers what was asked and not answered, as a process was killed; gives how many. One that fails stops no other."""
    done = 0
    with inside(CONSOLE):
        waiting = wishes_waiting()
    for wish in waiting:
        try:
            answer(wish=wish)
            done += 1
        except UnableToAgree:
            done += 1
        except Exception:
            log.exception("a municipality was not answered", wish=wish)
    return done


def offer_contract(
    *,
    town: Municipality,
    asked: Proposal,
    today: date,
    by: Actor,
    reason: str,
    discount_percent: Decimal = Decimal(0),
    discount_ends_before: date | None = None,
) -> Contract:
    """Writes a proposal down at the prices of today; an earlier one is withdrawn. Only Adtende gives discounts.

    Raises UnableToAgree with one sentence.
    """
    terms = priced(asked.plan, town, today, discount_percent, discount_ends_before)
    with transaction.atomic():
        earlier = proposal_of(town.schema_name)
        if earlier:
            _withdraw(earlier, by, reason)
        proposed = Contract.objects.create(
            schema_name=town.schema_name,
            plan=asked.plan,
            term=asked.term,
            way=asked.way,
            population=town.population,
            discount_percent=discount_percent,
            starts_on=asked.starts_on,
            terms=terms.to_json(),
            **asdict(asked.buyer),
        )
        _record("propose_contract", proposed, by, reason)
    return proposed


def _propose(town: Municipality, content: dict[str, Any], today: date) -> Contract:
    schema = town.schema_name
    if Contract.objects.filter(schema_name=schema, state__in=(State.IN_FORCE, State.PAST_DUE), ends_on=None).exists():
        raise UnableToAgree(IN_FORCE)
    asked = checked(Proposal.from_json(content), free_from(schema, today), town_halls())
    return offer_contract(town=town, asked=asked, today=today, by=_BY, reason=_ASKED)


def _withdrawn(town: Municipality, content: dict[str, Any], today: date) -> Contract | None:
    kept = _locked(town, content)
    if kept.state == State.PROPOSED:
        _withdraw(kept, _BY, _ASKED)
    return kept


def _withdraw(proposed: Contract, by: Actor, reason: str) -> None:
    proposed.state, proposed.ends_on = State.ENDED, proposed.starts_on
    proposed.save(update_fields=["state", "ends_on"])
    _record("withdraw_contract", proposed, by, reason)


def _accept(town: Municipality, content: dict[str, Any], today: date) -> Contract:
    kept = _locked(town, content)
    if kept.state != State.PROPOSED:
        raise UnableToAgree("This proposal was withdrawn: choose a plan again.")
    kept.state, kept.starts_on = State.IN_FORCE, max(kept.starts_on, free_from(kept.schema_name, today))
    kept.save(update_fields=["state", "starts_on"])
    _record("accept_contract", kept, _BY, _ASKED)
    return kept


def _change(town: Municipality, content: dict[str, Any], today: date) -> Contract:
    old, plan = _still_open(town, content), str(content["plan"])
    if old.plan == plan or plan not in PLANS:
        raise UnableToAgree("The contract is of this plan already.")
    agreed = old.agreed
    terms = priced(plan, town, today, agreed.discount_percent, agreed.discount_ends_before)
    on = change_day(agreed, terms, term=old.term, starts_on=old.starts_on, today=today)
    state, old.ends_on = old.state, on
    if on <= today:
        old.state = State.ENDED
    old.save(update_fields=["ends_on", "state"])
    copied = {name: getattr(old, name) for name in (*Buyer.__dataclass_fields__, "term", "way", "discount_percent")}
    new = Contract.objects.create(
        schema_name=old.schema_name,
        plan=plan,
        population=terms.population,
        starts_on=on,
        state=state,
        terms=terms.to_json(),
        **copied,
    )
    _record("change_plan", new, _BY, _ASKED)
    return new


def _leave(town: Municipality, content: dict[str, Any], today: date) -> Contract:
    left = _still_open(town, content)
    left.ends_on = end_day(left.term, left.starts_on, today)
    if left.ends_on <= today:
        left.state = State.ENDED
    left.save(update_fields=["ends_on", "state"])
    _record("leave_contract", left, _BY, _ASKED)
    return left


def _block(town: Municipality, content: dict[str, Any], today: date) -> Contract:
    contract, month = _locked(town, content), date.fromisoformat(str(content["month"]))
    held = contract_in(town.schema_name, month)
    if held is None or held.pk != contract.pk:
        raise UnableToAgree("No contract in force holds in that month.")
    bought = block_for(contract.agreed, str(content["kind"]), month, today)
    Block.objects.create(
        schema_name=town.schema_name,
        contract=contract.uuid,
        kind=bought.kind,
        starts_on=month,
        ends_before=month_after(month),
        calls=bought.calls,
        cents=bought.cents,
    )
    details = {"schema": town.schema_name, "contract": str(contract.uuid), "month": f"{month:%Y-%m}", **asdict(bought)}
    record(by=_BY, verb="order_block", subject=f"{month:%Y-%m}", reason=_ASKED, details=details)
    return contract


_ANSWERS: dict[str, Callable[[Municipality, dict[str, Any], date], Contract | None]] = {
    Kind.PROPOSE: _propose,
    Kind.WITHDRAW: _withdrawn,
    Kind.ACCEPT: _accept,
    Kind.CHANGE: _change,
    Kind.LEAVE: _leave,
    Kind.BLOCK: _block,
}


def _locked(town: Municipality, content: dict[str, Any]) -> Contract:
    """The contract that was named, unless it is another municipality's."""
    number = UUID(str(content["contract"]))
    kept = Contract.objects.select_for_update().filter(schema_name=town.schema_name, uuid=number).first()
    if kept is None:
        raise UnableToAgree(CANNOT_BE_READ)
    return kept


def _still_open(town: Municipality, content: dict[str, Any]) -> Contract:
    kept = _locked(town, content)
    if kept.state not in (State.IN_FORCE, State.PAST_DUE) or kept.ends_on:
        raise UnableToAgree("This contract was left or changed already.")
    return kept


def end_contracts(*, town: Municipality, today: date, by: Actor, reason: str) -> int:
    """Marks the contracts of a municipality whose end has come; gives how many."""
    with transaction.atomic():
        over = contracts_that_end(town.schema_name, today)
        for contract in over:
            contract.state = State.ENDED
            contract.save(update_fields=["state"])
            _record("end_contract", contract, by, reason)
    return len(over)


def _record(verb: str, contract: Contract, by: Actor, reason: str) -> None:
    details = {
        "schema": contract.schema_name,
        "contract": str(contract.uuid),
        "plan": contract.plan,
        "term": contract.term,
        "way": contract.way,
        "month_cents": contract.terms["month_cents"],
        "starts_on": contract.starts_on.isoformat(),
        "ends_on": contract.ends_on.isoformat() if contract.ends_on else None,
    }
    record(by=by, verb=verb, subject=contract.plan, reason=reason, details=details)
