"""Plans, lines, ways to pay and what a plan includes, as people read them."""

from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from billing.plans.definitions import ATTENDED, TACTICAL_ADVICE
from billing.plans.rules import CAMPAIGN_BLOCK, OVERFLOW_BLOCK, Line, Tax, Terms
from kit import money
from shell import numbers

PLANS: dict[str, Promise] = {
    TACTICAL_ADVICE: gettext_lazy("Tactical advice"),
    ATTENDED: gettext_lazy("Centralised call service"),
}
SAYINGS: dict[str, Promise] = {
    TACTICAL_ADVICE: gettext_lazy(
        "Your own people answer, with your own switchboard, and know every day what to change."
    ),
    ATTENDED: gettext_lazy("Our people answer your telephone in the name of the town hall, and you see every call."),
}
TERMS: dict[str, Promise] = {"MONTHLY": gettext_lazy("Month by month"), "ANNUAL": gettext_lazy("A year in advance")}
WAYS: dict[str, Promise] = {
    "CARD": gettext_lazy("Card"),
    "DIRECT_DEBIT": gettext_lazy("Direct debit"),
    "E_INVOICE": gettext_lazy("Electronic invoice through FACe, payment at 30 days"),
}
STATES: dict[str, tuple[str, Promise]] = {
    "PROPOSED": ("half", gettext_lazy("Proposed")),
    "IN_FORCE": ("ok", gettext_lazy("In force")),
    "PAST_DUE": ("bad", gettext_lazy("Payment pending")),
    "ENDED": ("none", gettext_lazy("Ended")),
}


def euros(cents: int) -> str:
    """An amount in the reader's language."""
    return money.euros(cents, get_language() or "es")


def whole_euros(cents: int) -> str:
    """An amount without cents where it has none."""
    return money.whole_euros(cents, get_language() or "es")


def percent(rate: Decimal) -> str:
    """``8 %``, with decimals only where there are some."""
    return numbers.percent(rate / 100, 0 if rate == rate.to_integral_value() else 2)


def rate(tax: Tax) -> str:
    """``IVA 21 %``."""
    return f"{tax.code} {percent(tax.rate)}"


def annual_off(terms: Terms) -> str:
    """How much less a year in advance is."""
    return percent(terms.annual_discount_percent)


def band(terms: Terms) -> str:
    """Up to how many inhabitants the price is for."""
    if terms.band_up_to is None:
        return _("More than %(inhabitants)s inhabitants") % {"inhabitants": numbers.whole(100_000)}
    return _("Up to %(inhabitants)s inhabitants") % {"inhabitants": numbers.whole(terms.band_up_to)}


def included(terms: Terms) -> list[str]:
    """What a plan includes, in sentences."""
    figures = _("The figures of every call, with their definitions, for you and for citizens")
    if terms.plan == TACTICAL_ADVICE:
        return [
            _("Your own switchboard goes on as it is: we read its records"),
            _("Advice on what to change, with the numbers that say why"),
            _("A workbook with what to do, who does it and by when"),
            figures,
        ]
    return [
        ngettext(
            "%(calls)s call answered by a person each month",
            "%(calls)s calls answered by a person each month",
            terms.included_calls,
        )
        % {"calls": numbers.whole(terms.included_calls)},
        _("Answers in Spanish and in the language of the town hall"),
        _("Derivations followed until the department picks up"),
        figures,
    ]


def beyond(terms: Terms) -> list[tuple[str, str]]:
    """What calls cost that a plan does not include: what, and how much."""
    further = [(_("Each further call"), euros(terms.further_call_cents))] if terms.further_call_cents else []
    return [*further, *((name, euros(cents)) for _kind, name, cents in _blocks(terms))]


def _blocks(terms: Terms) -> list[tuple[str, str, int]]:
    """The blocks of calls that were agreed: kind, what it is, and its cents."""
    overflow = _("Overflow block: %(calls)s calls that your own people cannot take")
    campaign = _("Campaign block: %(calls)s calls in a month of taxes, enrolment or fiestas")
    every = ((OVERFLOW_BLOCK, overflow, terms.overflow_block), (CAMPAIGN_BLOCK, campaign, terms.campaign_block))
    return [(kind, name % {"calls": numbers.whole(one.calls)}, one.cents) for kind, name, one in every if one]


def blocks(terms: Terms) -> list[tuple[str, str]]:
    """The blocks of calls to choose from, with their price."""
    return [
        (kind, _("%(block)s, %(amount)s without tax") % {"block": name, "amount": euros(cents)})
        for kind, name, cents in _blocks(terms)
    ]


def line(one: Line) -> str:
    """A line of an offer, in words."""
    plan = str(PLANS.get(one.plan, one.plan))
    if one.kind == "base" and one.days:
        return _("%(plan)s, %(days)s of %(of)s days") % {"plan": plan, "days": one.days, "of": one.of_days}
    if one.kind == "base":
        return plan if one.quantity == 1 else _("%(plan)s, %(months)s months") % {"plan": plan, "months": one.quantity}
    if one.kind == "unused":
        told = {"plan": plan, "days": one.days, "of": one.of_days}
        return _("%(plan)s, %(days)s of %(of)s days not used") % told
    said = {
        "annual_discount": gettext_lazy("Discount for a year in advance"),
        "discount": gettext_lazy("Discount agreed"),
        "further_calls": gettext_lazy("Further calls"),
        "correction": gettext_lazy("Further calls of earlier months"),
        "overflow_block": gettext_lazy("Overflow blocks"),
        "campaign_block": gettext_lazy("Campaign blocks"),
    }[one.kind]
    return str(said) if one.quantity == 1 else f"{said} ({numbers.whole(one.quantity)} × {euros(one.unit_cents)})"


def last_day(ends_on: date) -> date:
    """The last day on which something holds that ends without ``ends_on``."""
    return date.fromordinal(ends_on.toordinal() - 1)
