"""What is checked before a month is invoiced, without a database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billing.closing.rules import Agreement, NotInvoiced, UnusableMonth, check_sums, check_terms, key_of, month_named
from billing.plans.rules import MONTHLY, Tax, quote, terms_of

ON = date(2026, 9, 1)
TERMS = terms_of("attended", 17_000, ON)
SAID = Agreement("attended", 17_000, Decimal(0))


def test_a_month_is_written_in_one_way():
    assert month_named("2026-10") == date(2026, 10, 1)
    assert key_of("t_000001", date(2026, 10, 1)) == "t_000001/2026-10"


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "202610", "1999-01", "9999-12", "2026-10-01"])
def test_anything_else_is_no_month(text):
    with pytest.raises(UnusableMonth, match="is not a month: write it like 2026-10"):
        month_named(text)


def test_the_plans_own_prices_are_right_also_when_the_town_grew_within_its_band():
    check_terms(TERMS, SAID, 17_000)
    check_terms(TERMS, SAID, 19_999)


@pytest.mark.parametrize("inhabitants", [9_000, 20_001])
def test_a_town_of_another_band_is_refused(inhabitants):
    with pytest.raises(NotInvoiced, match="which is another price"):
        check_terms(TERMS, SAID, inhabitants)


def test_an_invoice_that_differs_from_its_quote_by_a_cent_is_refused():
    from fixtures.invoices import invoice_data

    from billing.invoices.rules import Line

    quoted = quote(TERMS, MONTHLY, Tax("IVA", Decimal(21)), ON)
    data = invoice_data(lines=(Line("x", Decimal(1), quoted.net_cents),))
    check_sums(data, quoted)
    for wrong in (
        replace(quoted, net_cents=quoted.net_cents + 1),
        replace(quoted, tax_cents=quoted.tax_cents - 1),
        replace(quoted, total_cents=quoted.total_cents + 1),
    ):
        with pytest.raises(NotInvoiced, match="nothing is issued"):
            check_sums(data, wrong)
