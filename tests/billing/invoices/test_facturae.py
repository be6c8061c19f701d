"""The XML is what the official schema takes, the signature vouches for it, and nothing is fetched to know that."""

import hashlib
import socket
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from fixtures.invoices import BUYER, invoice_data
from lxml import etree

from billing.invoices import signing
from billing.invoices.facturae import facturae, parsed, validate
from billing.invoices.rules import Line, Means, Method, Rectifies, Tax, UnusableInvoice, taken_back
from billing.invoices.signing import UnableToSign, WrongSignature, from_pem, from_pkcs12, sign, verify

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def signer():
    pem = signing.test_certificate("Prova", NOW)
    return from_pem(pem, pem)


def said(root, *names):
    return [[one.text for one in root.iter(name)] for name in names]


def test_it_says_what_the_invoice_says():
    root = facturae(invoice_data())
    assert said(root, "CentreCode", "RoleTypeCode") == [["L01080333"] * 3, ["01", "02", "03"]]
    assert said(root, "InvoiceNumber", "InvoiceSeriesCode", "InvoiceClass") == [["000001"], ["SCT-2026"], ["OO"]]
    assert said(root, "FileReference")[0] == ["EXP 2026/123"] * 3
    assert said(root, "ReceiverContractReference")[0] == ["CM-2026-77"] * 3
    assert said(root, "TaxTypeCode", "TaxRate") == [["01"] * 3, ["21.00"] * 3]
    assert said(root, "TotalGrossAmount", "TotalTaxOutputs", "InvoiceTotal") == [["1246.11"], ["261.68"], ["1507.79"]]
    assert said(root, "PaymentMeans", "InstallmentDueDate", "IBAN") == [
        ["04"], ["2026-12-02"], ["ES0700120345030000067890"],
    ]  # fmt: skip


def test_it_is_written_the_same_for_ever():
    """`manage check_invoices` compares what was signed with this; a change here needs a version beside it."""
    written = etree.tostring(facturae(invoice_data()), method="c14n")
    assert hashlib.sha256(written).hexdigest() == GOLDEN


GOLDEN = "dee2169b9793b17827b07caed6d8f08522cb552e9a6c8fdd4bbf00050442fb55"


@pytest.mark.parametrize("means", [Means.DIRECT_DEBIT, Means.CARD])
def test_an_account_is_told_only_where_one_transfers(means):
    root = facturae(invoice_data(means=means))
    assert said(root, "IBAN", "PaymentMeans") == [[], [{"DIRECT_DEBIT": "02", "CARD": "19"}[means]]]


def test_the_canary_islands_have_igic_and_a_province_longer_than_its_place():
    buyer = changed(BUYER, address=changed(BUYER.address, province="Santa Cruz de Tenerife"))
    root = facturae(invoice_data(tax=Tax("IGIC", Decimal(7)), buyer=buyer))
    assert said(root, "TaxTypeCode", "TaxRate")[0][0] == "03"
    assert said(root, "TotalTaxOutputs")[0] == ["87.23"]


def changed(one, **changes):
    from dataclasses import replace

    return replace(one, **changes)


@pytest.mark.parametrize("method", list(Method))
def test_a_rectifying_invoice_names_the_other_with_reason_and_method(method):
    lines = taken_back(invoice_data().lines)
    corrected = Rectifies("SCT-2026", 1, date(2026, 11, 2), date(2026, 10, 1), date(2026, 10, 31), "10", "Preu", method)
    root = facturae(
        invoice_data(lines=lines, series="SCT-R-2026", number=7, rectifies=corrected, issued_on=date(2026, 11, 5))
    )
    corrective = root.find(".//Corrective")
    assert [one.text for one in corrective][:4] == ["000001", "SCT-2026", "10", "Detalle Operación"]
    assert corrective.findtext("CorrectionMethod") == {"REPLACES": "01", "DIFFERENCES": "02"}[method]
    assert said(root, "InvoiceClass", "InvoiceTotal") == [["OR"], ["-1507.79"]]


def test_discounts_and_parts_are_written_so_that_they_add_up():
    root = facturae(invoice_data(lines=(Line("x", Decimal("2.5"), 333, Decimal("12.5")),)))
    assert said(root, "TotalCost", "DiscountAmount", "GrossAmount") == [["8.33"], ["1.05"], ["7.28"]]


def test_it_is_valid_unsigned_and_signed(signer):
    root = facturae(invoice_data())
    validate(root)
    xml = sign(root, signer, NOW)
    validate(parsed(xml))
    assert b"politica_de_firma_formato_facturae_v3_1" in xml
    root = parsed(xml)
    assert root.findtext(".//{*}SigningCertificate//{*}X509IssuerName") == "CN=Prova"
    assert root.findtext(".//{*}X509SerialNumber") == str(signer.certificates[0].serial_number)
    assert root.findtext(".//{*}ClaimedRole") == "emisor"
    assert verify(xml, signer.fingerprint) == signer.certificates[0]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"1507.79", b"1507.78"),
        (b"EXP 2026/123", b"EXP 2026/124"),
        (b">emisor<", b">receptor<"),
        (b"Ohixl6upD6av8N7pEvDABhEL6hM=", b"Ohixl6upD6av8N7pEvDABhEL6hN="),
    ],
)
def test_what_is_changed_afterwards_is_not_vouched_for(signer, before, after):
    xml = sign(facturae(invoice_data()), signer, NOW)
    assert before in xml
    with pytest.raises(WrongSignature, match=r"does not fit what the invoice says"):
        verify(xml.replace(before, after))


def test_an_invoice_signed_by_somebody_else_is_not_ours(signer):
    pem = signing.test_certificate("Un altre", NOW)
    xml = sign(facturae(invoice_data()), from_pem(pem, pem), NOW)
    with pytest.raises(WrongSignature, match="another certificate"):
        verify(xml, signer.fingerprint)


def test_a_signature_of_a_part_does_not_vouch_for_the_whole(signer):
    signed = parsed(sign(facturae(invoice_data()), signer, NOW))
    wrapped = etree.Element("Everything")
    wrapped.append(signed)
    with pytest.raises(WrongSignature):
        verify(etree.tostring(wrapped))


def test_without_a_signature_nothing_is_vouched_for():
    with pytest.raises(WrongSignature, match="is not signed"):
        verify(etree.tostring(facturae(invoice_data())))


@pytest.mark.parametrize(("later", "sentence"), [(4_000, "expired on 2036-10-30"), (-4, "not valid before 2026-11-01")])
def test_a_certificate_out_of_its_time_is_told_in_one_sentence(signer, later, sentence):
    with pytest.raises(UnableToSign, match=sentence):
        sign(facturae(invoice_data()), signer, NOW + timedelta(days=later))


def test_a_certificate_of_another_key_is_told_in_one_sentence(signer):
    one, other = (signing.test_certificate(name, NOW) for name in ("Un", "Dos"))
    with pytest.raises(UnableToSign, match="belongs to another key"):
        from_pem(one, other)
    with pytest.raises(UnableToSign, match="cannot be read"):
        from_pem(b"no certificate", other)


def test_a_pkcs12_file_opens_with_its_password_and_no_other(signer):
    made = pkcs12.serialize_key_and_certificates(
        b"x", signer.key, signer.certificates[0], None, BestAvailableEncryption(b"secret")
    )
    assert from_pkcs12(made, b"secret").fingerprint == signer.fingerprint
    with pytest.raises(UnableToSign, match="cannot be opened"):
        from_pkcs12(made, b"wrong")


def test_no_network_and_no_entity_is_touched(signer, monkeypatch, tmp_path):
    def refuse(*_arguments):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    secret = tmp_path / "secret"
    secret.write_text("very secret")
    from billing.invoices import facturae as module

    module._schema.cache_clear()
    validate(parsed(sign(facturae(invoice_data()), signer, NOW)))
    evil = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]><x>&e;</x>'
    assert "very secret" not in etree.tostring(parsed(evil.encode())).decode()
    with pytest.raises(UnusableInvoice, match="is no XML"):
        parsed(b"<a>")
