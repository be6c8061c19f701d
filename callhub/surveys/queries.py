"""Questions about surveys: one invitation, what a call was about, and sums that tell nobody's answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from callhub.calls.models import Call, Derivation, Direction
from callhub.departments.models import Department, Extension
from callhub.pbx.queries import sample_pbx_ids
from callhub.surveys import rules
from callhub.surveys.models import Answer, Edition, Invitation, Way
from callhub.surveys.rules import Tally
from kit.telephones import normalised


@dataclass(frozen=True)
class PublicSatisfaction:
    """What the public may know of a period. Under 30 answers the rates and the interval are None, and under 5 ``answered`` is too."""

    answered: int | None
    satisfied_rate: float | None
    satisfied_interval: tuple[float, float] | None
    response_rate: float | None


@dataclass(frozen=True)
class Group:
    """One month, department, way or agent; with ``is_hidden`` only how many were asked and answered is told."""

    key: Any
    tally: Tally
    is_hidden: bool


def key_of_secrets() -> bytes:
    """The key that tokens and digests are made with."""
    return settings.SECRET_KEY.encode()


def current_edition() -> Edition | None:
    """What the municipality chose latest; None while it chose nothing, and asks nobody."""
    return Edition.objects.first()


def is_asking() -> bool:
    """Whether citizens are asked."""
    edition = current_edition()
    return edition is not None and edition.is_on


def invitation_of(text: str) -> Invitation | None:
    """The invitation behind a token or code of this municipality, or None."""
    secret = rules.as_secret(text)
    if not secret:
        return None
    return Invitation.objects.filter(digest=rules.digest_of(key_of_secrets(), secret)).first()


def invitation_of_call(call: Call) -> Invitation | None:
    """The invitation of a call, or None."""
    return Invitation.objects.filter(call_id=call.pk).first()


def may_be_asked_about(call: Call) -> bool:
    """Whether a call is a citizen's that a person answered, and no sample."""
    return (
        call.direction == Direction.INBOUND and call.answered_by_person is True and call.pbx_id not in sample_pbx_ids()
    )


def department_of(call: Call) -> Department | None:
    """The department that picked the call up latest, None where it stayed with the first line."""
    picked_up = Derivation.objects.filter(call=call, result=Derivation.Result.PICKED_UP).order_by("-at", "-id").first()
    found = picked_up and Extension.objects.filter(number=picked_up.target).select_related("department").first()
    return found.department if found else None


def calls_to_ask_about(edition: Edition, now: datetime) -> QuerySet[Call]:
    """Citizens' calls of the last day, since ``edition`` was made, that nobody was asked about, the oldest first."""
    since = max(now - timedelta(days=1), edition.made_at)
    return (
        Call.objects.filter(
            ~Q(caller=""),
            ~Exists(Invitation.objects.filter(call_id=OuterRef("id"))),
            started_at__gte=since,
            started_at__lt=now,
            direction=Direction.INBOUND,
            answered_by_person=True,
            is_hidden=False,
        )
        .exclude(pbx_id__in=sample_pbx_ids())
        .order_by("started_at", "id")
    )


def asked_lately(today: date) -> set[str]:
    """The telephones, in E.164, of who was asked in the last thirty days, however the switchboard wrote them."""
    since = today - timedelta(days=rules.DAYS_BETWEEN_QUESTIONS)
    asked = Invitation.objects.filter(invited_on__gt=since).values("call_id")
    return {normalised(one) for one in Call.objects.filter(id__in=asked).values_list("caller", flat=True)}


def invitations_to_remind(today: date) -> QuerySet[Invitation]:
    """Links sent by short message three days ago or more that nobody answered, reminded of or let close."""
    return Invitation.objects.filter(
        way=Way.MESSAGE,
        invited_on__lte=today - timedelta(days=rules.DAYS_TO_REMINDER),
        closes_on__gt=today,
        reminded_on=None,
        answered_on=None,
    ).order_by("id")


_SUMS = {  # named apart from the columns, which a sum of the same name would hide
    "of_answered": Count("pk"),
    "of_satisfied": Count("pk", filter=Q(overall__gte=rules.SATISFIED_FROM)),
    "of_overall_sum": Sum("overall"),
    "of_treatment_sum": Sum("treatment"),
    "of_solved": Count("pk", filter=Q(solved="YES")),
    "of_partly": Count("pk", filter=Q(solved="PARTLY")),
}


def by_month(first: date, past: date) -> list[Group]:
    """The months from ``first`` up to, but without, ``past``, both first days; the latest first."""
    found = _groups(first, past, TruncMonth("called_on"), F("month"))
    return sorted(found, key=lambda one: one.key, reverse=True)


def by_department(first: date, past: date) -> list[Group]:
    """The departments that picked calls up, as ``Department | None``, by name; None is the first line."""
    known = Department.objects.in_bulk()
    found = _groups(first, past, F("department_id"), F("department_id"))
    named = [Group(known.get(one.key), one.tally, one.is_hidden) for one in found]
    return sorted(named, key=lambda one: one.key.search_key if one.key else "")


def by_way(first: date, past: date) -> list[Group]:
    """The ways in which citizens were asked."""
    found = _groups(first, past, F("way"), F("way"))
    return sorted(found, key=lambda one: Way.values.index(one.key))


def by_agent(first: date, past: date) -> list[Group]:
    """The agents of whom there is enough to be told, by name in the records; of the others there is nothing."""
    found = _groups(first, past, F("agent"), F("agent"))
    return sorted(
        (one for one in found if one.key and one.tally.answered and not one.is_hidden), key=lambda one: one.key
    )


def whole(first: date, past: date) -> Group:
    """All of a period; hidden while fewer than five answered."""
    tally = rules.total_of([one.tally for one in by_month(first, past)])
    return Group(None, tally, 0 < tally.answered < rules.FEWEST_ANSWERS)


def satisfaction_to_publish(first: date, past: date) -> PublicSatisfaction:
    """What the public page may say of the months from ``first`` up to, but without, ``past``.

    Without what agents wrote down: who declined was not counted there, so that the response rate would flatter.
    """
    tally = rules.total_of([one.tally for one in by_way(first, past) if one.key != Way.READ])
    told = None if 0 < tally.answered < rules.FEWEST_ANSWERS else tally.answered
    if tally.answered < rules.FEWEST_PUBLISHED:
        return PublicSatisfaction(told, None, None, None)
    return PublicSatisfaction(told, tally.satisfied_rate, tally.satisfied_interval, tally.response_rate)


def _groups(first: date, past: date, asked_by: Any, answered_by: Any) -> list[Group]:
    """Invitations and answers of a period by the expressions that make each one's key."""
    asked = Invitation.objects.filter(called_on__gte=first, called_on__lt=past)
    given = Answer.objects.filter(month__gte=first, month__lt=past)
    invited = _by_key(asked.values_list(asked_by).annotate(n=Count("pk")).order_by(), ("invited",))
    answers = _by_key(
        given.values_list(answered_by).annotate(**_SUMS).order_by(), tuple(one.removeprefix("of_") for one in _SUMS)
    )
    tallies = {key: Tally(**invited.get(key, {}), **answers.get(key, {})) for key in {**invited, **answers}}
    hidden = rules.to_hide({place: one.answered for place, one in enumerate(tallies.values())})
    return [Group(key, tally, place in hidden) for place, (key, tally) in enumerate(tallies.items())]


def _by_key(rows: Iterable[tuple[Any, ...]], names: tuple[str, ...]) -> dict[Any, dict[str, int]]:
    return {key: dict(zip(names, sums, strict=True)) for key, *sums in rows}


def texts(state: str = "") -> QuerySet[Answer]:
    """What citizens wrote, the latest month first; within a month in no order that tells anything."""
    found = Answer.objects.exclude(text_state=Answer.TextState.NONE).order_by("-month", "id")
    return found.filter(text_state=state) if state in Answer.TextState.values else found
