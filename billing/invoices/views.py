"""A municipality's own invoices, and everybody's for Adtende's people of finance."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from billing.invoices.actions import (
    UnableToIssueInvoice,
    UnableToNote,
    day_of,
    deliver_invoice,
    mark_paid,
    note_registry,
    rectify_invoice,
    today,
)
from billing.invoices.contents import from_json
from billing.invoices.forms import PaidForm, RectifyForm, RegistryForm
from billing.invoices.models import Invoice, Standing
from billing.invoices.paper import paper
from billing.invoices.queries import LONG_OVERDUE, Counted, for_list, invoice_with, lines_now, owed, with_debtors_first
from billing.invoices.rules import PAID_WITHIN, Method, euros
from billing.invoices.words import money, quantity, rate, standing_in_words
from shell import numbers
from shell.csv import csv_response
from shell.paper import UnableToDraw
from tenants.audit.actions import actor_of
from tenants.people.access import access
from tenants.people.rules import Role

ROWS = 25
FINANCE = (Role.STAFF_FINANCE, Role.STAFF_ADMINISTRATOR)
READERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)
_HEADER = "number issued_on due_on period_from period_to buyer tax_id net tax total owed state registry_number paid_on".split()


@access(*READERS)
def own_invoices(request: HttpRequest) -> HttpResponse:
    """The invoices of this municipality, the latest first."""
    found = for_list().filter(schema_name=request.municipality.schema_name)  # type: ignore[attr-defined]
    if request.GET.get("format") == "csv":
        return _csv(found, {})
    open_ones = owed(found)
    saying = ngettext(
        "%(count)s invoice is to be paid: %(amount)s.",
        "%(count)s invoices are to be paid: %(amount)s.",
        open_ones.invoices,
    ) % {"count": numbers.whole(open_ones.invoices), "amount": money(open_ones.cents)}
    context = {"saying": saying if open_ones.invoices else _("Nothing is to be paid."), **_page(request, found)}
    return render(request, "invoices/invoices.html", context)


@access(*FINANCE)
def all_invoices(request: HttpRequest) -> HttpResponse:
    """Everybody's invoices; whoever owes for more than thirty days comes first."""
    text, only = request.GET.get("text", "").strip(), request.GET.get("only", "")
    day = today()
    found = with_debtors_first(day, text, only == "owed")
    if request.GET.get("format") == "csv":
        return _csv(found, {"text": text, "only": only})
    late, all_owed = owed(for_list(), due_before=day - LONG_OVERDUE), owed(for_list())
    saying = ngettext(
        "%(count)s town hall owes %(amount)s for more than 30 days.",
        "%(count)s town halls owe %(amount)s for more than 30 days.",
        late.buyers,
    ) % {"count": numbers.whole(late.buyers), "amount": money(late.cents)}
    context = {
        "saying": saying if late.buyers else _("Nobody owes for more than 30 days."),
        "all_owed": money(all_owed.cents),
        "text": text,
        "only": only,
        **_page(request, found),
    }
    return render(request, "invoices/finance.html", context)


def _page(request: HttpRequest, found: Counted) -> dict[str, Any]:
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    return {"page": page, "told": [_told(invoice) for invoice in page]}


def _told(invoice: Invoice) -> dict[str, Any]:
    day = today()
    owed_cents = getattr(invoice, "owed_cents", 0)
    badge, words = standing_in_words(invoice, day)
    late = (day - invoice.due_on).days if owed_cents and invoice.due_on < day else 0
    return {
        "invoice": invoice,
        "badge": badge,
        "words": words,
        "total": money(invoice.total_cents),
        "owed": money(owed_cents),
        "is_owed": bool(owed_cents),
        "late": ngettext("%(count)s day late", "%(count)s days late", late) % {"count": numbers.whole(late)}
        if late
        else "",
        "is_long_late": late > LONG_OVERDUE.days,
    }


def _csv(found: Counted, filters: dict[str, str]) -> HttpResponse:
    rows = (
        [
            one.full_number, one.issued_on, one.due_on, one.period_from, one.period_to, one.buyer_name,
            one.buyer_tax_id, *(euros(c) for c in (one.net_cents, one.tax_cents, one.total_cents, one.owed_cents)),
            one.standing.state, one.standing.registry_number, day_of(one.standing.paid_at) if one.standing.paid_at else "",
        ]
        for one in found.iterator(chunk_size=500)
    )  # fmt: skip
    return csv_response("invoices.csv", _HEADER, rows, filters)


def _found(request: HttpRequest, invoice_uuid: uuid.UUID) -> Invoice:
    """The invoice of an address, unless it is another municipality's. Raises Http404."""
    invoice = invoice_with(invoice_uuid)
    municipality = request.municipality  # type: ignore[attr-defined]
    if invoice is None or (municipality and invoice.schema_name != municipality.schema_name):
        raise Http404
    return invoice


@access(*READERS, *FINANCE)
def pdf(request: HttpRequest, invoice_uuid: uuid.UUID) -> HttpResponse:
    """The readable copy."""
    invoice = _found(request, invoice_uuid)
    try:
        return _file(paper(invoice), "application/pdf", f"{invoice.file_name}.pdf")
    except UnableToDraw:
        messages.error(request, _("The PDF cannot be made now. The signed XML is complete."))
        return redirect("invoices:invoices")


@access(*READERS, *FINANCE)
def xml(request: HttpRequest, invoice_uuid: uuid.UUID) -> HttpResponse:
    """The signed original, byte for byte."""
    invoice = _found(request, invoice_uuid)
    return _file(invoice.xml.encode(), "application/xml", f"{invoice.file_name}.xml")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@access(*FINANCE)
def invoice(request: HttpRequest, invoice_uuid: uuid.UUID) -> HttpResponse:
    """One invoice: what it says, and what can be noted about it."""
    return _shown(request, _found(request, invoice_uuid), RegistryForm(), PaidForm())


def _shown(
    request: HttpRequest, invoice: Invoice, registry: RegistryForm, paid: PaidForm, status: int = 200
) -> HttpResponse:
    data = from_json(invoice.content)
    context = {
        **_told(invoice),
        "data": data,
        "net": money(invoice.net_cents),
        "tax": money(invoice.tax_cents),
        "tax_name": f"{data.tax.code} {rate(data.tax.rate)}",
        "lines": [(line.description, money(line.net_cents)) for line in data.lines],
        "rectified_by": invoice.rectified_by.all(),
        "may_rectify": not invoice.rectifies_id and invoice.standing.state != Standing.State.REPLACED,
        "registry": registry,
        "paid": paid,
    }
    return render(request, "invoices/invoice.html", context, status=status)


@access(*FINANCE)
@require_POST
def deliver(request: HttpRequest, invoice_uuid: uuid.UUID) -> HttpResponse:
    """Hands the invoice over for FACe."""
    invoice = _found(request, invoice_uuid)
    act = partial(deliver_invoice, invoice=invoice, by=actor_of(request), reason="on the page of the invoice")
    return _done(request, invoice, act, _("The invoice was handed over for FACe."))


@access(*FINANCE)
@require_POST
def registry(request: HttpRequest, invoice_uuid: uuid.UUID) -> HttpResponse:
    """Notes the number and the state of the registry."""
    invoice, form = _found(request, invoice_uuid), RegistryForm(request.POST)
    if not form.is_valid():
        return _shown(request, invoice, form, PaidForm(), 400)
    said = form.cleaned_data
    act = partial(
        note_registry, invoice=invoice, number=said["number"], state=said["state"], by=actor_of(request),
        reason=said["known"],
    )  # fmt: skip
    return _done(request, invoice, act, _("What the registry says was noted."))


@access(*FINANCE)
@require_POST
def paid(request: HttpRequest, invoice_uuid: uuid.UUID) -> HttpResponse:
    """Notes the payment."""
    invoice, form = _found(request, invoice_uuid), PaidForm(request.POST)
    if not form.is_valid():
        return _shown(request, invoice, RegistryForm(), form, 400)
    at = timezone.make_aware(datetime.combine(form.cleaned_data["day"], time(12)))
    act = partial(mark_paid, invoice=invoice, at=at, by=actor_of(request), reason=form.cleaned_data["reason"])
    return _done(request, invoice, act, _("The payment was noted."))


@access(*FINANCE)
def rectify(request: HttpRequest, invoice_uuid: uuid.UUID) -> HttpResponse:
    """Corrects an invoice with another one: what is wrong, then how it would look, then it is issued."""
    invoice = _found(request, invoice_uuid)
    if invoice.rectifies_id or invoice.standing.state == Standing.State.REPLACED:
        messages.error(request, _("Only an invoice that nothing took the place of can be corrected."))
        return redirect("invoices:invoice", invoice.uuid)
    after = invoice.rectified_by.count()
    if "issue" in request.POST and request.POST.get("after") != str(after):  # sent twice, or two people at once
        sentence = _(
            "%(number)s was corrected meanwhile: look at it before you correct it again. Nothing was issued now."
        )
        messages.error(request, sentence % {"number": invoice})
        return redirect("invoices:invoice", invoice.uuid)
    form = RectifyForm(request.POST or None, lines_now(invoice))
    context: dict[str, Any] = {"invoice": invoice, "form": form, "after": after}
    if form.is_valid():
        data = replace(from_json(invoice.content), lines=form.differences)
        context |= {
            "lines": [(line.description, quantity(line.quantity), money(line.net_cents)) for line in data.lines],
            "sums": [money(cents) for cents in (data.totals.net_cents, data.totals.tax_cents, data.totals.total_cents)],
            "tax_name": f"{data.tax.code} {rate(data.tax.rate)}",
            "left": money(invoice.total_cents + sum(one.total_cents for one in invoice.rectified_by.all())),
        }
        if "issue" in request.POST:
            return _rectified(request, invoice, form, after)
    return render(request, "invoices/rectify.html", context, status=422 if form.errors else 200)


def _rectified(request: HttpRequest, invoice: Invoice, form: RectifyForm, after: int) -> HttpResponse:
    try:
        made = rectify_invoice(
            invoice=invoice,
            lines=form.differences,
            reason_code=form.cleaned_data["reason_code"],
            method=Method.DIFFERENCES,
            due_on=today() + PAID_WITHIN,
            by=actor_of(request),
            reason=form.cleaned_data["words"],
            after=after,
        )
    except UnableToIssueInvoice as error:
        messages.error(request, str(error))
        return redirect("invoices:invoice", invoice.uuid)
    messages.success(request, _("The rectifying invoice %(number)s was issued.") % {"number": made})
    return redirect("invoices:invoice", made.uuid)


def _done(request: HttpRequest, invoice: Invoice, act: Callable[[], None], sentence: str) -> HttpResponse:
    try:
        act()
    except UnableToNote as error:
        messages.error(request, str(error))
    else:
        messages.success(request, sentence)
    return redirect("invoices:invoice", invoice.uuid)
