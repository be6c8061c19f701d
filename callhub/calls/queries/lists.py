"""The list of calls with its filters, and one call with everything around it."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from callhub.calls.models import Call, Derivation, Leg, Visit
from callhub.departments.models import Extension


@dataclass(frozen=True)
class CallFilter:
    """What the list is narrowed to; empty values narrow nothing. Moments are half-open and aware."""

    starts_at: datetime | None = None
    ends_before: datetime | None = None
    queue: str = ""
    department_id: int | None = None
    agent: str = ""
    outcome: str = ""
    direction: str = ""
    derivation: str = ""
    number: str = ""
    text: str = ""


def calls_matching(wanted: CallFilter) -> QuerySet[Call]:
    """Calls that match every filter, the latest first."""
    calls = Call.objects.order_by("-started_at", "id")
    if wanted.starts_at:
        calls = calls.filter(started_at__gte=wanted.starts_at)
    if wanted.ends_before:
        calls = calls.filter(started_at__lt=wanted.ends_before)
    if wanted.outcome:
        calls = calls.filter(outcome=wanted.outcome)
    if wanted.direction:
        calls = calls.filter(direction=wanted.direction)
    if wanted.queue:
        calls = calls.filter(Exists(Visit.objects.filter(call_id=OuterRef("id"), queue=wanted.queue)))
    if wanted.agent:
        by_visit = Exists(Visit.objects.filter(call_id=OuterRef("id"), agent=wanted.agent))
        calls = calls.filter(Q(agent=wanted.agent) | Q(by_visit))
    if wanted.department_id is not None:
        calls = calls.filter(_touches_department(wanted.department_id))
    if wanted.derivation:
        calls = calls.filter(_with_derivation(wanted.derivation, wanted.department_id))
    if wanted.number:
        calls = calls.filter(caller__contains=_digits(wanted.number))
    for word in wanted.text.split():
        calls = calls.filter(_speaks_of(word))
    return calls


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit() or c == "+") or text


def _extensions(department_id: int) -> QuerySet[Extension, str]:
    return Extension.objects.filter(department_id=department_id).values_list("number", flat=True)


def _touches_department(department_id: int) -> Q:
    numbers = _extensions(department_id)
    derived = Exists(Derivation.objects.filter(call_id=OuterRef("id"), target__in=numbers))
    spoken = Exists(Leg.objects.filter(call_id=OuterRef("id"), party__in=numbers))
    return Q(derived) | Q(spoken)


def _with_derivation(result: str, department_id: int | None) -> Exists:
    derivations = Derivation.objects.filter(call_id=OuterRef("id"))
    if result == "NOT_PICKED_UP":
        derivations = derivations.filter(result__in=["RETURNED", "LOST"])
    elif result in Derivation.Result.values:
        derivations = derivations.filter(result=result)
    if department_id is not None:
        derivations = derivations.filter(target__in=_extensions(department_id))
    return Exists(derivations)


def _speaks_of(word: str) -> Q:
    columns = ("key", "caller", "line", "agent")
    in_visit = Visit.objects.filter(Q(queue__icontains=word) | Q(agent__icontains=word), call_id=OuterRef("id"))
    in_derivation = Derivation.objects.filter(target__icontains=word, call_id=OuterRef("id"))
    own = reduce(or_, (Q(**{f"{column}__icontains": word}) for column in columns))
    return own | Q(Exists(in_visit)) | Q(Exists(in_derivation))


@dataclass(frozen=True)
class CallStory:
    """A call with its visits, conversations and derivations, in order of time."""

    call: Call
    visits: list[Visit]
    legs: list[Leg]
    derivations: list[Derivation]


def call_story(call_id: uuid.UUID) -> CallStory | None:
    """The story of one call, or None when there is no such call here."""
    call = Call.objects.filter(id=call_id).first()
    if call is None:
        return None
    return CallStory(
        call,
        list(call.visits.order_by("entered_at", "id")),
        list(call.legs.order_by("started_at", "id")),
        list(call.derivations.order_by("at", "id")),
    )


def departments_by_extension() -> dict[str, str]:
    """Department names by extension number, for extensions that have a department."""
    rows = Extension.objects.filter(department__isnull=False).values_list("number", "department__name")
    return dict(rows)


def first_and_latest_call() -> tuple[datetime, datetime] | None:
    """When the first and the latest call began, or None when there is none."""
    first = Call.objects.order_by("started_at").values_list("started_at", flat=True).first()
    latest = Call.objects.order_by("-started_at").values_list("started_at", flat=True).first()
    return (first, latest) if first and latest else None
