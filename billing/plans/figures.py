"""What the page of prices shows of each plan: whole months and years, with tax, and whether it is a minor contract."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from billing.plans.definitions import PLANS, book
from billing.plans.rules import (
    ANNUAL,
    MONTHLY,
    Quote,
    Tax,
    Terms,
    fits_minor_contract,
    quote,
    terms_of,
)


@dataclass(frozen=True)
class Year:
    """Twelve months of a plan, paid in one way."""

    term: str
    net_cents: int
    tax_cents: int
    total_cents: int
    fits_minor: bool


@dataclass(frozen=True)
class Offer:
    """A plan for a town hall of some size."""

    terms: Terms
    month: Quote
    years: tuple[Year, ...]

    @property
    def plan(self) -> str:
        """Its code."""
        return self.terms.plan

    @property
    def fits_minor(self) -> bool:
        """Whether some way to pay a year stays below the ceiling."""
        return any(year.fits_minor for year in self.years)

    @property
    def always_fits_minor(self) -> bool:
        """Whether every way does."""
        return all(year.fits_minor for year in self.years)


def offer(terms: Terms, tax: Tax, on: date) -> Offer:
    """What these terms cost."""
    month, ahead = quote(terms, MONTHLY, tax, on), quote(terms, ANNUAL, tax, on)
    months = Year(
        MONTHLY,
        12 * month.net_cents,
        12 * month.tax_cents,
        12 * month.total_cents,
        fits_minor_contract(12 * month.net_cents, on),
    )
    year = Year(ANNUAL, ahead.net_cents, ahead.tax_cents, ahead.total_cents, fits_minor_contract(ahead.net_cents, on))
    return Offer(terms, month, (months, year))


def offers(population: int, tax: Tax, on: date) -> list[Offer]:
    """Every plan for a town hall with so many inhabitants."""
    return [offer(terms_of(plan, population, on), tax, on) for plan in PLANS]


@dataclass(frozen=True)
class BandRow:
    """One line of the table of all prices: up to how many inhabitants, and the terms of each plan."""

    up_to: int | None
    over: int
    terms: tuple[Terms, ...]
    is_ours: bool


def band_rows(on: date, population: int | None) -> Iterator[BandRow]:
    """The table of all prices, the band of ``population`` marked."""
    over = 0
    for band in book().prices(PLANS[0], on).bands:
        terms = tuple(terms_of(plan, band.up_to or over + 1, on) for plan in PLANS)
        is_ours = population is not None and over < population and (band.up_to is None or population <= band.up_to)
        yield BandRow(band.up_to, over, terms, is_ours)
        over = band.up_to or over
