"""The calls behind a figure: who its numerator counts, and who its denominator does.

Keyed by the id of the figure's definition. Each list holds exactly as many rows as the figure counts: a call that entered
queues twice is listed twice where visits are counted, one handed on twice where derivations are.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from callhub.calls.models import Call, Derivation, Direction, Outcome, Visit
from callhub.calls.queries.lists import CallFilter, belongs_to, calls_matching, narrowed, touches_department
from kit.waits import past_waits_before, past_waits_within


class Unit(StrEnum):
    """What one row of a list is."""

    CALL = "CALL"
    VISIT = "VISIT"
    VISIT_OR_CALL = "VISIT_OR_CALL"
    DERIVATION = "DERIVATION"


@dataclass(frozen=True)
class Limits:
    """The target and the limit of short abandons that a figure was asked with, in whole seconds."""

    target_seconds: int = 20
    short_abandon_seconds: int = 5


@dataclass(frozen=True)
class Population:
    """A set of visits, calls or derivations with a name. ``where`` speaks of a call, and of its visit or derivation by ``row_``."""

    name: str
    unit: Unit
    where: Callable[[Limits], Q]


def _within(limits: Limits) -> Q:
    return Q(row_wait__lt=past_waits_within(limits.target_seconds))


def _long_enough(limits: Limits) -> Q:
    """Not a short abandon; an abandon whose wait no record tells is none."""
    return Q(row_wait__isnull=True) | Q(row_wait__gte=past_waits_before(limits.short_abandon_seconds))


_ANSWERED = Q(row_outcome=Outcome.ANSWERED)
_ABANDONED = Q(row_outcome=Outcome.ABANDONED)
_ANSWERED_WAIT_KNOWN = _ANSWERED & Q(row_wait__isnull=False)
_LEFT = _ANSWERED_WAIT_KNOWN | _ABANDONED | Q(row_outcome=Outcome.FLOWED_OUT)
_INBOUND = Q(direction=Direction.INBOUND)
_BY_PERSON = _INBOUND & Q(answered_by_person=True)
_TELLS_TRANSFERS = Q(
    sources__in=[total for total in range(16) if total & 3]
)  # a queue's record (1) or CEL (2) is among them
_DERIVED = Q(Exists(Derivation.objects.filter(call_id=OuterRef("id"))))
_DERIVED_BLINDLY = Q(Exists(Derivation.objects.filter(call_id=OuterRef("id"), kind=Derivation.Kind.BLIND)))
_DERIVED_ATTENDED = Q(Exists(Derivation.objects.filter(call_id=OuterRef("id"), kind=Derivation.Kind.ATTENDED)))
_FOLLOWED = Q(row_kind=Derivation.Kind.BLIND) & ~Q(row_outcome=Derivation.Result.UNKNOWN)
_MISSED = Q(row_outcome__in=[Derivation.Result.RETURNED, Derivation.Result.LOST])


def _visits(name: str, where: Callable[[Limits], Q]) -> Population:
    return Population(name, Unit.VISIT, where)


def _calls(name: str, where: Q) -> Population:
    return Population(name, Unit.CALL, lambda _: where)


ANSWERED_WITHIN = _visits("answered_within", lambda limits: _ANSWERED & _within(limits))
ANSWERED_OR_ABANDONED_WITHIN = _visits(
    "answered_or_abandoned_within", lambda limits: (_ANSWERED | _ABANDONED) & _within(limits)
)
ANSWERED_OR_ABANDONED_NOT_SHORT = _visits(
    "answered_or_abandoned_not_short", lambda limits: _ANSWERED_WAIT_KNOWN | (_ABANDONED & _long_enough(limits))
)
ANSWERED = _visits("answered", lambda _: _ANSWERED)
ABANDONED = _visits("abandoned", lambda _: _ABANDONED)
ANSWERED_OR_ABANDONED = _visits("answered_or_abandoned", lambda _: _ANSWERED_WAIT_KNOWN | _ABANDONED)
ANSWERED_ABANDONED_OR_FLOWED_OUT = _visits("answered_abandoned_or_flowed_out", lambda _: _LEFT)
OFFERED = _visits("offered", lambda _: Q(row_at__isnull=False))
ANSWERED_WITH_KNOWN_WAIT = _visits("answered_with_known_wait", lambda _: _ANSWERED_WAIT_KNOWN)
WITH_KNOWN_TALK = _visits("with_known_talk", lambda _: Q(row_talk__isnull=False))
WHOLE_DEMAND = Population(
    "whole_demand",
    Unit.VISIT_OR_CALL,
    lambda _: _LEFT | (_INBOUND & Q(outcome=Outcome.REJECTED, row_id__isnull=True)),
)
LEFT_BY_KEY = _visits("left_by_key", lambda _: Q(row_outcome=Outcome.FLOWED_OUT, visits__exit_reason="KEY"))
DECIDED = _calls("decided", _INBOUND & Q(answered_by_person__isnull=False))
BY_PERSON = _calls("by_person", _BY_PERSON)
BY_PERSON_FOLLOWED = _calls("by_person_followed", _BY_PERSON & _TELLS_TRANSFERS)
DERIVED = _calls("derived", _BY_PERSON & _DERIVED)
DERIVED_BLINDLY = _calls("derived_blindly", _BY_PERSON & _DERIVED_BLINDLY)
DERIVED_ATTENDED = _calls("derived_attended", _BY_PERSON & _DERIVED_ATTENDED)
NOT_DERIVED = _calls("not_derived", _BY_PERSON & _TELLS_TRANSFERS & ~_DERIVED)
PICKED_UP = Population(
    "picked_up",
    Unit.DERIVATION,
    lambda _: Q(
        row_kind=Derivation.Kind.BLIND, row_outcome=Derivation.Result.PICKED_UP, row_picked_up_after__isnull=False
    ),
)
FOLLOWED = Population("followed", Unit.DERIVATION, lambda _: _FOLLOWED)
NOT_PICKED_UP = Population("not_picked_up", Unit.DERIVATION, lambda _: _FOLLOWED & _MISSED)

# Figure -> who its numerator counts, who its denominator. Of seconds there is one population: those they are the seconds of.
POPULATIONS: dict[str, tuple[Population, Population]] = {
    "sl_default": (ANSWERED_WITHIN, ANSWERED_OR_ABANDONED_NOT_SHORT),
    "sl_answered": (ANSWERED_WITHIN, ANSWERED_WITH_KNOWN_WAIT),
    "sl_answered_or_abandoned_within": (ANSWERED_OR_ABANDONED_WITHIN, ANSWERED_OR_ABANDONED),
    "sl_strict": (ANSWERED_WITHIN, ANSWERED_OR_ABANDONED),
    "sl_offered": (ANSWERED_WITHIN, ANSWERED_ABANDONED_OR_FLOWED_OUT),
    "sl_whole_demand": (ANSWERED_WITHIN, WHOLE_DEMAND),
    "answer_rate": (ANSWERED, OFFERED),
    "abandonment_rate": (ABANDONED, OFFERED),
    "average_speed_of_answer": (ANSWERED_WITH_KNOWN_WAIT, ANSWERED_WITH_KNOWN_WAIT),
    "average_talk": (WITH_KNOWN_TALK, WITH_KNOWN_TALK),
    "wait_median": (ANSWERED_WITH_KNOWN_WAIT, ANSWERED_WITH_KNOWN_WAIT),
    "wait_p90": (ANSWERED_WITH_KNOWN_WAIT, ANSWERED_WITH_KNOWN_WAIT),
    "answered_by_person_rate": (BY_PERSON, DECIDED),
    "derivation_rate": (DERIVED, BY_PERSON_FOLLOWED),
    "derivation_blind_rate": (DERIVED_BLINDLY, BY_PERSON_FOLLOWED),
    "derivation_attended_rate": (DERIVED_ATTENDED, BY_PERSON_FOLLOWED),
    "solution_index": (NOT_DERIVED, BY_PERSON_FOLLOWED),
    "disaffection": (NOT_PICKED_UP, FOLLOWED),
    "average_inside_wait": (PICKED_UP, PICKED_UP),
    "visits_answered": (ANSWERED, ANSWERED),
    "callbacks_requested": (LEFT_BY_KEY, OFFERED),
}

_OF_VISITS = {
    "row_id": "visits__id", "row_at": "visits__entered_at", "row_queue": "visits__queue", "row_outcome": "visits__outcome",
    "row_agent": "visits__agent", "row_wait": "visits__wait_seconds", "row_talk": "visits__talk_seconds",
}  # fmt: skip
_OF_DERIVATIONS = {
    "row_id": "derivations__id", "row_at": "derivations__at", "row_kind": "derivations__kind",
    "row_agent": "derivations__by_agent", "row_target": "derivations__target", "row_outcome": "derivations__result",
    "row_picked_up_after": "derivations__picked_up_after_seconds",
}  # fmt: skip


def rows_behind(population: Population, limits: Limits, wanted: CallFilter) -> QuerySet[Call]:
    """The rows of a population that match the filters, the latest first.

    Each row is a call; of a visit or a derivation it carries what is told of it as ``row_at``, ``row_outcome`` and so on.
    As in the figures a visit counts when it entered its queue, and a derivation when its call began.
    """
    where = population.where(limits)
    if population.unit == Unit.CALL:
        return calls_matching(wanted).filter(where)
    if population.unit == Unit.DERIVATION:
        return _derivations(where, wanted)
    columns = {name: F(path) for name, path in _OF_VISITS.items()}
    if population.unit == Unit.VISIT_OR_CALL:
        columns["row_at"] = Coalesce("visits__entered_at", "started_at")  # type: ignore[assignment]
    rows = Call.objects.annotate(**columns).filter(where).order_by("-row_at", "row_id", "id")
    if wanted.starts_at:
        rows = rows.filter(Q(row_at__gte=wanted.starts_at))
    if wanted.ends_before:
        rows = rows.filter(Q(row_at__lt=wanted.ends_before))
    if wanted.queue:
        rows = rows.filter(Q(row_queue=wanted.queue))
    if wanted.agent:
        rows = rows.filter(Q(row_agent=wanted.agent))
    if wanted.department_id is not None:
        rows = rows.filter(touches_department(wanted.department_id))
    return narrowed(rows, wanted)


def _derivations(where: Q, wanted: CallFilter) -> QuerySet[Call]:
    columns = {name: F(path) for name, path in _OF_DERIVATIONS.items()}
    rows = calls_matching(replace(wanted, agent="", department_id=None))
    rows = rows.annotate(**columns).annotate(row_back_at=_next_visit()).filter(where).order_by("-row_at", "row_id")
    if wanted.agent:
        rows = rows.filter(Q(row_agent=wanted.agent))
    if wanted.department_id is not None:
        rows = rows.filter(belongs_to("row_target", wanted.department_id))
    return rows


def _next_visit() -> Subquery:
    """When the call next entered a queue: a queue's record is in whole seconds, so up to a second before the transfer."""
    visits = Visit.objects.filter(call_id=OuterRef("id")).alias(second_past=F("entered_at") + timedelta(seconds=1))
    after = visits.filter(second_past__gt=OuterRef("row_at")).order_by("entered_at")
    return Subquery(after.values("entered_at")[:1])
