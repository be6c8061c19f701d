"""An invoice as Facturae 3.2.2, the XML that public bodies in Spain take. Knows nothing of Django, asks no network."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeAlias

from lxml import etree

from billing.invoices.rules import REASONS, Address, InvoiceData, Line, Means, Method, Rectifies, UnusableInvoice, euros

NAMESPACE = "http://www.facturae.gob.es/formato/Versiones/Facturaev3_2_2.xml"
ROOT = f"{{{NAMESPACE}}}Facturae"
SIGNATURE_NAMESPACE = "http://www.w3.org/2000/09/xmldsig#"
_DATA = Path(__file__).with_name("data")
_TAX_CODES = {"IVA": "01", "IGIC": "03"}
_MEANS = {Means.DIRECT_DEBIT: "02", Means.TRANSFER: "04", Means.CARD: "19"}
_METHODS = {
    Method.REPLACES: ("01", "Rectificación íntegra"),
    Method.DIFFERENCES: ("02", "Rectificación por diferencias"),
}
_OFFICE_ROLES = ("01", "02", "03")  # accounting office, managing body, processing unit

Element: TypeAlias = etree._Element


class _OnlyOwnFiles(etree.Resolver):  # type: ignore[misc]  # lxml has no types
    """Schemas are read from beside this file; whatever else they name is empty."""

    def resolve(self, url: str, public_id: str, context: object) -> object:
        path = _DATA / url.rpartition("/")[2]
        if path.suffix == ".xsd" and path.is_file():
            return self.resolve_filename(str(path), context)
        return self.resolve_empty(context)


@cache
def _schema() -> etree.XMLSchema:
    # The schema of signatures has entities of its own; nothing outside these two files is ever opened.
    parser = etree.XMLParser(no_network=True, load_dtd=False)
    parser.resolvers.add(_OnlyOwnFiles())
    return etree.XMLSchema(etree.parse(str(_DATA / "Facturaev3_2_2.xsd"), parser))


def parsed(xml: bytes) -> Element:
    """The root of somebody's XML, read without entities, DTD or network. Raises UnusableInvoice."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise UnusableInvoice(f"The invoice is no XML: {error}.") from error


def validate(root: Element) -> None:
    """Raises UnusableInvoice with what the official schema says first."""
    schema = _schema()
    if not schema.validate(root):
        first = schema.error_log[0]
        raise UnusableInvoice(f"The invoice is not Facturae 3.2.2: line {first.line}, {first.message}")


def facturae(data: InvoiceData) -> Element:
    """The invoice, not yet signed. Raises UnusableInvoice when the official schema refuses it."""
    root = etree.Element(ROOT, nsmap={"fe": NAMESPACE, "ds": SIGNATURE_NAMESPACE})
    _header(root, data)
    parties = _add(root, "Parties")
    seller, buyer = data.seller, data.buyer
    _party(parties, "SellerParty", seller.name, seller.tax_id, seller.address, ())
    _party(parties, "BuyerParty", buyer.name, buyer.tax_id, buyer.address, buyer.offices)
    invoice = _add(_add(root, "Invoices"), "Invoice")
    _number(invoice, data)
    _issue(invoice, data)
    _tax(invoice, data, data.totals.net_cents, data.totals.tax_cents)
    _totals(invoice, data)
    items = _add(invoice, "Items")
    for line in data.lines:
        _line(items, line, data)
    _payment(invoice, data)
    if data.rectifies:
        about = _add(invoice, "AdditionalData")
        _add(about, "InvoiceAdditionalInformation", data.rectifies.words[:2500])
    validate(root)
    return root


def _add(parent: Element, name: str, text: object = None) -> Element:
    element = etree.SubElement(parent, name)
    if text is not None:
        element.text = str(text)
    return element


def _amount(parent: Element, name: str, cents: int) -> None:
    _add(_add(parent, name), "TotalAmount", euros(cents))


def _header(root: Element, data: InvoiceData) -> None:
    header = _add(root, "FileHeader")
    _add(header, "SchemaVersion", "3.2.2")
    _add(header, "Modality", "I")
    _add(header, "InvoiceIssuerType", "EM")
    batch = _add(header, "Batch")
    _add(batch, "BatchIdentifier", f"{data.seller.tax_id}{data.full_number}")
    _add(batch, "InvoicesCount", 1)
    for name in ("TotalInvoicesAmount", "TotalOutstandingAmount", "TotalExecutableAmount"):
        _amount(batch, name, data.totals.total_cents)
    _add(batch, "InvoiceCurrencyCode", "EUR")


def _party(parties: Element, kind: str, name: str, tax_id: str, where: Address, offices: tuple[str, ...]) -> None:
    party = _add(parties, kind)
    identity = _add(party, "TaxIdentification")
    _add(identity, "PersonTypeCode", "J")
    _add(identity, "ResidenceTypeCode", "R")
    _add(identity, "TaxIdentificationNumber", tax_id)
    if offices:
        centres = _add(party, "AdministrativeCentres")
        for code, role in zip(offices, _OFFICE_ROLES, strict=True):
            centre = _add(centres, "AdministrativeCentre")
            _add(centre, "CentreCode", code)
            _add(centre, "RoleTypeCode", role)
            _address(centre, where)
    entity = _add(party, "LegalEntity")
    _add(entity, "CorporateName", name[:80])
    _address(entity, where)


def _address(parent: Element, where: Address) -> None:
    address = _add(parent, "AddressInSpain")
    _add(address, "Address", where.street[:80])
    _add(address, "PostCode", where.postal_code)
    _add(address, "Town", where.town[:50])
    _add(address, "Province", where.province[:20])  # Santa Cruz de Tenerife is longer than its place
    _add(address, "CountryCode", "ESP")


def _number(invoice: Element, data: InvoiceData) -> None:
    header = _add(invoice, "InvoiceHeader")
    _add(header, "InvoiceNumber", f"{data.number:06d}")
    _add(header, "InvoiceSeriesCode", data.series)
    _add(header, "InvoiceDocumentType", "FC")
    _add(header, "InvoiceClass", "OR" if data.rectifies else "OO")
    if data.rectifies:
        _corrective(header, data.rectifies)


def _corrective(header: Element, corrected: Rectifies) -> None:
    corrective = _add(header, "Corrective")
    _add(corrective, "InvoiceNumber", f"{corrected.number:06d}")
    _add(corrective, "InvoiceSeriesCode", corrected.series)
    _add(corrective, "ReasonCode", corrected.reason_code)
    _add(corrective, "ReasonDescription", REASONS[corrected.reason_code])
    _period(corrective, "TaxPeriod", corrected.period_from, corrected.period_to)
    code, words = _METHODS[corrected.method]
    _add(corrective, "CorrectionMethod", code)
    _add(corrective, "CorrectionMethodDescription", words)
    _add(corrective, "AdditionalReasonDescription", corrected.words[:2500])
    _add(corrective, "InvoiceIssueDate", corrected.issued_on)


def _period(parent: Element, name: str, first: date, last: date) -> None:
    period = _add(parent, name)
    _add(period, "StartDate", first)
    _add(period, "EndDate", last)


def _issue(invoice: Element, data: InvoiceData) -> None:
    issue = _add(invoice, "InvoiceIssueData")
    _add(issue, "IssueDate", data.issued_on)
    _period(issue, "InvoicingPeriod", data.period_from, data.period_to)
    _add(issue, "InvoiceCurrencyCode", "EUR")
    _add(issue, "TaxCurrencyCode", "EUR")
    _add(issue, "LanguageName", data.language)
    _references(issue, ("FileReference", data.file_reference), ("ReceiverContractReference", data.contract_reference))


def _references(parent: Element, *references: tuple[str, str]) -> None:
    for name, text in references:
        if text:
            _add(parent, name, text)


def _tax(parent: Element, data: InvoiceData, base_cents: int, tax_cents: int | None) -> None:
    tax = _add(_add(parent, "TaxesOutputs"), "Tax")
    _add(tax, "TaxTypeCode", _TAX_CODES[data.tax.code])
    _add(tax, "TaxRate", f"{data.tax.rate:.2f}")
    _amount(tax, "TaxableBase", base_cents)
    if tax_cents is not None:
        _amount(tax, "TaxAmount", tax_cents)


def _totals(invoice: Element, data: InvoiceData) -> None:
    said, totals = _add(invoice, "InvoiceTotals"), data.totals
    for name, cents in (
        ("TotalGrossAmount", totals.net_cents),
        ("TotalGrossAmountBeforeTaxes", totals.net_cents),
        ("TotalTaxOutputs", totals.tax_cents),
        ("TotalTaxesWithheld", 0),
        ("InvoiceTotal", totals.total_cents),
        ("TotalOutstandingAmount", totals.total_cents),
        ("TotalExecutableAmount", totals.total_cents),
    ):
        _add(said, name, euros(cents))


def _line(items: Element, line: Line, data: InvoiceData) -> None:
    item = _add(items, "InvoiceLine")
    _references(item, ("ReceiverContractReference", data.contract_reference), ("FileReference", data.file_reference))
    _add(item, "ItemDescription", line.description[:2500])
    _add(item, "Quantity", f"{line.quantity:f}")
    _add(item, "UnitOfMeasure", "01")
    _add(item, "UnitPriceWithoutTax", euros(line.unit_cents))
    _add(item, "TotalCost", euros(line.gross_cents))
    if line.discount_percent:
        discount = _add(_add(item, "DiscountsAndRebates"), "Discount")
        _add(discount, "DiscountReason", "Descuento")
        _add(discount, "DiscountRate", f"{line.discount_percent:.4f}")
        _add(discount, "DiscountAmount", euros(line.discount_cents))
    _add(item, "GrossAmount", euros(line.net_cents))
    _tax(item, data, line.net_cents, None)  # the tax is on the sum: parts rounded one by one would not add up to it


def _payment(invoice: Element, data: InvoiceData) -> None:
    part = _add(_add(invoice, "PaymentDetails"), "Installment")
    _add(part, "InstallmentDueDate", data.due_on)
    _add(part, "InstallmentAmount", euros(data.totals.total_cents))
    _add(part, "PaymentMeans", _MEANS[data.means])
    if data.means == Means.TRANSFER:
        _add(_add(part, "AccountToBeCredited"), "IBAN", data.seller.iban.replace(" ", ""))
