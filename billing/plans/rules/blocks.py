"""Blocks of calls that a municipality orders for one month. Knows nothing of Django."""

from datetime import date

from billing.plans.rules.amounts import CAMPAIGN_BLOCK, OVERFLOW_BLOCK, Bought
from billing.plans.rules.asking import UnableToAgree
from billing.plans.rules.days import first_of_month
from billing.plans.rules.terms import Terms
from kit.periods import month_after

MONTHS_AHEAD = 6


def months_for_blocks(today: date) -> list[date]:
    """The months that a block may be ordered for, by their first day: this one and those after it."""
    found = [first_of_month(today)]
    while len(found) < MONTHS_AHEAD:
        found.append(month_after(found[-1]))
    return found


def block_for(terms: Terms, kind: str, month: date, today: date) -> Bought:
    """A block at the price that was agreed. Raises UnableToAgree."""
    block = {OVERFLOW_BLOCK: terms.overflow_block, CAMPAIGN_BLOCK: terms.campaign_block}.get(kind)
    if block is None:
        raise UnableToAgree("This plan has no such block of calls.")
    if month not in months_for_blocks(today):
        raise UnableToAgree("A block is ordered for this month or one of the five after it.")
    return Bought(kind, block.calls, block.cents)
