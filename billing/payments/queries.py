"""Questions about payments."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from billing.payments.models import Customer, RefusedDelivery, ReportedUse, StripeEvent, SubscriptionState
from billing.payments.rules import Standing, Way, further_calls_to_tell, standing_that_counts
from billing.plans.definitions import ATTENDED
from billing.plans.models import Contract
from billing.plans.queries import HELD
from billing.plans.rules.amounts import CORRECTION, FURTHER_CALLS
from billing.usage.models import ClosedMonth
from billing.usage.queries import closed_months, quote_of
from billing.usage.rules import month_after
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
    """What Stripe said that means for a contract, all subscriptions of its municipality together."""
    told = SubscriptionState.objects.filter(schema_name=contract.schema_name).exclude(asked_at=None)
    own = [one.standing for one in told if one.contract == str(contract.uuid)]
    others = [one.standing for one in told if one.contract != str(contract.uuid)]
    return standing_that_counts(own, others)


def subscriptions_to_end(schema_name: str, held: Contract | None) -> list[SubscriptionState]:
    """Subscriptions that go on for a contract that was left or changed; ``held`` is the one in force.

    The one of a contract that was left goes on until a period reaches its last day. One that Adtende made at Stripe by hand
    names no contract and is left alone.
    """
    told = SubscriptionState.objects.filter(schema_name=schema_name, ends_with_period=False).exclude(contract="")
    return [one for one in told if one.standing != Standing.ENDED and not _goes_on(one, held)]


def _goes_on(one: SubscriptionState, held: Contract | None) -> bool:
    if held is None or one.contract != str(held.uuid):
        return False
    return held.ends_on is None or one.period_end is None or one.period_end.date() < held.ends_on


def is_to_be_paid(contract: Contract | None) -> bool:
    """Whether a page of payment may be opened for a contract that holds."""
    if contract is None or contract.way not in BY_STRIPE:
        return False
    return standing_for(contract) in (None, Standing.BEGINNING, Standing.ENDED)


def _contract_of_month(schema_name: str, month: date) -> Contract | None:
    """The latest contract that held in a month: it tells how its calls are paid."""
    held = Contract.objects.filter(schema_name=schema_name, state__in=HELD, starts_on__lt=month_after(month))
    return held.filter(Q(ends_on=None) | Q(ends_on__gt=month)).last()


def _further_calls(closed: ClosedMonth, ine_code: str) -> int:
    quote = quote_of(closed, ine_code)
    return sum(line.quantity for line in quote.lines if line.kind in (FURTHER_CALLS, CORRECTION)) if quote else 0


def use_to_tell(town: Municipality) -> list[tuple[date, int]]:
    """The first closed month that Stripe was not told of, with its further calls, where it charges them; else nothing.

    Asked inside the municipality. One at a time: what is told of a month depends on what was told of those before.
    """
    schema, state = town.schema_name, state_of(town.schema_name)
    is_linked = Customer.objects.filter(schema_name=schema).exists()
    if not is_linked or state is None or state.standing in (Standing.BEGINNING, Standing.ENDED):
        return []
    told = dict(ReportedUse.objects.filter(schema_name=schema).values_list("month", "calls"))
    months: list[tuple[int, int | None]] = []
    for closed in closed_months(schema):
        contract = _contract_of_month(schema, closed.month)
        if contract is None or contract.plan != ATTENDED or contract.way not in BY_STRIPE:
            continue
        months.append((_further_calls(closed, town.ine_code), told.get(closed.month)))
        if closed.month not in told:
            return [(closed.month, further_calls_to_tell(months))]
    return []
