"""Asking and reminding as jobs. A job is a hint: calls and invitations say what is to be done, so that a repeat does no harm."""

import structlog
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from callhub.calls.models import Call
from callhub.surveys import rules
from callhub.surveys.actions import UnableToAsk, invite
from callhub.surveys.delivery import send_message
from callhub.surveys.models import Invitation, Way
from callhub.surveys.queries import (
    asked_lately,
    calls_to_ask_about,
    current_edition,
    invitations_to_remind,
    key_of_secrets,
)
from kit.telephones import is_mobile, normalised
from tenants.audit.actions import record
from tenants.audit.rules import Actor, ActorKind
from tenants.directory.models import Municipality
from tenants.directory.queries import today_of
from tenants.isolation.jobs import in_every_municipality

BY = Actor(ActorKind.JOB, "SCT", "ask_citizens")
WHY = "as chosen on the page of satisfaction"
MOST_AT_ONCE = 200  # of one municipality in one round; the next round takes the rest
log = structlog.get_logger("sct.surveys")


@app.periodic(cron="*/10 * * * *")
@app.task(queue="default", name="ask_citizens", queueing_lock="ask_citizens", pass_context=False)
def ask_citizens(timestamp: int) -> None:
    """Sends the link about calls that just ended."""
    in_every_municipality(_ask, among=_is_serving)


@app.periodic(cron="10 9 * * *")  # late morning on every clock of Spain
@app.task(queue="default", name="remind_citizens", queueing_lock="remind_citizens", pass_context=False)
def remind_citizens(timestamp: int) -> None:
    """Sends the same link once more after three days."""
    in_every_municipality(_remind, among=_is_serving)


def _is_serving(municipality: Municipality) -> bool:
    return not municipality.is_read_only and not municipality.is_demonstration


def _ask(municipality: Municipality) -> None:
    edition = current_edition()
    if edition is None or not edition.is_on or not edition.sends_messages:
        return
    number, citizens = 0, asked_lately(today_of(municipality))
    for call in calls_to_ask_about(edition, timezone.now()):
        telephone = normalised(call.caller)
        if number == MOST_AT_ONCE:
            break
        if telephone in citizens or not is_mobile(telephone) or not rules.is_chosen(call.pk, edition.one_in):
            continue
        if _is_sent(municipality, call, telephone):
            number += 1
            citizens.add(telephone)
    _record("ask_citizens", number)


def _is_sent(municipality: Municipality, call: Call, telephone: str) -> bool:
    """Invites and sends; when the operator refuses the message nobody was invited, and the next round tries again."""
    try:
        with transaction.atomic():
            asked = invite(town=municipality, call=call, way=Way.MESSAGE)
            send_message(town=municipality, number=telephone, token=asked.secret)
    except UnableToAsk:
        return False
    except Exception as error:
        log.warning("a message was not sent", error=type(error).__name__)  # the error's own text may tell the number
        return False
    return True


def _remind(municipality: Municipality) -> None:
    if (edition := current_edition()) is None or not edition.is_on:
        return
    today = today_of(municipality)
    number = sum(_is_reminded(municipality, one) for one in invitations_to_remind(today)[:MOST_AT_ONCE])
    _record("remind_citizens", number)


def _is_reminded(municipality: Municipality, invitation: Invitation) -> bool:
    call = Call.objects.filter(pk=invitation.call_id).first()
    token = rules.token_of(key_of_secrets(), municipality.schema_name, invitation.call_id)
    if call is None or rules.digest_of(key_of_secrets(), token) != invitation.digest:
        return False  # the records of the call were taken back, or the key of this machine was changed
    try:
        with transaction.atomic():
            asked = Invitation.objects.filter(pk=invitation.pk, reminded_on=None, answered_on=None)
            if not asked.update(reminded_on=today_of(municipality)):
                return False
            send_message(town=municipality, number=normalised(call.caller), token=token, is_reminder=True)
    except Exception as error:
        log.warning("a message was not sent", error=type(error).__name__)
        return False
    return True


def _record(verb: str, number: int) -> None:
    if number:
        with transaction.atomic():
            record(by=BY, verb=verb, subject=str(number), reason=WHY)
