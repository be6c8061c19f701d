"""What an invoice says, as the JSON that is kept, and back. Knows nothing of Django."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from billing.invoices.rules import Address, Buyer, InvoiceData, Line, Means, Method, Rectifies, Seller, Tax


def as_json(data: InvoiceData) -> dict[str, Any]:
    """Plain values only: dates and decimals as texts."""
    plain = _plain(asdict(data))
    assert isinstance(plain, dict)
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value


def from_json(kept: dict[str, Any]) -> InvoiceData:
    """The same invoice again."""
    said = dict(kept)
    seller, buyer, corrected = dict(said["seller"]), dict(said["buyer"]), said["rectifies"]
    said["seller"] = Seller(**{**seller, "address": Address(**seller["address"])})
    said["buyer"] = Buyer(**{**buyer, "address": Address(**buyer["address"])})
    said["lines"] = tuple(
        Line(
            line["description"], Decimal(line["quantity"]), line["unit_cents"], Decimal(line["discount_percent"])
        )
        for line in said["lines"]
    )  # fmt: skip
    said["tax"] = Tax(said["tax"]["code"], Decimal(said["tax"]["rate"]))
    said["means"] = Means(said["means"])
    for name in ("period_from", "period_to", "issued_on", "due_on"):
        said[name] = date.fromisoformat(said[name])
    if corrected:
        dates = {name: date.fromisoformat(corrected[name]) for name in ("issued_on", "period_from", "period_to")}
        said["rectifies"] = Rectifies(**{**corrected, **dates, "method": Method(corrected["method"])})
    return InvoiceData(**said)
