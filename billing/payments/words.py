"""States of payments as people read them."""

from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from billing.payments.models import StripeEvent
from billing.payments.rules import Refused, Standing
from billing.plans.models import Contract
from billing.plans.words import PLANS

STANDINGS: dict[Standing, tuple[str, Promise]] = {
    Standing.BEGINNING: ("half", _("Waiting for the first payment")),
    Standing.PAID: ("ok", _("Paid")),
    Standing.PAST_DUE: ("warn", _("A payment is late")),
    Standing.UNPAID: ("bad", _("Not paid")),
    Standing.ENDED: ("none", _("Ended")),
}
OUTCOMES: dict[str, tuple[str, Promise]] = {
    StripeEvent.Outcome.WAITING: ("half", _("Waiting")),
    StripeEvent.Outcome.DONE: ("ok", _("Done")),
    StripeEvent.Outcome.OURS: ("none", _("Nothing to do")),
    StripeEvent.Outcome.UNKNOWN: ("warn", _("Of nobody we know")),
    StripeEvent.Outcome.FAILED: ("bad", _("Failed")),
}
TROUBLES: dict[str, Promise] = {
    "stripe does not answer": _("The payment service did not answer; it is asked again."),
    "no municipality is this customer": _("No municipality is this customer."),
    "the settlement is not written down yet": _("What it is about is not written down yet; it is looked at again."),
    "the subscription is another customer's": _("The subscription is another customer's."),
    "it is of the other mode (test and real payments are apart)": _(
        "It is of the other mode: test and real payments are apart."
    ),
}
REFUSALS: dict[Refused, Promise] = {
    Refused.UNSIGNED: _("without a signature"),
    Refused.FORGED: _("with a signature that is not Stripe's"),
    Refused.OLD: _("signed too long ago"),
    Refused.FUTURE: _("signed in the future"),
    Refused.TOO_LARGE: _("too large"),
    Refused.UNREADABLE: _("unreadable"),
    Refused.NOT_CONFIGURED: _("while payments are not configured"),
}


def names_of(contract: Contract) -> dict[str, str]:
    """What Stripe's page and invoices call the lines of a contract. In Spanish: a product has one name there, for all."""
    with override("es"):
        plan = str(PLANS[contract.plan])
        return {
            "service": plan,
            "days": gettext("%(plan)s, until the end of the month") % {"plan": plan},
            "difference": gettext("%(plan)s: difference for the change of plan") % {"plan": plan},
        }


def settlement_in_words(month: date) -> str:
    """What the line of a closed month says on Stripe's invoice. In Spanish as well."""
    with override("es"):
        said = date_format(month, "F Y").lower()
        return gettext("Calls and days of %(month)s that were not charged in advance") % {"month": said}


def standing_in_words(standing: Standing) -> tuple[str, Promise]:
    """State and words of a badge."""
    return STANDINGS[standing]


def outcome_in_words(event: StripeEvent) -> tuple[str, Promise]:
    """State and words of a badge."""
    return OUTCOMES[event.outcome]


def trouble_in_words(event: StripeEvent) -> str:
    """Why an event was not worked on, in the reader's language where the program says it."""
    return str(TROUBLES.get(event.error, event.error))


def refusal_in_words(why: str) -> Promise:
    """Why a delivery was not believed."""
    return REFUSALS[Refused(why)]
