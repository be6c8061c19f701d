"""The PDF of an invoice: tagged, in the buyer's language, with the numbers of the row, and nothing fetched for it."""

import re
import socket
from datetime import date
from decimal import Decimal

import pytest
from fixtures.invoices import BUYER, invoice_data
from fixtures.pdf import opened, words_of

from billing.invoices.chain import address_of_qr
from billing.invoices.contents import as_json
from billing.invoices.models import Invoice
from billing.invoices.paper import page_of, paper
from billing.invoices.rules import Address, Line, Means, Method, Rectifies, taken_back

RECTIFIES = Rectifies(
    "SCT-2026", 1, date(2026, 11, 2), date(2026, 10, 1), date(2026, 10, 31), "16", "Error", Method.DIFFERENCES
)


def row(**changes):
    data = invoice_data(**changes)
    qr = address_of_qr("https://agencia.example/QR", data.seller.tax_id, data.full_number, data.issued_on, 1)
    return Invoice(content=as_json(data), series=data.series, number=data.number, qr_address=qr)


@pytest.mark.parametrize("language", ["es", "ca"])
def test_it_is_tagged_and_says_its_language(language):
    everything = b"".join(opened(paper(row(language=language))))
    assert re.search(rb"/MarkInfo ?<<\s*/Marked true", everything)
    assert b"/StructTreeRoot" in everything
    assert re.search(rb"/Lang ?\(" + language.encode() + rb"\)", everything)
    assert b'pdfuaid:part="1"' in everything
    for tag in (b"/H1", b"/H2", b"/Table", b"/TH", b"/TD", b"/Figure", b"/Alt"):
        assert tag in everything, tag


def test_it_has_the_number_the_totals_and_whom_to_pay():
    words = words_of(paper(row()))
    for said in ("SCT-2026/000001", "1.246,11 €", "261,68 €", "1.507,79 €", "ES07 0012 0345", "P0803300C", "B12345674"):
        assert said in words
    assert "Ajuntament de Caldes de Montbui" in words
    assert words.count("L01080333") == 3
    assert "2 de novembre de 2026" in words


def test_it_is_drawn_with_no_network(monkeypatch):
    def refuse(*_arguments, **_named):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert paper(row()).startswith(b"%PDF")


@pytest.mark.parametrize("address", ["file:///etc/hostname", "https://example.org/x.png", "http://127.0.0.1:1/x"])
def test_whatever_names_something_outside_is_refused(monkeypatch, address):
    from weasyprint.urls import FatalURLFetchingError

    from billing.invoices import paper as module

    monkeypatch.setattr(
        module, "page_of", lambda _invoice: f'<html lang="es"><title>x</title><img src="{address}" alt="">'
    )
    with pytest.raises(FatalURLFetchingError):
        paper(row())


def test_what_people_wrote_is_text_and_nothing_else():
    evil = '<img src="file:///etc/hostname"><script>1</script>'
    buyer = type(BUYER)("Ajuntament " + evil, BUYER.tax_id, Address(evil, "08140", evil, evil))
    invoice = row(buyer=buyer, lines=(Line(evil, Decimal(1), 100),), file_reference="<b>")
    assert '<img src="file' not in page_of(invoice)
    assert "file:///etc/hostname" in words_of(paper(invoice)).replace("\n", "")


def test_nothing_of_the_machine_is_in_it():
    everything = b"".join(opened(paper(row())))
    assert not re.search(rb"/(home|root|tmp|var|work|usr)/", everything)


def test_a_rectifying_invoice_names_the_other_and_asks_for_no_payment():
    page = page_of(row(lines=taken_back(invoice_data().lines), series="SCT-R-2026", rectifies=RECTIFIES))
    assert "SCT-2026/000001" in page
    assert "Base imponible" in page
    assert "−1.507,79\u00a0€" in page
    assert "ES07" not in page


@pytest.mark.parametrize("means", [Means.CARD, Means.DIRECT_DEBIT])
def test_an_account_stands_there_only_where_one_transfers(means):
    assert "ES07" in page_of(row())
    assert "ES07" not in page_of(row(means=means))


def test_a_long_invoice_repeats_its_headings_and_counts_its_pages():
    many = tuple(Line(f"Concepte {number}", Decimal(1), 100) for number in range(60))
    words = words_of(paper(row(lines=many)))
    assert "1 / 4" in words
    assert "4 / 4" in words
    assert "Concepte 59" in words
