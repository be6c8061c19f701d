"""The invoice as PDF: tagged for everybody (PDF/UA), drawn from what was issued, with nothing fetched from anywhere."""

from datetime import date
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.invoices.contents import from_json
from billing.invoices.models import Invoice
from billing.invoices.rules import REASONS, InvoiceData, Line, Means, full_number
from billing.invoices.words import MEANS, METHODS, account, day, money, quantity, rate
from shell.paper import draw

_STYLE = Path(__file__).with_name("static") / "invoices/paper.css"
_SPOKEN = ("es", "ca")


def paper(invoice: Invoice) -> bytes:
    """The PDF, in the language the invoice was written in. Reads nothing but the row. Raises UnableToDraw."""
    return draw(page_of(invoice), _STYLE)


def page_of(invoice: Invoice) -> str:
    """The HTML that the PDF is drawn from."""
    data = from_json(invoice.content)
    language = data.language if data.language in _SPOKEN else settings.LANGUAGE_CODE
    with translation.override(language):
        return render_to_string("invoices/paper.html", _told(invoice, data, language))


def _told(invoice: Invoice, data: InvoiceData, language: str) -> dict[str, Any]:
    totals, corrected = data.totals, data.rectifies
    offices = (_("Accounting office"), _("Managing body"), _("Processing unit"))
    return {
        "language": language,
        "data": data,
        "lines": [_line(line) for line in data.lines],
        "has_discount": any(line.discount_percent for line in data.lines),
        "net": money(totals.net_cents),
        "tax": money(totals.tax_cents),
        "total": money(totals.total_cents),
        "tax_name": f"{data.tax.code} {rate(data.tax.rate)}",
        "period": _("%(first)s to %(last)s") % {"first": _short(data.period_from), "last": _short(data.period_to)},
        "issued_on": day(data.issued_on),
        "due_on": day(data.due_on),
        "corrected_on": day(corrected.issued_on) if corrected else "",
        "offices": list(zip(offices, data.buyer.offices, strict=False)),
        "pays": totals.total_cents > 0,
        "until": _until(data),
        "means": MEANS[data.means],
        "account": account(data.seller.iban) if data.means == Means.TRANSFER else "",
        "corrected_number": full_number(corrected.series, corrected.number) if corrected else "",
        "reason": REASONS[corrected.reason_code] if corrected else "",
        "method": METHODS[corrected.method] if corrected else "",
        "qr": segno.make(invoice.qr_address, error="m").svg_data_uri(scale=4, border=2, dark="#000000"),
        "qr_address": invoice.qr_address,
    }


def _short(on: date) -> str:
    return str(date_format(on, "SHORT_DATE_FORMAT"))


def _until(data: InvoiceData) -> str:
    if data.means == Means.TRANSFER:
        return _("Until %(date)s, with the reference %(number)s.") % {
            "date": day(data.due_on),
            "number": data.full_number,
        }
    return _("Until %(date)s.") % {"date": day(data.due_on)}


def _line(line: Line) -> dict[str, Any]:
    return {
        "description": line.description,
        "quantity": quantity(line.quantity),
        "unit": money(line.unit_cents),
        "discount": f"−{rate(line.discount_percent)}" if line.discount_percent else "",
        "net": money(line.net_cents),
    }
