"""Whether all invoices are what was issued: numbers, chain, totals and signatures, told apart row by row. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from billing.invoices.chain import FIELDS, Record, address_of_qr, hash_of
from billing.invoices.contents import from_json
from billing.invoices.facturae import ROOT, SIGNATURE_NAMESPACE, facturae, parsed
from billing.invoices.models import Chain, ChainRecord, Counter, Invoice
from billing.invoices.rules import InvoiceData, UnusableInvoice, euros, full_number
from billing.invoices.signing import WrongSignature, verify


@dataclass(frozen=True)
class Checked:
    """How many invoices are right, up to the first that is not, and what differs there."""

    right: int = 0
    wrong: str = ""  # the invoice's number, or the chain that ends elsewhere
    what: str = ""

    @property
    def is_right(self) -> bool:
        """Whether nothing differs."""
        return not self.wrong


class _Differs(Exception):
    """What differs, and where unless the walk knows."""

    def __init__(self, what: str, where: str = "") -> None:
        super().__init__(what)
        self.what, self.where = what, where


@dataclass
class _Seen:
    """What the walk along one chain expects next."""

    position: int = 0
    hash: str = ""
    numbers: dict[str, int] = field(default_factory=dict)


def checked() -> Checked:
    """Walks every chain from its beginning to the first row that is wrong."""
    right = 0
    ends = {end.issuer_tax_id: end for end in Chain.objects.all()}
    issuers = sorted({*ends, *Invoice.objects.values_list("issuer_tax_id", flat=True).distinct()})
    for issuer in issuers:
        try:
            for _name in _walked(issuer, ends.get(issuer)):
                right += 1
        except _Differs as difference:
            return Checked(right, difference.where, difference.what)
    return Checked(right)


def _walked(issuer: str, end: Chain | None) -> Iterator[str]:
    seen = _Seen()
    records = ChainRecord.objects.filter(issuer_tax_id=issuer).select_related("invoice__standing").order_by("position")
    for record in records.iterator(chunk_size=200):
        name = record.invoice.full_number
        try:
            _check_record(record, seen)
            _check_number(record.invoice, seen)
            _check_invoice(record.invoice)
        except (_Differs, WrongSignature, UnusableInvoice) as difference:
            raise _Differs(str(difference), name) from difference
        yield name
    _check_ends(issuer, end, seen)


def _check_record(record: ChainRecord, seen: _Seen) -> None:
    if record.position != seen.position + 1:
        raise _Differs(f"the chain goes from position {seen.position} to {record.position}.")
    if record.previous != seen.hash:
        raise _Differs("its record does not carry the hash of the one before it.")
    invoice = record.invoice
    expected = Record(
        invoice.issuer_tax_id, invoice.full_number, invoice.issued_on, invoice.type_code, invoice.tax_cents,
        invoice.total_cents, seen.hash, record.made_at,
    )  # fmt: skip
    if record.text != expected.text:
        pairs = zip(FIELDS, _values(record.text), _values(expected.text), strict=False)
        name, chained, kept = next((three for three in pairs if three[1] != three[2]), ("the record", "?", "?"))
        raise _Differs(f"{name} is {chained} in the chain and {kept} in the invoice.")
    if record.hash != hash_of(record.text):
        raise _Differs("the hash of its record is not the hash of what the record says.")
    seen.position, seen.hash = record.position, record.hash


def _values(text: str) -> list[str]:
    return [part.partition("=")[2] for part in text.split("&")]


def _check_number(invoice: Invoice, seen: _Seen) -> None:
    expected = seen.numbers.get(invoice.series, 0) + 1
    if invoice.number != expected:
        raise _Differs(f"number {full_number(invoice.series, expected)} should stand in its place.")
    seen.numbers[invoice.series] = invoice.number


def _check_invoice(invoice: Invoice) -> None:
    try:
        data = from_json(invoice.content)
    except (KeyError, TypeError, ValueError) as error:
        raise _Differs(f"what it says cannot be read: {error}.") from error
    for name, kept, said in _columns(invoice, data):
        if kept != said:
            raise _Differs(f"{name} is {kept} in its row and {said} in what it says.")
    xml = invoice.xml.encode()
    verify(xml, invoice.certificate)
    signed = parsed(xml)
    for signature in signed.findall(f"{{{SIGNATURE_NAMESPACE}}}Signature"):
        signed.remove(signature)
    if signed.tag != ROOT:
        raise _Differs("its XML is no Facturae.")
    # What was issued is written the same for ever: a test holds `facturae` to that.
    for (name, text), (other, again) in zip(_leaves(signed), _leaves(facturae(data)), strict=False):
        if (name, text) != (other, again):
            raise _Differs(f"{name} is {text} in the signed XML and {again} in what it says.")


def _columns(invoice: Invoice, data: InvoiceData) -> Iterator[tuple[str, object, object]]:
    for name in ("series", "number", "issued_on", "due_on", "period_from", "period_to", "type_code"):
        yield name, getattr(invoice, name), getattr(data, name)
    yield "issuer_tax_id", invoice.issuer_tax_id, data.seller.tax_id
    yield "buyer_tax_id", invoice.buyer_tax_id, data.buyer.tax_id
    yield "schema_name", invoice.schema_name, invoice.standing.schema_name
    asked = address_of_qr("", data.seller.tax_id, data.full_number, data.issued_on, data.totals.total_cents)
    yield "qr_address", "?" + invoice.qr_address.partition("?")[2], asked
    yield "buyer_name", invoice.buyer_name, data.buyer.name
    for name in ("net_cents", "tax_cents", "total_cents"):
        yield name.removesuffix("_cents"), euros(getattr(invoice, name)), euros(getattr(data.totals, name))


def _leaves(root: etree._Element) -> list[tuple[str, str]]:
    return [(etree.QName(one).localname, one.text or "") for one in root.iter() if not len(one)]


def _check_ends(issuer: str, end: Chain | None, seen: _Seen) -> None:
    """Whoever takes away the last rows leaves a chain without a gap, so its end and the counters are kept apart."""
    if end is None or (end.length, end.hash) != (seen.position, seen.hash):
        length = end.length if end else 0
        raise _Differs(f"it should be {length} records long and is {seen.position}.", f"The chain of {issuer}")
    loose = Invoice.objects.filter(issuer_tax_id=issuer, chain_record=None).first()
    if loose:
        raise _Differs("it has no record in the chain.", loose.full_number)
    for counter in Counter.objects.filter(issuer_tax_id=issuer).order_by("series"):
        last = seen.numbers.get(counter.series, 0)
        if counter.last != last:
            where = full_number(counter.series, max(counter.last, last))
            raise _Differs(f"the series was counted to {counter.last} and goes to {last}.", where)
