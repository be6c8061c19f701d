"""What a contract costs, when it changes and which codes may stand in it. Knows nothing of Django."""

from billing.plans.rules.amounts import (
    Line,
    Part,
    Quote,
    Tax,
    UnknownTax,
    change_quote,
    correction_line,
    fits_minor_contract,
    included_in,
    minor_contract_cents,
    month_quote,
    month_total,
    quote,
    quote_of_lines,
    tax_of,
)
from billing.plans.rules.asking import IN_FORCE, Buyer, Proposal, UnableToAgree, checked
from billing.plans.rules.codes import UnusableCode, dir3_code, tax_number
from billing.plans.rules.days import ANNUAL, MONTHLY, end_day, end_of_year, first_of_month, month_after, start_of_year
from billing.plans.rules.terms import Terms, change_day, is_upgrade, terms_of
from billing.plans.rules.years import Year, year_quote, years_begun

__all__ = [
    "ANNUAL",
    "IN_FORCE",
    "MONTHLY",
    "Buyer",
    "Line",
    "Part",
    "Proposal",
    "Quote",
    "Tax",
    "Terms",
    "UnableToAgree",
    "UnknownTax",
    "UnusableCode",
    "Year",
    "change_day",
    "change_quote",
    "checked",
    "correction_line",
    "dir3_code",
    "end_day",
    "end_of_year",
    "first_of_month",
    "fits_minor_contract",
    "included_in",
    "is_upgrade",
    "minor_contract_cents",
    "month_after",
    "month_quote",
    "month_total",
    "quote",
    "quote_of_lines",
    "start_of_year",
    "tax_number",
    "tax_of",
    "terms_of",
    "year_quote",
    "years_begun",
]
