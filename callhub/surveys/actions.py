"""Asking a citizen about a call, keeping what they answer, and what the municipality makes of it.

What a citizen answers leaves no line in the audit record: its moment would be all that is missing to say whose answer it is.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from callhub.calls.models import Call
from callhub.surveys import rules
from callhub.surveys.delivery import send_link_by_mail
from callhub.surveys.models import Answer, Edition, Invitation, Way
from callhub.surveys.queries import current_edition, department_of, key_of_secrets, may_be_asked_about
from callhub.surveys.rules import Reply
from kit.periods import local_day
from tenants.audit.actions import record
from tenants.audit.rules import Actor
from tenants.directory.models import Municipality
from tenants.directory.queries import today_of


class UnableToAsk(Exception):
    """Nobody was asked; one sentence says why."""


class UnableToAnswer(Exception):
    """Nothing was kept: the time is over, or there is an answer already (``is_answered``)."""

    def __init__(self, *, is_answered: bool) -> None:
        super().__init__("answered" if is_answered else "over")
        self.is_answered = is_answered


class ChangedMeanwhile(Exception):
    """What somebody looked at is not what holds any more."""

    def __init__(self) -> None:
        super().__init__(_("Somebody changed this meanwhile: look at it again."))


@dataclass(frozen=True)
class Asked:
    """An invitation and its secret, told only now: a token, or a code to be said."""

    invitation: Invitation
    secret: str


def ask(*, town: Municipality, call: Call, way: Way, by: Actor, reason: str) -> Asked:
    """Invites whoever made a call to answer. Raises UnableToAsk where it is no answered call of a citizen, or was asked about."""
    with transaction.atomic():
        asked = invite(town=town, call=call, way=way)
        record(by=by, verb="ask_about_call", subject=call.key, reason=reason, details={"way": way.value})
    return asked


def ask_by_mail(*, town: Municipality, call: Call, email: str, by: Actor, reason: str) -> None:
    """Sends the link to an address that is not kept. Raises UnableToAsk as ``ask`` does, and when the mail is not taken."""
    try:
        with transaction.atomic():  # whom no mail was sent was not asked
            asked = ask(town=town, call=call, way=Way.MAIL, by=by, reason=reason)
            send_link_by_mail(town=town, email=email, token=asked.secret)
    except OSError as error:
        raise UnableToAsk(_("The mail server refused the link: nobody was asked. Try again, or use a code.")) from error


def invite(*, town: Municipality, call: Call, way: Way) -> Asked:
    """An invitation without a line in the record: the job writes one for all of a round. Raises UnableToAsk as ``ask`` does."""
    if not may_be_asked_about(call):
        raise UnableToAsk(_("Only a citizen's call that a person answered can be asked about."))
    today = today_of(town)
    is_said = way in {Way.CODE, Way.READ}
    secret = _code() if is_said else rules.token_of(key_of_secrets(), town.schema_name, call.pk)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                call_id=call.pk,
                digest=rules.digest_of(key_of_secrets(), secret),
                way=way,
                called_on=local_day(call.started_at, ZoneInfo(town.time_zone)),
                department=department_of(call),
                agent=call.agent,
                invited_on=today,
                closes_on=rules.closes_on(today),
            )
    except IntegrityError as error:
        raise UnableToAsk(_("This call was asked about before: a call is asked about once.")) from error
    return Asked(invitation, secret)


def _code() -> str:
    return "".join(secrets.choice(rules.CODE_CHARACTERS) for _place in range(rules.CODE_LENGTH))


def answer(*, invitation: Invitation, reply: Reply, language: str, today: date) -> None:
    """Keeps what a citizen says, once, apart from the call. Raises UnableToAnswer.

    Of two who send at once the first takes the invitation; what only ``without_personal_data`` may see is not kept anywhere.
    """
    with transaction.atomic():
        open_one = Invitation.objects.filter(pk=invitation.pk, answered_on=None, closes_on__gte=today)
        if not open_one.update(answered_on=today):
            raise UnableToAnswer(is_answered=not Invitation.objects.filter(pk=invitation.pk, answered_on=None).exists())
        _keep(invitation, reply, language)


def write_down(*, town: Municipality, call: Call, reply: Reply, language: str, by: Actor, reason: str) -> None:
    """Keeps the answers that an agent was told after reading the questions aloud, marked as such.

    A call that was asked about in another way, and not answered, is answered by this. Raises UnableToAsk and UnableToAnswer.
    """
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().filter(call_id=call.pk).first()
        invitation = invitation or invite(town=town, call=call, way=Way.READ).invitation
        if invitation.way != Way.READ and invitation.answered_on is None:
            invitation.way = Way.READ
            invitation.save(update_fields=["way"])
        answer(invitation=invitation, reply=reply, language=language, today=today_of(town))
        record(by=by, verb="write_down_answer", subject=call.key, reason=reason)


def _keep(invitation: Invitation, reply: Reply, language: str) -> None:
    text = rules.without_personal_data(reply.text)
    Answer.objects.create(
        month=invitation.called_on.replace(day=1),
        way=invitation.way,
        department_id=invitation.department_id,
        agent=invitation.agent,
        solved=reply.solved,
        treatment=reply.treatment,
        overall=reply.overall,
        language=language,
        text=text,
        text_state=Answer.TextState.WAITING if text else Answer.TextState.NONE,
    )


def choose_asking(*, is_on: bool, sends_messages: bool, one_in: int, seen: int, by: Actor, reason: str) -> Edition:
    """Says whether, how and about how many calls citizens are asked. ``seen`` is the number of the edition looked at, or 0.

    Raises ChangedMeanwhile when another one holds by now.
    """
    try:
        with transaction.atomic():
            latest = current_edition()
            number = latest.number if latest else 0
            if number != seen:
                raise ChangedMeanwhile
            edition = Edition.objects.create(
                number=number + 1, is_on=is_on, sends_messages=sends_messages, one_in=one_in, made_by=by.name
            )
            told = {"is_on": is_on, "sends_messages": sends_messages, "one_in": one_in}
            record(by=by, verb="choose_asking", subject=str(edition.number), reason=reason, details=told)
    except IntegrityError as error:
        raise ChangedMeanwhile from error
    return edition


def moderate(*, answer_id: uuid.UUID, state: Answer.TextState, why: str, by: Actor, reason: str) -> None:
    """Publishes what a citizen wrote, or holds it back and says why. Does nothing where there is no such text."""
    with transaction.atomic():
        found = Answer.objects.exclude(text_state=Answer.TextState.NONE).filter(pk=answer_id)
        if found.update(text_state=state, text_reason=why):
            verb = "publish_text" if state == Answer.TextState.PUBLISHED else "hold_text_back"
            record(by=by, verb=verb, subject=str(answer_id), reason=why or reason)


def reply_to(*, answer_id: uuid.UUID, reply: str, by: Actor, reason: str) -> None:
    """Keeps the administration's reply to what a citizen wrote; an empty one takes it back."""
    with transaction.atomic():
        found = Answer.objects.exclude(text_state=Answer.TextState.NONE).filter(pk=answer_id)
        if found.update(reply=reply):
            record(by=by, verb="reply_to_text", subject=str(answer_id), reason=reason)
