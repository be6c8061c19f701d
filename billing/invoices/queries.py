"""Invoices as pages ask for them. On a municipality's host row-level security leaves only its own."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

from django.db.models import Case, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from billing.invoices.contents import from_json
from billing.invoices.models import Invoice, Standing
from billing.invoices.rules import Line, Method, as_corrected

Counted: TypeAlias = QuerySet[Any]  # of invoices that carry owed_cents as well, which their type does not know
LONG_OVERDUE = timedelta(days=30)
_TAKEN_BACK = Q(rectified_by__total_cents__lt=0)


@dataclass(frozen=True)
class Owed:
    """How much is still to be paid, of how many invoices."""

    invoices: int
    cents: int
    buyers: int = 0


def invoices() -> Counted:
    """All invoices with their standing and ``owed_cents``: what of each is still to be paid.

    What a rectifying invoice gives back counts against the one it corrects; one that was replaced is owed no more.
    """
    given_back = Coalesce(Sum("rectified_by__total_cents", filter=_TAKEN_BACK), 0)
    settled = (
        Q(standing__paid_at__isnull=False) | Q(standing__state=Standing.State.REPLACED) | Q(total_cents__lt=0)
    )  # fmt: skip
    found: Counted = Invoice.objects.select_related("standing").annotate(left_cents=F("total_cents") + given_back)
    left = Case(
        When(settled | Q(left_cents__lt=0), then=Value(0)), default=F("left_cents"), output_field=IntegerField()
    )
    counted: Counted = found.annotate(owed_cents=left)
    return counted


def for_list() -> Counted:
    """The same without the XML and what was said in it, the latest first."""
    return invoices().defer("xml", "content").order_by("-issued_on", "-id")


def with_debtors_first(today: date, text: str = "", only_owed: bool = False) -> Counted:
    """Whoever owes for more than thirty days, the longest first; then what is owed; then the latest."""
    found: Counted = for_list()
    for word in text.split():
        found = found.filter(
            Q(buyer_name__icontains=word)
            | Q(buyer_tax_id__iexact=word)
            | Q(series__icontains=word)
            | Q(standing__registry_number__icontains=word)
        )
    if only_owed:
        found = found.filter(owed_cents__gt=0)
    urgency = Case(
        When(owed_cents__gt=0, due_on__lt=today - LONG_OVERDUE, then=Value(0)),
        When(owed_cents__gt=0, due_on__lt=today, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    long_due = Case(When(owed_cents__gt=0, due_on__lt=today, then=F("due_on")))
    order = ("urgency", long_due.asc(nulls_last=True), "-issued_on", "-id")
    ordered: Counted = found.annotate(urgency=urgency).order_by(*order)
    return ordered


def owed(found: Counted, *, due_before: date | None = None) -> Owed:
    """What is owed of ``found``; with ``due_before`` only what was due then already."""
    found = found.filter(owed_cents__gt=0)
    if due_before:
        found = found.filter(due_on__lt=due_before)
    rows = list(found.values_list("owed_cents", "schema_name"))
    return Owed(len(rows), sum(cents for cents, _town in rows), len({town for _cents, town in rows}))


def invoice_with(identity: uuid.UUID) -> Invoice | None:
    """The invoice of this address, whole; None where there is none to be seen."""
    return invoices().filter(uuid=identity).first()


def lines_now(invoice: Invoice) -> tuple[Line, ...]:
    """What an invoice says after the corrections by differences that there are."""
    made = [from_json(one.content) for one in invoice.rectified_by.order_by("id")]
    by_difference = [one.lines for one in made if one.rectifies and one.rectifies.method == Method.DIFFERENCES]
    return as_corrected(from_json(invoice.content).lines, by_difference)
