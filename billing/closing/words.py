"""States of a month as people read them, and months to choose from."""

from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.closing.rules import State
from billing.invoices.words import money
from billing.plans.models import Contract
from billing.plans.rules import Terms, Year
from billing.plans.words import PLANS, last_day
from shell import numbers

# Each state with the class of its badge.
STATES: dict[State, tuple[str, Promise]] = {
    State.ISSUED: ("ok", gettext_lazy("Invoiced")),
    State.REFUSED: ("bad", gettext_lazy("Cannot be invoiced")),
    State.READY: ("half", gettext_lazy("To be invoiced")),
    State.OPEN: ("info", gettext_lazy("Not closed yet")),
    State.OTHER_WAY: ("none", gettext_lazy("Paid by card or direct debit")),
    State.NOTHING: ("none", gettext_lazy("Nothing to invoice")),
}
MOST_MONTHS = 12


def month_name(month: date) -> str:
    """`October 2026`, `Octubre 2026`."""
    return capfirst(date_format(month, "F Y"))


def year_name(year: Year) -> str:
    """Of which year in advance a row is."""
    days = {"first": year.starts_on, "last": last_day(year.ends_before)}
    told = {name: date_format(day, "SHORT_DATE_FORMAT") for name, day in days.items()}
    return _("The year in advance, %(first)s to %(last)s") % told


def agreed_in_words(contract: Contract) -> str:
    """What a contract says that decides its price, in one line; empty where it cannot be read."""
    try:
        agreed = contract.agreed
        told = {
            "plan": PLANS.get(agreed.plan, agreed.plan),
            "inhabitants": numbers.whole(agreed.population),
            "day": f"{agreed.agreed_on:%Y-%m-%d}",
            "amount": money(agreed.month_cents),
            "included": numbers.whole(agreed.included_calls),
            "further": money(agreed.further_call_cents),
        }
        found = _(
            "%(plan)s for %(inhabitants)s inhabitants at the prices of %(day)s: %(amount)s a month with %(included)s "
            "calls included, %(further)s each further call."
        )
        return " ".join(filter(None, [found % told, _discount_in_words(agreed)]))
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError):
        return ""


def _discount_in_words(agreed: Terms) -> str:
    if agreed.discount_percent == 0:
        return ""
    told = {"discount": f"{agreed.discount_percent:f}", "until": str(agreed.discount_ends_before)}
    if agreed.discount_ends_before is None:
        return _("A discount of %(discount)s %%, without an end.") % told
    return _("A discount of %(discount)s %% until the day before %(until)s.") % told


def months_until(today: date) -> list[date]:
    """The month that goes on and those before it, the latest first."""
    last = today.year * 12 + today.month - 1
    return [date((last - back) // 12, (last - back) % 12 + 1, 1) for back in range(MOST_MONTHS)]
