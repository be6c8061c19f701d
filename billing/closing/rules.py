"""What must be right before a month is invoiced: the agreed prices and the sums. Knows nothing of Django."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from billing.invoices.rules import InvoiceData, Line
from billing.plans import definitions
from billing.plans import rules as plans

_FIRST_YEAR, _LAST_YEAR = 2020, 2100


class NotInvoiced(ValueError):
    """Why a month of a municipality is not invoiced, as one sentence."""


class UnusableMonth(ValueError):
    """A text that is no month, as one sentence."""


class State(StrEnum):
    """How far a month of a municipality is."""

    ISSUED = "ISSUED"
    REFUSED = "REFUSED"
    READY = "READY"
    OPEN = "OPEN"  # not closed yet
    OTHER_WAY = "OTHER_WAY"  # paid by card or direct debit
    NOTHING = "NOTHING"


@dataclass(frozen=True)
class Agreement:
    """What a contract's row says beside its terms; a municipality's own role can write all of it."""

    plan: str
    population: int
    discount_percent: Decimal


def month_named(text: str) -> date:
    """The first day of the month written like 2026-10. Raises UnusableMonth."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        found = date.min
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR or len(text) != len("2026-10"):
        raise UnusableMonth(f"“{text}” is not a month: write it like 2026-10.")
    return found


def key_of(schema: str, month: date) -> str:
    """What names the invoice of a month: asked for again, it is the one there is."""
    return f"{schema}/{month:%Y-%m}"


def key_of_year(schema: str, starts_on: date) -> str:
    """What names the invoice of a year in advance."""
    return f"{schema}/year/{starts_on}"


def check_terms(terms: plans.Terms, said: Agreement, inhabitants: int) -> None:
    """Compares agreed prices with those of the plan, for the population that the platform knows. Raises NotInvoiced."""
    if (terms.plan, terms.population) != (said.plan, said.population):
        raise NotInvoiced("The agreed prices are of another plan or population than the contract that they stand in.")
    try:
        of_plan = plans.terms_of(
            terms.plan,
            terms.population,
            terms.agreed_on,
            discount_percent=terms.discount_percent,
            discount_ends_before=terms.discount_ends_before,
        )
        of_town = plans.terms_of(terms.plan, inhabitants, terms.agreed_on)
    except definitions.UnknownPrice as error:
        raise NotInvoiced(str(error)) from error
    if terms != of_plan:
        raise NotInvoiced(
            f"The agreed prices are not those of the plan for {terms.population} inhabitants "
            f"on {terms.agreed_on:%Y-%m-%d}."
        )
    if of_town.band_up_to != of_plan.band_up_to:
        raise NotInvoiced(
            f"The contract is for {terms.population} inhabitants, but the municipality has {inhabitants}, "
            "which is another price."
        )
    if terms.discount_percent != 0 or said.discount_percent != 0:
        raise NotInvoiced("The contract has a discount that nobody of finance has confirmed.")


def check_sums(data: InvoiceData, quote: plans.Quote) -> None:
    """The invoice says the same as the quote, to the cent. Raises NotInvoiced."""
    sums = data.totals
    if (sums.net_cents, sums.tax_cents, sums.total_cents) != (quote.net_cents, quote.tax_cents, quote.total_cents):
        raise NotInvoiced(
            f"The invoice would come to {sums.total_cents} cents and the quote to {quote.total_cents}: nothing is issued."
        )


def as_lines(lines: Iterable[plans.Line], descriptions: Iterable[str]) -> tuple[Line, ...]:
    """The lines of a quote as those of an invoice."""
    return tuple(
        Line(description, Decimal(one.quantity), one.unit_cents)
        for one, description in zip(lines, descriptions, strict=True)
    )
