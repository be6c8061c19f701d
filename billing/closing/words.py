"""States of a month as people read them, and months to choose from."""

from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from billing.closing.rules import State

# Each state with the class of its badge.
STATES: dict[State, tuple[str, Promise]] = {
    State.ISSUED: ("ok", _("Invoiced")),
    State.REFUSED: ("bad", _("Cannot be invoiced")),
    State.READY: ("half", _("To be invoiced")),
    State.OPEN: ("info", _("Not closed yet")),
    State.OTHER_WAY: ("none", _("Paid by card or direct debit")),
    State.NOTHING: ("none", _("Nothing to invoice")),
}
MOST_MONTHS = 12


def month_name(month: date) -> str:
    """`October 2026`, `Octubre 2026`."""
    return capfirst(date_format(month, "F Y"))


def months_until(today: date) -> list[date]:
    """The month that goes on and those before it, the latest first."""
    last = today.year * 12 + today.month - 1
    return [date((last - back) // 12, (last - back) % 12 + 1, 1) for back in range(MOST_MONTHS)]
