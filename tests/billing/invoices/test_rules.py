"""What invoices add up to, and what is refused, as tables of examples."""

from datetime import date
from decimal import Decimal

import pytest
from fixtures.invoices import BUYER, SELLER, invoice_data

from billing.invoices.contents import as_json, from_json
from billing.invoices.rules import (
    Line,
    Method,
    Rectifies,
    Tax,
    UnusableInvoice,
    check,
    euros,
    full_number,
    series_of,
    taken_back,
)


@pytest.mark.parametrize(
    ("quantity", "unit", "discount", "gross", "net"),
    [
        ("1", 123_456, "0", 123_456, 123_456),
        ("3", 333, "0", 999, 999),
        ("0.5", 1, "0", 1, 1),
        ("1.005", 100, "0", 101, 101),
        ("1", 1_000, "12.5", 1_000, 875),
        ("7", 35, "10", 245, 221),  # 220.5
        ("-7", 35, "10", -245, -221),
        ("0", 500, "0", 0, 0),
        ("1", 999, "100", 999, 0),
    ],
)
def test_a_line_is_rounded_once(quantity, unit, discount, gross, net):
    line = Line("x", Decimal(quantity), unit, Decimal(discount))
    assert (line.gross_cents, line.net_cents, line.discount_cents) == (gross, net, gross - net)


@pytest.mark.parametrize(
    ("units", "rate", "net", "tax", "total"),
    [
        ([123_456, 1_155], "21", 124_611, 26_168, 150_779),
        ([7, 7, 7], "21", 21, 4, 25),  # line by line it would be 3 x 1
        ([5, 5], "21", 10, 2, 12),
        ([50], "7", 50, 4, 54),  # 3.5
        ([10_000], "7", 10_000, 700, 10_700),
        ([10_000], "0", 10_000, 0, 10_000),
    ],
)
def test_the_tax_is_on_the_sum(units, rate, net, tax, total):
    data = invoice_data(lines=tuple(Line("x", Decimal(1), one) for one in units), tax=Tax("IVA", Decimal(rate)))
    totals = data.totals
    assert (totals.net_cents, totals.tax_cents, totals.total_cents) == (net, tax, total)


def test_what_is_taken_back_leaves_nothing():
    data = invoice_data(lines=(Line("x", Decimal(7), 35, Decimal(10)), Line("y", Decimal("0.5"), 1)))
    back = invoice_data(lines=taken_back(data.lines))
    assert data.totals.total_cents + back.totals.total_cents == 0
    assert data.totals.tax_cents + back.totals.tax_cents == 0


@pytest.mark.parametrize(
    ("cents", "text"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123_456, "1234.56"), (-100, "-1.00")]
)
def test_amounts_as_xml_writes_them(cents, text):
    assert euros(cents) == text


def test_numbers_are_written_with_their_series_and_year():
    assert full_number(series_of("SCT", date(2026, 1, 1), is_rectifying=False), 123) == "SCT-2026/000123"
    assert full_number(series_of("SCT", date(2027, 1, 1), is_rectifying=True), 1) == "SCT-R-2027/000001"


def changed(one, **changes):
    from dataclasses import replace

    return replace(one, **changes)


RECTIFIES = Rectifies(
    "SCT-2026", 1, date(2026, 11, 2), date(2026, 10, 1), date(2026, 10, 31), "10", "Error", Method.DIFFERENCES
)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"buyer": changed(BUYER, tax_id="P0803300J")}, "The tax number “P0803300J” of the buyer is none"),
        ({"seller": changed(SELLER, tax_id="B12345675")}, "The tax number “B12345675” of the seller is none"),
        ({"seller": changed(SELLER, iban="ES0700120345030000067891")}, "is no IBAN"),
        ({"buyer": changed(BUYER, ut="")}, "“” is no office of DIR3: all three are needed"),
        ({"buyer": changed(BUYER, og="L0108033")}, "“L0108033” is no office of DIR3"),
        ({"buyer": changed(BUYER, name=" ")}, "The buyer has no name."),
        ({"buyer": changed(BUYER, address=changed(BUYER.address, postal_code="8140"))}, "does not have five digits"),
        ({"buyer": changed(BUYER, address=changed(BUYER.address, town=""))}, "The address of the buyer is not whole"),
        ({"lines": ()}, "The invoice has no lines."),
        ({"tax": Tax("IPSI", Decimal(1))}, "“IPSI” is no tax of an invoice"),
        ({"period_to": date(2026, 9, 30)}, "The period ends on 2026-09-30, before it begins on 2026-10-01."),
        ({"due_on": date(2026, 11, 1)}, "The invoice is due on 2026-11-01, before it is issued on 2026-11-02."),
        ({"file_reference": "X" * 21}, "has 21 characters, and an e-invoice takes 20."),
        ({"lines": (Line("x", Decimal(-1), 5),)}, "Only a rectifying invoice may take money back."),
        ({"rectifies": changed(RECTIFIES, reason_code="17")}, "“17” is no reason to rectify"),
        ({"rectifies": changed(RECTIFIES, issued_on=date(2026, 11, 3))}, "cannot be older"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_sentence(changes, sentence):
    with pytest.raises(UnusableInvoice) as refused:
        check(invoice_data(**changes))
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("reason", "type_code"), [("80", "R1"), ("83", "R1"), ("16", "R1"), ("85", "R2"), ("07", "R4"), ("10", "R4")]
)
def test_the_tax_agencys_kind_follows_from_the_reason(reason, type_code):
    assert invoice_data().type_code == "F1"
    assert invoice_data(rectifies=changed(RECTIFIES, reason_code=reason)).type_code == type_code


@pytest.mark.parametrize(
    "data",
    [
        invoice_data(),
        invoice_data(rectifies=RECTIFIES, lines=(Line("x", Decimal("-1.50"), 35, Decimal("12.5")),)),
    ],
)
def test_what_is_kept_is_read_back_the_same(data):
    import json

    assert from_json(json.loads(json.dumps(as_json(data)))) == data


def test_every_sentence_is_listed_for_translation(settings):
    import inspect
    import re

    from billing.invoices import actions, certificates, delivery, facturae, rules, signing
    from shell.sentences import template_of

    for module in (rules, facturae, signing, certificates, delivery, actions):
        source = inspect.getsource(module)
        for found in re.finditer(
            r'raise (?:UnusableInvoice|UnableToSign|UnableToDeliver)\(\s*((?:f?"[^"]*"\s*)+)', source
        ):
            text = "".join(re.findall(r'"([^"]*)"', found.group(1)))
            said = re.sub(r"\{[^}]*\}", "something", text)
            assert template_of(said) or "is no XML" in said, said
