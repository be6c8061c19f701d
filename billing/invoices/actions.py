"""Issuing invoices and noting what becomes of them. Done by Adtende's side: inside CONSOLE, or the database refuses."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.invoices import chain
from billing.invoices.certificates import signer
from billing.invoices.contents import as_json, from_json
from billing.invoices.delivery import UnableToDeliver, deliver
from billing.invoices.facturae import facturae
from billing.invoices.models import Chain, ChainRecord, Counter, Invoice, Standing
from billing.invoices.rules import (
    Address,
    InvoiceData,
    Line,
    Method,
    Rectifies,
    Seller,
    UnusableInvoice,
    check,
    series_of,
)
from billing.invoices.signing import UnableToSign, sign
from kit.periods import local_day
from shell.sentences import in_words
from tenants.audit.actions import record
from tenants.audit.rules import Actor

ISSUERS_ZONE = ZoneInfo("Europe/Madrid")
State = Standing.State


class UnableToIssueInvoice(Exception):
    """No invoice was issued and no number was used; one sentence says why."""


class UnableToNote(Exception):
    """Nothing was noted about the invoice; one sentence says why."""


def seller_of_settings() -> Seller:
    """Who issues the invoices of this installation. Raises UnableToIssueInvoice."""
    said = settings.INVOICE_SELLER
    if said is None:
        raise UnableToIssueInvoice(
            _("Nobody is set who issues invoices: set SCT_SELLER_NAME, SCT_SELLER_TAX_ID and the others.")
        )
    where = Address(said["street"], said["postal_code"], said["town"], said["province"])
    return Seller(said["name"], said["tax_id"], where, said["iban"])


def today() -> date:
    """The issuer's date: what an invoice issued now is dated."""
    return day_of(timezone.now())


def day_of(moment: datetime) -> date:
    """The issuer's date of a moment."""
    return local_day(moment, ISSUERS_ZONE)


def issue_invoice(*, schema_name: str, key: str, data: InvoiceData, by: Actor, reason: str) -> Invoice:
    """Gives the invoice its number, signs, chains and keeps it, all or nothing.

    ``key`` says what is billed: asked again for the same, it gives the invoice that there is.
    Raises UnableToIssueInvoice.
    """
    with transaction.atomic():
        invoice, is_new = _issued(schema_name, key, data, None)
        if is_new:
            record(by=by, verb="issue_invoice", subject=str(invoice), reason=reason, details=_details(invoice))
    return invoice


def rectify_invoice(
    *,
    invoice: Invoice,
    lines: tuple[Line, ...],
    reason_code: str,
    method: Method,
    due_on: date,
    by: Actor,
    reason: str,
    after: int | None = None,
) -> Invoice:
    """Issues the invoice that corrects another one; nothing is ever taken away. Raises UnableToIssueInvoice.

    With REPLACES ``lines`` say the whole invoice anew, with DIFFERENCES only what changes (`taken_back` gives all back).
    ``after`` is how many corrections there were when this one was shown: sent twice, it is issued once.
    """
    with transaction.atomic():
        standing = Standing.objects.select_for_update().get(invoice=invoice)
        count = invoice.rectified_by.count()
        if standing.state == State.REPLACED:
            raise UnableToIssueInvoice(
                _("%(number)s was replaced already: rectify the one that took its place.") % {"number": invoice}
            )
        if after is not None and after != count:
            raise UnableToIssueInvoice(
                _("%(number)s was corrected meanwhile: look at it before you correct it again. Nothing was issued now.")
                % {"number": invoice}
            )
        corrected = Rectifies(
            invoice.series, invoice.number, invoice.issued_on, invoice.period_from, invoice.period_to,
            reason_code, reason, method,
        )  # fmt: skip
        data = replace(
            from_json(invoice.content), seller=seller_of_settings(), lines=lines, issued_on=today(), due_on=due_on,
            rectifies=corrected,
        )  # fmt: skip
        made, _is_new = _issued(invoice.schema_name, f"{invoice.key}/R{count + 1}", data, invoice)
        if method == Method.REPLACES:
            Standing.objects.filter(invoice=invoice).update(state=State.REPLACED, changed_at=timezone.now())
        details = {**_details(made), "rectifies": str(invoice), "code": reason_code, "method": method.value}
        record(by=by, verb="rectify_invoice", subject=str(made), reason=reason, details=details)
    return made


def _details(invoice: Invoice) -> dict[str, Any]:
    return {"schema": invoice.schema_name, "total_cents": invoice.total_cents, "key": invoice.key}


def _issued(schema_name: str, key: str, data: InvoiceData, rectified: Invoice | None) -> tuple[Invoice, bool]:
    try:
        check(data)
        if data.issued_on > today():
            raise UnusableInvoice(f"The invoice is dated {data.issued_on}, which is still to come.")
        by = signer()
        # One at a time per issuer: the chain first, then the series, always in this order.
        Chain.objects.bulk_create([Chain(issuer_tax_id=data.seller.tax_id)], ignore_conflicts=True)
        end = Chain.objects.select_for_update().get(issuer_tax_id=data.seller.tax_id)
        there = Invoice.objects.filter(key=key).first()
        if there:
            return there, False
        numbered = _numbered(data)
        xml = sign(facturae(numbered), by)
    except (UnusableInvoice, UnableToSign) as error:
        raise UnableToIssueInvoice(in_words(str(error))) from error
    invoice = _kept(schema_name, key, numbered, xml, by.fingerprint, rectified)
    _chained(invoice, end, timezone.now().astimezone(ISSUERS_ZONE))
    return invoice, True


def _numbered(data: InvoiceData) -> InvoiceData:
    """With the next number of its series, which goes back if anything after this fails."""
    issuer = data.seller.tax_id
    series = series_of(settings.INVOICE_SERIES, data.issued_on, is_rectifying=data.rectifies is not None)
    Counter.objects.bulk_create([Counter(issuer_tax_id=issuer, series=series)], ignore_conflicts=True)
    counter = Counter.objects.select_for_update().get(issuer_tax_id=issuer, series=series)
    if counter.latest_issued_on and data.issued_on < counter.latest_issued_on:
        raise UnableToIssueInvoice(
            _("The last invoice of %(series)s is of %(date)s: a later number cannot have an earlier date.")
            % {"series": series, "date": counter.latest_issued_on}
        )
    counter.latest, counter.latest_issued_on = counter.latest + 1, data.issued_on
    counter.save(update_fields=["latest", "latest_issued_on"])
    return replace(data, series=series, number=counter.latest)


def _kept(
    schema_name: str, key: str, data: InvoiceData, xml: bytes, certificate: str, rectified: Invoice | None
) -> Invoice:
    totals = data.totals
    qr = chain.address_of_qr(
        settings.INVOICE_QR_ADDRESS, data.seller.tax_id, data.full_number, data.issued_on, totals.total_cents
    )
    invoice = Invoice.objects.create(
        schema_name=schema_name, key=key, issuer_tax_id=data.seller.tax_id, series=data.series, number=data.number,
        type_code=data.type_code, issued_on=data.issued_on, due_on=data.due_on, period_from=data.period_from,
        period_to=data.period_to, buyer_name=data.buyer.name, buyer_tax_id=data.buyer.tax_id,
        net_cents=totals.net_cents, tax_cents=totals.tax_cents, total_cents=totals.total_cents, content=as_json(data),
        xml=xml.decode(), certificate=certificate, qr_address=qr, rectifies=rectified,
    )  # fmt: skip
    Standing.objects.create(invoice=invoice, schema_name=schema_name)
    return invoice


def _chained(invoice: Invoice, end: Chain, now: datetime) -> None:
    entry = chain.Record(
        invoice.issuer_tax_id, invoice.full_number, invoice.issued_on, invoice.type_code, invoice.tax_cents,
        invoice.total_cents, end.hash, chain.moment(now),
    )  # fmt: skip
    end.length, end.hash = end.length + 1, entry.hash
    ChainRecord.objects.create(
        invoice=invoice, issuer_tax_id=invoice.issuer_tax_id, position=end.length, previous=entry.previous,
        hash=entry.hash, made_at=entry.made_at, text=entry.text,
    )  # fmt: skip
    end.save(update_fields=["length", "hash"])


def deliver_invoice(*, invoice: Invoice, by: Actor, reason: str) -> None:
    """Hands the signed XML to FACe's port; again is harmless. Raises UnableToNote when it did not go out."""

    def send(standing: Standing) -> dict[str, Any]:
        try:
            deliver(invoice.file_name, invoice.xml.encode())
        except UnableToDeliver as error:
            raise UnableToNote(in_words(str(error))) from error
        if standing.state == State.ISSUED:
            standing.state = State.SENT
        return {"state": standing.state}

    _note(invoice, "deliver_invoice", by, reason, send)


def note_registry(*, invoice: Invoice, number: str, state: str, by: Actor, reason: str) -> None:
    """Notes what the registry of the buyer says: its number and how far the invoice is. Raises UnableToNote."""
    number = number.strip()
    if state not in (State.REGISTERED, State.ACCOUNTED, State.REJECTED):
        raise UnableToNote(_("A registry says registered, accounted or rejected."))
    if not number:
        raise UnableToNote(_("Say the number that the registry gave the invoice."))

    def said(standing: Standing) -> dict[str, Any]:
        if standing.state == State.REPLACED:
            raise UnableToNote(_("Another invoice took the place of this one."))
        standing.state, standing.registry_number = state, number[:40]
        return {"state": state, "number": number}

    _note(invoice, "note_registry", by, reason, said)


def mark_paid(*, invoice: Invoice, at: datetime, by: Actor, reason: str) -> None:
    """Notes when an invoice was paid. Raises UnableToNote when it was already, or is not to be paid."""

    def paid(standing: Standing) -> dict[str, Any]:
        if standing.paid_at:
            raise UnableToNote(_("This invoice is paid already."))
        if standing.state == State.REPLACED:
            raise UnableToNote(_("Another invoice took the place of this one."))
        standing.paid_at = at
        return {"paid_at": at.isoformat()}

    _note(invoice, "mark_invoice_paid", by, reason, paid)


def _note(invoice: Invoice, verb: str, by: Actor, reason: str, change: Callable[[Standing], dict[str, Any]]) -> None:
    with transaction.atomic():
        standing = Standing.objects.select_for_update().get(invoice=invoice)
        details = change(standing)
        standing.save()
        record(by=by, verb=verb, subject=str(invoice), reason=reason, details=details)
