"""The invoice of a closed month or of a year in advance, written in the municipality's language before anybody issues it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.closing.rules import as_lines
from billing.invoices.rules import PAID_WITHIN, Address, Buyer, InvoiceData, Means, Seller, Tax
from billing.plans.models import Contract
from billing.plans.rules import Line, Quote
from billing.plans.words import line as in_plans_words


def buyer_of(contract: Contract) -> Buyer:
    """To whom a contract is invoiced."""
    where = Address(contract.address, contract.postal_code, contract.town, contract.province)
    return Buyer(contract.legal_name, contract.tax_id, where, contract.oc, contract.og, contract.ut)


def draft(
    *,
    period_from: date,
    ends_before: date,
    contract: Contract,
    quote: Quote,
    late: Sequence[tuple[date, Line]],
    seller: Seller,
    issued_on: date,
    language: str,
) -> InvoiceData:
    """The whole invoice but its number. ``late`` are the corrections of earlier months in the quote, in its order."""
    with translation.override(language):
        lines = as_lines(quote.lines, _descriptions(quote.lines, [when for when, _line in late]))
    return InvoiceData(
        seller=seller,
        buyer=buyer_of(contract),
        lines=lines,
        tax=Tax(quote.tax.code, quote.tax.rate),
        period_from=period_from,
        period_to=ends_before - timedelta(days=1),
        issued_on=issued_on,
        due_on=issued_on + PAID_WITHIN,
        means=Means.TRANSFER,
        language=language,
        file_reference=contract.file_reference,
    )


def _descriptions(lines: Sequence[Line], months: Sequence[date]) -> Iterator[str]:
    earlier = iter(months)
    for one in lines:
        if one.kind == "correction":
            yield _("Calls of %(month)s, corrected") % {"month": date_format(next(earlier), "F Y").lower()}
        else:  # how many and at what price has columns of its own
            yield in_plans_words(replace(one, quantity=1))
