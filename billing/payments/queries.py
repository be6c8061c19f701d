"""Questions about payments."""

from datetime import timedelta

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils import timezone

from billing.payments.models import StripeEvent, SubscriptionState
from billing.payments.rules import Refused, Standing
from tenants.directory.models import Municipality

_SETTLES_WITHIN = timedelta(minutes=2)  # a job takes seconds; after that it was lost
_DAY = 86_400
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


def _counter(why: Refused) -> str:
    return f"payments:refused:{timezone.now():%Y-%m-%d}:{why.value}"


def count_refusal(why: Refused) -> None:
    """One more delivery that was not believed today: a number, nothing of what was sent."""
    key = _counter(why)
    if not cache.add(key, 1, _DAY):
        cache.incr(key)


def refusals_today() -> dict[str, int]:
    """Deliveries that were not believed today, by reason."""
    counted = {why.value: int(cache.get(_counter(why)) or 0) for why in Refused}
    return {why: number for why, number in counted.items() if number}


def towns_by_schema() -> dict[str, str]:
    """Names of municipalities, for the console."""
    return dict(Municipality.objects.values_list("schema_name", "name"))


def name_of(schema_name: str) -> str:
    """What a municipality is called; its schema's name when nobody knows."""
    found = Municipality.objects.filter(schema_name=schema_name).values_list("name", flat=True).first()
    return found or schema_name
