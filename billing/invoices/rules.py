"""What an invoice says and what it adds up to, in whole cents. Knows nothing of Django."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from stdnum import iban
from stdnum.es import nif

from kit.money import half_up, percent

PAID_WITHIN = timedelta(days=30)
LONGEST_REFERENCE = 20  # what Facturae has room for
_DIR3 = re.compile(r"[A-Z]{1,2}[A-Z0-9]{7,8}")
_POSTAL_CODE = re.compile(r"[0-9]{5}")


class UnusableInvoice(ValueError):
    """What is wrong with an invoice, as one sentence."""


class Means(StrEnum):
    """How an invoice is paid."""

    TRANSFER = "TRANSFER"
    DIRECT_DEBIT = "DIRECT_DEBIT"
    CARD = "CARD"


class Method(StrEnum):
    """How a rectifying invoice corrects: it takes the other's place, or says the difference."""

    REPLACES = "REPLACES"
    DIFFERENCES = "DIFFERENCES"


@dataclass(frozen=True)
class Address:
    """Where somebody is, in Spain."""

    street: str
    postal_code: str
    town: str
    province: str


@dataclass(frozen=True)
class Seller:
    """Who issues the invoice, and the account it is paid to."""

    name: str
    tax_id: str
    address: Address
    iban: str


@dataclass(frozen=True)
class Buyer:
    """Who pays, with the three offices of DIR3: accounting (oc), managing (og) and processing (ut)."""

    name: str
    tax_id: str
    address: Address
    oc: str = ""
    og: str = ""
    ut: str = ""

    @property
    def offices(self) -> tuple[str, ...]:
        """The three offices in the order of their roles; none when the buyer named none."""
        return (self.oc, self.og, self.ut) if self.oc or self.og or self.ut else ()


@dataclass(frozen=True)
class Line:
    """So many of something at a price without tax; what it costs is rounded here, once."""

    description: str
    quantity: Decimal
    unit_cents: int
    discount_percent: Decimal = Decimal(0)

    @property
    def gross_cents(self) -> int:
        """Before the discount."""
        return half_up(self.quantity * self.unit_cents)

    @property
    def discount_cents(self) -> int:
        """What the discount takes away."""
        return self.gross_cents - self.net_cents

    @property
    def net_cents(self) -> int:
        """After the discount, rounded half up."""
        return half_up(self.quantity * self.unit_cents * (100 - self.discount_percent) / 100)


@dataclass(frozen=True)
class Tax:
    """The one tax of an invoice: IVA, or IGIC in the Canary Islands, in percent."""

    code: str
    rate: Decimal


@dataclass(frozen=True)
class Totals:
    """What the lines add up to; the tax is taken on their sum."""

    net_cents: int
    tax_cents: int

    @property
    def total_cents(self) -> int:
        """What is to be paid."""
        return self.net_cents + self.tax_cents


@dataclass(frozen=True)
class Rectifies:
    """The invoice that is corrected, why (Facturae's code and the writer's words) and how."""

    series: str
    number: int
    issued_on: date
    period_from: date
    period_to: date
    reason_code: str
    words: str
    method: Method


@dataclass(frozen=True)
class InvoiceData:
    """All that an invoice says. ``series`` and ``number`` are given when it is issued."""

    seller: Seller
    buyer: Buyer
    lines: tuple[Line, ...]
    tax: Tax
    period_from: date
    period_to: date
    issued_on: date
    due_on: date
    means: Means = Means.TRANSFER
    language: str = "es"
    file_reference: str = ""
    contract_reference: str = ""
    rectifies: Rectifies | None = None
    series: str = ""
    number: int = 0

    @property
    def totals(self) -> Totals:
        """The sum of the lines and the tax on it."""
        net = sum(line.net_cents for line in self.lines)
        return Totals(net, percent(net, self.tax.rate))

    @property
    def full_number(self) -> str:
        """As people write it: SCT-2026/000123."""
        return full_number(self.series, self.number)

    @property
    def type_code(self) -> str:
        """The kind of invoice in the words of the tax agency: F1, or R1 to R4 for a rectifying one."""
        return TYPE_OF_REASON.get(self.rectifies.reason_code, "R4") if self.rectifies else "F1"


def full_number(series: str, number: int) -> str:
    """`SCT-2026/000123` for the 123rd of the series SCT-2026."""
    return f"{series}/{number:06d}"


def series_of(prefix: str, issued_on: date, *, is_rectifying: bool) -> str:
    """One series per year, and one of its own for rectifying invoices: SCT-2026 and SCT-R-2026."""
    return f"{prefix}-R-{issued_on.year}" if is_rectifying else f"{prefix}-{issued_on.year}"


def euros(cents: int) -> str:
    """`-1234.50`: an amount as XML and the tax agency write it."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def taken_back(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The same lines the other way round: with them a rectifying invoice leaves nothing of the first."""
    return tuple(replace(line, quantity=-line.quantity) for line in lines)


def as_corrected(lines: tuple[Line, ...], corrections: Sequence[tuple[Line, ...]]) -> tuple[Line, ...]:
    """What an invoice says after corrections by differences: the quantity of each line with theirs added."""
    left = list(lines)
    for one in (line for correction in corrections for line in correction):
        place = next((number for number, line in enumerate(left) if replace(line, quantity=one.quantity) == one), None)
        if place is None:
            left.append(one)
        else:
            left[place] = replace(left[place], quantity=left[place].quantity + one.quantity)
    return tuple(left)


def differences(lines: tuple[Line, ...], right: Sequence[Decimal]) -> tuple[Line, ...]:
    """The lines of the correction after which each of ``lines`` has its ``right`` quantity; those that are right are left out."""
    changed = (replace(line, quantity=wanted - line.quantity) for line, wanted in zip(lines, right, strict=True))
    return tuple(line for line in changed if line.quantity)


# Why an invoice is rectified: Facturae's codes with the words its schema wants.
REASONS: dict[str, str] = {
    "01": "Número de la factura",
    "02": "Serie de la factura",
    "03": "Fecha expedición",
    "04": "Nombre y apellidos/Razón Social-Emisor",
    "05": "Nombre y apellidos/Razón Social-Receptor",
    "06": "Identificación fiscal Emisor/obligado",
    "07": "Identificación fiscal Receptor",
    "08": "Domicilio Emisor/Obligado",
    "09": "Domicilio Receptor",
    "10": "Detalle Operación",
    "11": "Porcentaje impositivo a aplicar",
    "12": "Cuota tributaria a aplicar",
    "13": "Fecha/Periodo a aplicar",
    "14": "Clase de factura",
    "15": "Literales legales",
    "16": "Base imponible",
    "80": "Cálculo de cuotas repercutidas",
    "81": "Cálculo de cuotas retenidas",
    "82": "Base imponible modificada por devolución de envases / embalajes",
    "83": "Base imponible modificada por descuentos y bonificaciones",
    "84": "Base imponible modificada por resolución firme, judicial o administrativa",
    "85": "Base imponible modificada cuotas repercutidas no satisfechas. Auto de declaración de concurso",
}
# R1: an error in law or article 80 one, two and six of the VAT act; R2: bankruptcy of the buyer; every other is R4.
TYPE_OF_REASON = {"11": "R1", "12": "R1", "16": "R1", "80": "R1", "82": "R1", "83": "R1", "84": "R1", "85": "R2"}


def check(data: InvoiceData) -> None:
    """Raises UnusableInvoice with the first thing that is wrong."""
    for who, name, tax_id, address in (
        ("seller", data.seller.name, data.seller.tax_id, data.seller.address),
        ("buyer", data.buyer.name, data.buyer.tax_id, data.buyer.address),
    ):
        _check_party(who, name, tax_id, address)
    if not iban.is_valid(data.seller.iban):
        raise UnusableInvoice(f"The account “{data.seller.iban}” is no IBAN: its control digits are wrong.")
    for office in data.buyer.offices:
        if len(office) != 9 or not _DIR3.fullmatch(office):
            raise UnusableInvoice(
                f"“{office}” is no office of DIR3: all three are needed, nine letters and digits each."
            )
    if not data.lines:
        raise UnusableInvoice("The invoice has no lines.")
    if data.tax.code not in ("IVA", "IGIC"):
        raise UnusableInvoice(f"“{data.tax.code}” is no tax of an invoice: it is IVA or IGIC.")
    if data.period_from > data.period_to:
        raise UnusableInvoice(f"The period ends on {data.period_to}, before it begins on {data.period_from}.")
    if data.due_on < data.issued_on:
        raise UnusableInvoice(f"The invoice is due on {data.due_on}, before it is issued on {data.issued_on}.")
    for reference in (data.file_reference, data.contract_reference):
        if len(reference) > LONGEST_REFERENCE:
            raise UnusableInvoice(
                f"The reference “{reference}” has {len(reference)} characters, and an e-invoice takes {LONGEST_REFERENCE}."
            )
    _check_correction(data)


def _check_party(who: str, name: str, tax_id: str, address: Address) -> None:
    if not name.strip():
        raise UnusableInvoice(f"The {who} has no name.")
    if not nif.is_valid(tax_id):
        raise UnusableInvoice(f"The tax number “{tax_id}” of the {who} is none: its control character is wrong.")
    if not (address.street.strip() and address.town.strip() and address.province.strip()):
        raise UnusableInvoice(f"The address of the {who} is not whole: street, town and province are needed.")
    if not _POSTAL_CODE.fullmatch(address.postal_code):
        raise UnusableInvoice(f"The postal code “{address.postal_code}” of the {who} does not have five digits.")


def _check_correction(data: InvoiceData) -> None:
    if data.rectifies is None:
        if data.totals.total_cents < 0:
            raise UnusableInvoice("Only a rectifying invoice may take money back.")
        return
    if data.rectifies.reason_code not in REASONS:
        raise UnusableInvoice(
            f"“{data.rectifies.reason_code}” is no reason to rectify: Facturae knows 01 to 16 and 80 to 85."
        )
    if data.issued_on < data.rectifies.issued_on:
        raise UnusableInvoice("A rectifying invoice cannot be older than the one it corrects.")
