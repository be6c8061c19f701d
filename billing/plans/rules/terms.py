"""What was agreed with a municipality: copied from the plan of that day, and the same for ever. Knows nothing of Django."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from billing.plans.definitions import Block, Book, book
from billing.plans.rules.days import end_day


@dataclass(frozen=True)
class Terms:
    """The prices of one contract. A discount in percent holds until, but without, ``discount_ends_before``."""

    plan: str
    population: int
    agreed_on: date
    band_up_to: int | None
    month_cents: int
    included_calls: int
    further_call_cents: int
    annual_discount_percent: Decimal
    overflow_block: Block | None = None
    campaign_block: Block | None = None
    discount_percent: Decimal = Decimal(0)
    discount_ends_before: date | None = None

    def has_discount_on(self, day: date) -> bool:
        """Whether the discount holds on a day."""
        return self.discount_percent > 0 and (self.discount_ends_before is None or day < self.discount_ends_before)

    def to_json(self) -> dict[str, Any]:
        """The form kept with the contract."""
        kept = asdict(self)
        for name in ("agreed_on", "discount_ends_before"):
            kept[name] = kept[name] and kept[name].isoformat()
        for name in ("annual_discount_percent", "discount_percent"):
            kept[name] = str(kept[name])
        return kept

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """The terms that ``to_json`` gave."""
        told = dict(kept)
        for name in ("agreed_on", "discount_ends_before"):
            told[name] = date.fromisoformat(told[name]) if told[name] else None
        for name in ("annual_discount_percent", "discount_percent"):
            told[name] = Decimal(told[name])
        for name in ("overflow_block", "campaign_block"):
            told[name] = Block(**told[name]) if told[name] else None
        return cls(**told)


def terms_of(
    plan: str,
    population: int,
    on: date,
    *,
    discount_percent: Decimal = Decimal(0),
    discount_ends_before: date | None = None,
    of: Book | None = None,
) -> Terms:
    """What a town hall with so many inhabitants would agree on a day. Raises UnknownPrice."""
    prices = (of or book()).prices(plan, on)
    band = prices.band_of(population)
    return Terms(
        plan=plan,
        population=population,
        agreed_on=on,
        band_up_to=band.up_to,
        month_cents=band.month_cents,
        included_calls=band.included_calls,
        further_call_cents=prices.further_call_cents,
        annual_discount_percent=prices.annual_discount_percent,
        overflow_block=prices.overflow_block,
        campaign_block=prices.campaign_block,
        discount_percent=discount_percent,
        discount_ends_before=discount_ends_before,
    )


def is_upgrade(old: Terms, new: Terms) -> bool:
    """Whether a change goes to what costs more."""
    return new.month_cents > old.month_cents


def change_day(old: Terms, new: Terms, *, term: str, starts_on: date, today: date) -> date:
    """The day from which a change holds: at once to what costs more, else when the old contract could be left."""
    return max(today, starts_on) if is_upgrade(old, new) else end_day(term, starts_on, today)
