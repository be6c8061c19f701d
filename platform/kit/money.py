"""Money: whole cents of a euro, and how people write them. Knows nothing of Django.

An amount is an integer number of cents; only rates and percentages are decimals. What does not come out even is rounded
half up, away from zero, once, at the line of an invoice or of an offer: here and nowhere else.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

NBSP = "\u00a0"
MINUS = "\u2212"  # as wide as a figure, and no line breaks after it


def half_up(cents: Decimal) -> int:
    """A number of cents as whole cents: half a cent and more counts as one, also below zero."""
    return int(cents.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def part(cents: int, of: int, whole: int) -> int:
    """``of`` parts in ``whole`` of an amount, as 12 of a month's 30 days."""
    return half_up(Decimal(cents) * of / whole)


def percent(cents: int, rate: Decimal) -> int:
    """``rate`` percent of an amount."""
    return half_up(Decimal(cents) * rate / 100)


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """A total handed out by weight, so that the shares add up to it to the cent.

    Each share is its exact one cut to the cent; the cents left go to those cut most, the first of them first. Raises
    ValueError when no weight is above zero, for then nobody is there to take it, and when one is below.
    """
    of = sum(weights)
    if of <= 0 or min(weights) < 0:
        raise ValueError("An amount is shared out by weights of zero or more, one of them above zero.")
    sign, amount = (-1, -total) if total < 0 else (1, total)
    found = [amount * weight // of for weight in weights]
    cut = sorted(range(len(weights)), key=lambda place: -(amount * weights[place] % of))
    for place in cut[: amount - sum(found)]:
        found[place] += 1
    return [sign * share for share in found]


def euros(cents: int, language: str) -> str:
    """``123456`` gives ``1.234,56 €`` in Spanish and Catalan, ``€1,234.56`` in English."""
    whole, fraction = divmod(abs(cents), 100)
    sign = MINUS if cents < 0 else ""
    if language.startswith("en"):
        return f"{sign}€{whole:,}.{fraction:02}"
    return f"{sign}{f'{whole:,}'.replace(',', '.')},{fraction:02}{NBSP}€"


def whole_euros(cents: int, language: str) -> str:
    """``12300`` gives ``123 €``; an amount with cents keeps them, because they are owed."""
    written = euros(cents, language)
    return written.replace(".00", "") if language.startswith("en") else written.replace(",00", "")
