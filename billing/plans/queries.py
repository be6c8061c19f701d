"""Questions about places, prices and contracts."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from django.db.models import Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from billing.plans.models import Block, Contract, Wish
from billing.plans.rules import Bought, Part, Year, months_for_blocks, years_begun
from kit.periods import month_after
from tenants.directory.reference import ReferenceMunicipality, municipalities
from tenants.directory.rules import search_key

MOST_FOUND = 12
_ANSWERED_WITHIN = timedelta(minutes=1)  # the request that asks takes less
_OF_ONE_TOWN, _AT_ONCE = 20, 500
HELD = (Contract.State.IN_FORCE, Contract.State.PAST_DUE, Contract.State.ENDED)
_IN_FORCE = (Contract.State.IN_FORCE, Contract.State.PAST_DUE)


@dataclass(frozen=True)
class Found:
    """Municipalities of the reference list whose name was asked for; ``others`` match as well and are not among them."""

    places: list[ReferenceMunicipality]
    others: int


@cache
def _by_key() -> list[tuple[str, ReferenceMunicipality]]:
    return [(search_key(one.name), one) for one in municipalities().values()]


def places_named(text: str) -> Found:
    """Municipalities with every word of ``text`` in their name, without accents: the same name first, then larger ones.

    A name that is the same in one of its languages is the only one found, unless others share it.
    """
    key = search_key(text)
    words = key.split()
    if not words:
        return Found([], 0)
    found = [(name, one) for name, one in _by_key() if all(word in name for word in words)]
    same = [one for _name, one in found if key in {search_key(part) for part in one.name.split("/")}]
    places = same or [one for _name, one in sorted(found, key=lambda pair: _order(key, *pair))]
    return Found(places[:MOST_FOUND], max(len(places) - MOST_FOUND, 0))


def _order(key: str, name: str, one: ReferenceMunicipality) -> tuple[bool, int]:
    return not name.startswith(key), -one.population


def town_halls() -> frozenset[str]:
    """The DIR3 codes of all town halls."""
    return frozenset(one.dir3 for one in municipalities().values())


def proposal_of(schema: str) -> Contract | None:
    """The contract that was proposed and nobody accepted yet."""
    return Contract.objects.filter(schema_name=schema, state=Contract.State.PROPOSED).first()


def contract_on(schema: str, day: date) -> Contract | None:
    """The contract in force that holds on a day, today or later."""
    return _holding(schema).filter(Q(ends_on=None) | Q(ends_on__gt=day), starts_on__lte=day).last()


def contract_after(schema: str, day: date) -> Contract | None:
    """The contract that is agreed and begins after a day."""
    return _holding(schema).filter(Q(ends_on=None) | Q(ends_on__gt=day), starts_on__gt=day).first()


def contract_without_end(schema: str) -> Contract | None:
    """The contract, begun or not, that nobody has left."""
    return _holding(schema).filter(ends_on=None).first()


def free_from(schema: str, today: date) -> date:
    """The first day from which a new contract may hold: today, or when the one that was left has ended."""
    ends = _holding(schema).filter(ends_on__gt=today).values_list("ends_on", flat=True)
    return max([today, *(one for one in ends if one)])


def _holding(schema: str) -> QuerySet[Contract]:
    return Contract.objects.filter(schema_name=schema, state__in=_IN_FORCE)


def contracts_that_end(schema: str, today: date) -> list[Contract]:
    """Contracts in force whose end has come."""
    return list(_holding(schema).filter(ends_on__lte=today))


def parts_between(schema: str, first: date, past: date) -> list[Part]:
    """What held in a stretch of days, in order, cut to it: what an invoice of a month is made of."""
    held = Contract.objects.filter(Q(ends_on=None) | Q(ends_on__gt=first), schema_name=schema, state__in=HELD)
    parts = [
        Part(one.agreed, one.term, max(one.starts_on, first), min(one.ends_on or past, past))
        for one in held.filter(starts_on__lt=past)
    ]
    return [one for one in parts if one.starts_on < one.ends_before]


def years_between(schema: str, first: date, past: date) -> list[tuple[Year, Contract]]:
    """The years paid in advance that begin in a stretch of days, each with its contract."""
    held = list(Contract.objects.filter(schema_name=schema, state__in=HELD))
    parts = [one.part for one in held]
    return [(year, held[parts.index(year.of)]) for year in years_begun(parts, first, past)]


def contract_in(schema: str, month: date) -> Contract | None:
    """The last contract in force that holds on some day of a month from its first on."""
    held = _holding(schema).filter(Q(ends_on=None) | Q(ends_on__gt=month), starts_on__lt=month_after(month))
    return held.last()


def contracts_for_blocks(schema: str, today: date) -> dict[date, Contract]:
    """The months that a block may be ordered for, each with the contract at whose price."""
    found = ((month, contract_in(schema, month)) for month in months_for_blocks(today))
    return {month: one for month, one in found if one and (one.agreed.overflow_block or one.agreed.campaign_block)}


def blocks_of(schema: str, month: date) -> list[Bought]:
    """The blocks of calls that count in a month."""
    return [one.bought for one in blocks_from(schema, month) if one.starts_on == month]


def blocks_from(schema: str, month: date) -> list[Block]:
    """The blocks that count in a month and in those after it: while the contract they were ordered under holds."""
    held = {one.uuid: one for one in Contract.objects.filter(schema_name=schema, state__in=HELD)}
    found = Block.objects.filter(schema_name=schema, starts_on__gte=month, contract__in=list(held))
    return [one for one in found if _counts(one, held[one.contract])]


def _counts(block: Block, contract: Contract) -> bool:
    """Whether its contract holds on some day of the block's."""
    past = min(contract.ends_on or block.ends_before, block.ends_before)
    return max(contract.starts_on, block.starts_on) < past


def wishes_waiting() -> list[int]:
    """What municipalities asked and no request is answering any more: the oldest of each first, and of none very many."""
    before = timezone.now() - _ANSWERED_WITHIN
    waiting = Wish.objects.filter(answered_at=None, asked_at__lt=before)
    numbered = waiting.annotate(
        place=Window(RowNumber(), partition_by="schema_name", order_by=["asked_at", "pk"])
    ).filter(place__lte=_OF_ONE_TOWN)
    return list(numbered.order_by("place", "asked_at").values_list("pk", flat=True)[:_AT_ONCE])
