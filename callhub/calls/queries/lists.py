"""The list of calls with its filters, and one call with everything around it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from callhub.calls.models import Call, Derivation, Direction, Leg, Visit, digits_in
from callhub.calls.queries.names import names_meant_by
from callhub.calls.rules import call_id
from callhub.departments.models import Extension
from callhub.pbx.models import Pbx
from kit.telephones import DIGITS_SHOWN, SHORTEST_PUBLIC_NUMBER, digits_of, part_of_number, spellings

FEWEST_DIGITS_OF_A_NUMBER = 5  # a word of the text filter with as many is taken for a citizen's number


WITHOUT_DEPARTMENT = 0  # instead of a department's id: telephones that nobody said are any department's


@dataclass(frozen=True)
class CallFilter:
    """What the list is narrowed to; empty values narrow nothing. Moments are half-open and aware.

    Without ``sees_whole_numbers`` a number is searched by its last three digits only.
    """

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
    sees_whole_numbers: bool = False


def calls_matching(wanted: CallFilter) -> QuerySet[Call]:
    """Calls that match every filter, the latest first."""
    calls = Call.objects.order_by("-started_at", "id")
    if wanted.starts_at:
        calls = calls.filter(started_at__gte=wanted.starts_at)
    if wanted.ends_before:
        calls = calls.filter(started_at__lt=wanted.ends_before)
    if wanted.queue:
        calls = calls.filter(Exists(Visit.objects.filter(call_id=OuterRef("id"), queue=wanted.queue)))
    if wanted.agent:
        by_visit = Exists(Visit.objects.filter(call_id=OuterRef("id"), agent=wanted.agent))
        calls = calls.filter(Q(agent=wanted.agent) | Q(by_visit))
    if wanted.department_id is not None:
        calls = calls.filter(touches_department(wanted.department_id))
    return narrowed(calls, wanted)


def narrowed(calls: QuerySet[Call], wanted: CallFilter) -> QuerySet[Call]:
    """``calls`` that match the filters which mean the same for calls, visits and derivations: outcome, derivation, number, text."""
    if wanted.outcome:
        calls = calls.filter(outcome=wanted.outcome)
    if wanted.direction:
        calls = calls.filter(direction=wanted.direction)
    if wanted.derivation:
        calls = calls.filter(_with_derivation(wanted.derivation, wanted.department_id))
    calls = calls.alias(caller_digits=digits_in("caller"), line_digits=digits_in("line"))
    if wanted.number:
        calls = calls.filter(_with_number(wanted.number, wanted.sees_whole_numbers))
    for word in wanted.text.split():
        calls = calls.filter(_speaks_of(word, wanted.sees_whole_numbers))
    return calls


def _with_number(text: str, sees_whole_numbers: bool) -> Q:
    """Calls from, or to, a citizen's number: a whole one however it is written, or some of its digits in a row."""
    part = part_of_number(text) or text
    if not sees_whole_numbers:
        return _citizens("endswith", part[-DIGITS_SHOWN:])
    if whole := spellings(text):
        # Dialled numbers begin with what the switchboard wants for a line outside: 0612345678.
        return Q(caller_digits__in=whole) | Q(direction=Direction.OUTBOUND, line_digits__endswith=whole[0])
    return _citizens("contains", part)


def _citizens(lookup: str, value: str) -> Q:
    """The citizen is the caller; of an outgoing call, who is dialled."""
    caller = Q(**{f"caller_digits__{lookup}": value})
    return caller | Q(direction=Direction.OUTBOUND, **{f"line_digits__{lookup}": value})


def belongs_to(column: str, department_id: int) -> Q:
    """The telephone in ``column`` is one of the department's; for WITHOUT_DEPARTMENT, of no department's."""
    if department_id == WITHOUT_DEPARTMENT:
        return ~Q(**{f"{column}__in": Extension.objects.values("number")}) & ~Q(**{column: ""})
    return Q(**{f"{column}__in": Extension.objects.filter(department_id=department_id).values("number")})


def touches_department(department_id: int) -> Q:
    """Calls handed to a department, or in which one of its telephones spoke."""
    derived = Exists(Derivation.objects.filter(belongs_to("target", department_id), call_id=OuterRef("id")))
    spoken = Exists(Leg.objects.filter(belongs_to("party", department_id), call_id=OuterRef("id")))
    return Q(derived) | Q(spoken)


def _with_derivation(result: str, department_id: int | None) -> Exists:
    derivations = Derivation.objects.filter(call_id=OuterRef("id"))
    if result == "NOT_PICKED_UP":
        derivations = derivations.filter(result__in=["RETURNED", "LOST"])
    elif result in Derivation.Result.values:
        derivations = derivations.filter(result=result)
    if department_id is not None:
        derivations = derivations.filter(belongs_to("target", department_id))
    return Exists(derivations)


def _speaks_of(word: str, sees_whole_numbers: bool) -> Q:
    """Calls with a queue, agent, line, telephone, person or department that ``word`` means, or whose key or number it is.

    The word is looked up among names first, so that calls are compared with whole names and not searched one by one.
    """
    meant = names_meant_by(word)
    telephones = meant.extensions
    if word.isdigit() and (sees_whole_numbers or len(word) < SHORTEST_PUBLIC_NUMBER):
        telephones = [*telephones, word]  # also one that nobody keeps a department for
    by_key = Q(id__in=[call_id(pbx, word) for pbx in Pbx.objects.values_list("uuid", flat=True)])
    own = Q(agent__in=[*meant.agents, *telephones]) | Q(direction=Direction.INBOUND, line__in=meant.lines)
    visits = Visit.objects.filter(Q(queue__in=meant.queues) | Q(agent__in=meant.agents), call_id=OuterRef("id"))
    derivations = Derivation.objects.filter(
        Q(target__in=telephones) | Q(by_agent__in=[*meant.agents, *telephones]), call_id=OuterRef("id")
    )
    legs = Leg.objects.filter(party__in=telephones, call_id=OuterRef("id"))
    found = by_key | own | Q(Exists(visits)) | Q(Exists(derivations)) | Q(Exists(legs))
    if sees_whole_numbers and len(digits_of(word)) >= FEWEST_DIGITS_OF_A_NUMBER:
        found |= _with_number(word, sees_whole_numbers)
    return found


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
