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
from billing.plans.rules.codes import UnusableCode, dir3_code, tax_number
from billing.plans.rules.days import ANNUAL, MONTHLY, end_day, end_of_year, first_of_month, start_of_year
from billing.plans.rules.terms import Terms, change_day, is_upgrade, terms_of

__all__ = [
    "ANNUAL",
    "MONTHLY",
    "Line",
    "Part",
    "Quote",
    "Tax",
    "Terms",
    "UnknownTax",
    "UnusableCode",
    "change_day",
    "change_quote",
    "correction_line",
    "dir3_code",
    "end_day",
    "end_of_year",
    "first_of_month",
    "fits_minor_contract",
    "included_in",
    "is_upgrade",
    "minor_contract_cents",
    "month_quote",
    "month_total",
    "quote",
    "quote_of_lines",
    "start_of_year",
    "tax_number",
    "tax_of",
    "terms_of",
]
