"""VERI*FACTU: each invoice's record carries the hash of the one before it. Knows nothing of Django, calls nobody.

As the tax agency specifies for records of issue (“registro de facturación de alta”): which fields, in which order, how
they are written and hashed, and the address behind the QR.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from billing.invoices.rules import euros

FIELDS = (
    "IDEmisorFactura",
    "NumSerieFactura",
    "FechaExpedicionFactura",
    "TipoFactura",
    "CuotaTotal",
    "ImporteTotal",
    "Huella",
    "FechaHoraHusoGenRegistro",
)


@dataclass(frozen=True)
class Record:
    """What is hashed of one invoice. ``previous`` is the hash before it, empty for the first of an issuer."""

    issuer_tax_id: str
    full_number: str
    issued_on: date
    type_code: str
    tax_cents: int
    total_cents: int
    previous: str
    made_at: str  # ISO 8601 with offset, to the second, exactly as it was hashed

    @property
    def text(self) -> str:
        """The fields as they are hashed."""
        values = (
            self.issuer_tax_id,
            self.full_number,
            f"{self.issued_on:%d-%m-%Y}",
            self.type_code,
            euros(self.tax_cents),
            euros(self.total_cents),
            self.previous,
            self.made_at,
        )
        return "&".join(f"{name}={value.strip()}" for name, value in zip(FIELDS, values, strict=True))

    @property
    def hash(self) -> str:
        """SHA-256 of the text, in capital hexadecimal."""
        return hash_of(self.text)


def hash_of(text: str) -> str:
    """SHA-256 in capital hexadecimal, as the record carries it."""
    return hashlib.sha256(text.encode()).hexdigest().upper()


def moment(now: datetime) -> str:
    """`2026-11-02T09:15:00+01:00`: the moment of a record; ``now`` carries its offset."""
    return now.replace(microsecond=0).isoformat()


def address_of_qr(base: str, issuer_tax_id: str, full_number: str, issued_on: date, total_cents: int) -> str:
    """Where whoever scans the QR asks the tax agency about the invoice."""
    fields = {
        "nif": issuer_tax_id,
        "numserie": full_number,
        "fecha": f"{issued_on:%d-%m-%Y}",
        "importe": euros(total_cents),
    }
    return base + "?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items())
