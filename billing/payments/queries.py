"""Questions about payments."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from billing.payments.models import Customer, RefusedDelivery, Settlement, StripeEvent, SubscriptionState
from billing.payments.rules import (
    Amount,
    Standing,
    Way,
    amount_of,
    charges_a_year,
    given_back,
    less_given,
    month_charged,
    standing_that_counts,
)
from billing.plans.models import Contract
from billing.plans.queries import HELD, years_between
from billing.plans.rules import ANNUAL, MONTHLY, first_of_month, tax_of, year_quote
from billing.usage.queries import closed_months, quote_of, trouble_of
from kit.periods import month_after
from tenants.directory.models import Municipality

_SETTLES_WITHIN = timedelta(minutes=2)  # a job takes seconds; after that it was lost
_TRIES_OF_UNKNOWN = 4  # an event can be quicker than the link of its customer, not by more than minutes


def state_of(schema_name: str) -> SubscriptionState | None:
    """The municipality's subscription: the one in force, else the newest."""
    states = list(SubscriptionState.objects.filter(schema_name=schema_name).exclude(asked_at=None).order_by("-pk"))
    return next((one for one in states if one.standing != Standing.ENDED), states[0] if states else None)


def lost_events() -> list[str]:
    """Events that wait and that no job seems to work on."""
    before = timezone.now() - _SETTLES_WITHIN
    waiting = Q(outcome=StripeEvent.Outcome.WAITING)  # for as long as Stripe does not answer
    unknown = Q(outcome=StripeEvent.Outcome.UNKNOWN, attempts__lt=_TRIES_OF_UNKNOWN)
    found = StripeEvent.objects.filter(waiting | unknown, processed_at=None, received_at__lt=before)
    return list(found.order_by("received_at").values_list("event_id", flat=True)[:500])


def events(*, only_open: bool) -> QuerySet[StripeEvent]:
    """What Stripe told us, newest first; ``only_open``: what was not worked on."""
    found = StripeEvent.objects.order_by("-received_at", "-pk")
    return found.filter(processed_at=None) if only_open else found


def payers() -> list[Municipality]:
    """The municipalities that `payer` knows, by name: one that never finished its page of payment is a customer only."""
    with_state = SubscriptionState.objects.exclude(asked_at=None).values_list("schema_name", flat=True)
    schemas = Customer.objects.filter(schema_name__in=list(with_state)).values_list("schema_name", flat=True)
    return list(Municipality.objects.filter(schema_name__in=list(schemas)).order_by("name"))


def payer(slug: str) -> tuple[Municipality, SubscriptionState, Customer] | None:
    """A municipality that has a subscription at Stripe; None where it has none."""
    town = Municipality.objects.filter(slug=slug).first()
    state = state_of(town.schema_name) if town else None
    customer = Customer.objects.filter(schema_name=town.schema_name).first() if town else None
    return (town, state, customer) if town and state and customer else None


def unfinished() -> int:
    """How many events failed or are about nobody we know."""
    return StripeEvent.objects.filter(
        processed_at=None, outcome__in=[StripeEvent.Outcome.FAILED, StripeEvent.Outcome.UNKNOWN]
    ).count()


def refusals_today() -> dict[str, int]:
    """Deliveries that were not believed today, by reason."""
    of_today = RefusedDelivery.objects.filter(day=timezone.now().date()).order_by("why")
    return dict(of_today.values_list("why", "number"))


def towns_by_schema() -> dict[str, str]:
    """Names of municipalities, for the console."""
    return dict(Municipality.objects.values_list("schema_name", "name"))


def name_of(schema_name: str) -> str:
    """What a municipality is called; its schema's name when nobody knows."""
    found = Municipality.objects.filter(schema_name=schema_name).values_list("name", flat=True).first()
    return found or schema_name


BY_STRIPE = (Way.CARD, Way.DIRECT_DEBIT)


def standing_for(contract: Contract) -> Standing | None:
    """What Stripe said that means for a contract, all subscriptions of its municipality and its settlements together."""
    told = SubscriptionState.objects.filter(schema_name=contract.schema_name).exclude(asked_at=None)
    own = [one.standing for one in told if one.contract == str(contract.uuid)]
    others = [one.standing for one in told if one.contract != str(contract.uuid)]
    found = standing_that_counts(own, others)
    return Standing.PAST_DUE if found == Standing.PAID and is_settlement_late(contract.schema_name) else found


def subscriptions_going_on(schema_name: str) -> list[SubscriptionState]:
    """Subscriptions that will charge again. One that Adtende made at Stripe by hand names no contract and is left alone."""
    told = SubscriptionState.objects.filter(schema_name=schema_name, ends_with_period=False).exclude(contract="")
    return [one for one in told.exclude(asked_at=None) if one.standing != Standing.ENDED]


def is_to_be_paid(contract: Contract | None) -> bool:
    """Whether a page of payment may be opened for a contract that holds."""
    if contract is None or contract.way not in BY_STRIPE:
        return False
    return standing_for(contract) in (None, Standing.BEGINNING, Standing.ENDED)


def owed_by_month(town: Municipality) -> dict[date, Amount]:
    """What each closed month costs that Stripe charges, until the first that is not closed or cannot be right."""
    schema = town.schema_name
    first = Contract.objects.filter(schema_name=schema, state__in=HELD, way__in=BY_STRIPE).first()
    owed: dict[date, Amount] = {}
    expected = first_of_month(first.starts_on) if first else date.max
    for closed in closed_months(schema):
        if closed.month < expected:
            continue
        if closed.month > expected or trouble_of(closed):
            break
        expected = month_after(closed.month)
        if _is_by_stripe(schema, closed.month):
            quote = quote_of(closed, town.ine_code)
            owed[closed.month] = Amount(quote.net_cents, quote.tax_cents) if quote else Amount()
    return owed


def _is_by_stripe(schema: str, month: date) -> bool:
    """Whether all that a month costs is charged by Stripe; where ways are mixed, its invoice is made by hand.

    After the last contract what is found late is charged as the contract was.
    """
    held = Contract.objects.filter(schema_name=schema, state__in=HELD, starts_on__lt=month_after(month))
    of_month = held.filter(Q(ends_on=None) | Q(ends_on__gt=month)).exclude(ends_on=F("starts_on"))
    return {one.way for one in of_month or held.order_by("-starts_on", "-id")[:1]} <= set(BY_STRIPE)


def charged_by_month(invoices: Iterable[Mapping[str, Any]], town: Municipality) -> dict[date, Amount]:
    """What invoices of Stripe charged for each month."""
    charged: dict[date, Amount] = {}
    for month, one in _with_month(invoices, town):
        charged[month] = charged.get(month, Amount()) + amount_of(one)
    return charged


def given_by_month(invoices: Iterable[Mapping[str, Any]], town: Municipality) -> dict[date, int]:
    """Cents, with tax, that were given back of what was charged for each month."""
    given: dict[date, int] = {}
    for month, one in _with_month(invoices, town):
        given[month] = given.get(month, 0) + given_back(one)
    return given


def _with_month(invoices: Iterable[Mapping[str, Any]], town: Municipality) -> Iterator[tuple[date, Mapping[str, Any]]]:
    monthly = Contract.objects.filter(schema_name=town.schema_name, term=MONTHLY).values_list("uuid", flat=True)
    known, zone = {str(one) for one in monthly}, ZoneInfo(town.time_zone)
    for one in invoices:
        month = month_charged(one, town.schema_name, known, zone)
        if month:
            yield month, one


def years_to_settle(invoices: Iterable[Mapping[str, Any]], town: Municipality, on: date) -> Amount:
    """What the years begun until a day cost that Stripe charges, less what its invoices charged for them.

    Where too much was charged for those before that day, what was given back of it counts no more.
    """
    schema, before, new, given = town.schema_name, Amount(), Amount(), 0
    for year, contract in years_between(schema, date.min, on + timedelta(days=1)):
        if contract.way in BY_STRIPE:
            quote = year_quote(year, tax_of(town.ine_code, year.starts_on))
            cost = Amount(quote.net_cents, quote.tax_cents)
            if year.starts_on < on:
                before = before + cost
            else:
                new = new + cost
    # Also one that was changed on the day it began, of which no year is left.
    every = Contract.objects.filter(schema_name=schema, term=ANNUAL, way__in=BY_STRIPE).values_list("uuid", flat=True)
    annual = {str(one) for one in every}
    for one in invoices:
        if charges_a_year(one, schema, annual):
            before, given = before - amount_of(one), given + given_back(one)
    return less_given(before, given)[0] + new


def settled_until(schema_name: str) -> str:
    """The latest month that was settled, as 2026-10; empty before the first."""
    months = Settlement.objects.filter(schema_name=schema_name, about__regex=r"^\d{4}-\d{2}$")
    return months.order_by("-about").values_list("about", flat=True).first() or ""


def is_settlement_late(schema_name: str) -> bool:
    """Whether something that was charged beside the subscription was refused and is not paid yet."""
    return Settlement.objects.filter(schema_name=schema_name, is_late=True).exists()
