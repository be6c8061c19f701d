"""Amounts, states and kinds of invoices as people read them, in the language being spoken."""

from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from billing.invoices.models import Invoice, Standing
from billing.invoices.queries import LONG_OVERDUE as LONG
from billing.invoices.rules import Means, Method
from kit.money import euros
from shell import numbers

# Each state with the class of its badge.
STATES: dict[str, tuple[str, Promise]] = {
    Standing.State.ISSUED: ("info", _("Issued")),
    Standing.State.SENT: ("half", _("Sent to FACe")),
    Standing.State.REGISTERED: ("info", _("Registered")),
    Standing.State.ACCOUNTED: ("ok", _("Obligation recognised")),
    Standing.State.REJECTED: ("bad", pgettext_lazy("an invoice", "Rejected")),
    Standing.State.REPLACED: ("none", _("Replaced by another")),
}
PAID = ("ok", pgettext_lazy("an invoice", "Paid"))
OVERDUE = ("warn", _("Overdue"))
LONG_OVERDUE = ("bad", _("Overdue"))
GIVES_BACK = ("none", pgettext_lazy("an invoice", "Gives back"))
GIVEN_BACK = ("none", _("Cancelled by another"))

MEANS: dict[Means, Promise] = {
    Means.TRANSFER: _("By bank transfer to the account"),
    Means.DIRECT_DEBIT: _("By direct debit from your account"),
    Means.CARD: _("By card"),
}
METHODS: dict[Method, Promise] = {
    Method.REPLACES: _("It takes the place of the whole invoice."),
    Method.DIFFERENCES: _("Its amounts are the differences."),
}


def standing_in_words(invoice: Invoice, today: date) -> tuple[str, Promise]:
    """The class of the badge and the words: what the reader must know first. ``invoice`` comes from `queries.invoices`."""
    standing, owed_cents = invoice.standing, getattr(invoice, "owed_cents", invoice.total_cents)
    if standing.paid_at:
        return PAID
    if standing.state in (Standing.State.REPLACED, Standing.State.REJECTED):
        return STATES[standing.state]
    if invoice.total_cents < 0:
        return GIVES_BACK
    if owed_cents <= 0:
        return GIVEN_BACK
    if invoice.due_on < today:
        return LONG_OVERDUE if invoice.due_on < today - LONG else OVERDUE
    return STATES[standing.state]


def money(cents: int) -> str:
    """`1.246,11 €`."""
    return euros(cents, get_language() or "")


def day(on: date) -> str:
    """`2 de noviembre de 2026`, `2 de novembre de 2026`, `2 d’abril de 2026`."""
    if (get_language() or "").startswith("ca"):  # Django's own pattern leaves out the preposition
        month = date_format(on, "F").lower()
        return f"{on.day} {'d’' if month[0] in 'ao' else 'de '}{month} de {on.year}"
    return str(date_format(on, "DATE_FORMAT"))


def quantity(value: Decimal) -> str:
    """`33`, `2,5`: as many decimals as it has."""
    plain = value.normalize()
    exponent = plain.as_tuple().exponent
    return numbers.decimal(plain, max(0, -exponent) if isinstance(exponent, int) else 0)


def rate(value: Decimal) -> str:
    """`21 %`: a rate of tax or a discount."""
    return quantity(value) + numbers.percent_sign()


def account(iban: str) -> str:
    """An IBAN in groups of four, as banks print it."""
    return "\u00a0".join(iban[place : place + 4] for place in range(0, len(iban), 4))
