"""Keeping queues, agents and lines: nothing is ever removed, what is no longer used is put out of use.

Every act is recorded in the same transaction.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from callhub.lines.models import Agent, Line, Queue
from callhub.lines.queries import LINE_UNSAID, SEEN, latest_test_call, verdict_at
from callhub.lines.rules import Verdict
from kit.telephones import is_public, recognised
from tenants.audit.actions import record
from tenants.audit.rules import Actor
from tenants.directory.models import RegisteredLine
from tenants.isolation.context import connection


class UnableToKeep(Exception):
    """Nothing was changed; one sentence says why."""


def keep_queue(*, queue: Queue, label: str, is_active: bool, by: Actor, reason: str) -> None:
    """Adds a queue, or says how people call it and whether it is in use. Raises UnableToKeep for a name twice."""
    verb = "change_queue" if queue.pk else "add_queue"
    try:
        with transaction.atomic():
            queue.label, queue.is_active = label.strip(), is_active
            queue.save()
            record(by=by, verb=verb, subject=queue.name, reason=reason, details=_details(queue))
    except IntegrityError as error:
        raise UnableToKeep(_("There is a queue “%(name)s” already.") % {"name": queue.name}) from error


def keep_agent(*, agent: Agent, label: str, is_active: bool, by: Actor, reason: str) -> None:
    """Adds an agent, or says how people call them and whether they answer. Raises UnableToKeep for a name twice."""
    verb = "change_agent" if agent.pk else "add_agent"
    try:
        with transaction.atomic():
            agent.label, agent.is_active = label.strip(), is_active
            agent.save()
            record(by=by, verb=verb, subject=agent.name, reason=reason, details=_details(agent))
    except IntegrityError as error:
        raise UnableToKeep(_("There is an agent “%(name)s” already.") % {"name": agent.name}) from error


def _details(kept: Queue | Agent) -> dict[str, object]:
    return {"label": kept.label, "is_active": kept.is_active}


def add_line(*, number: str, label: str, by: Actor, reason: str) -> Line:
    """Adds a public number, in E.164. Raises UnableToKeep when it is none, or is held already, here or elsewhere."""
    known = recognised(number)
    if not known:
        raise UnableToKeep(_("“%(text)s” is not a telephone number.") % {"text": number})
    line = Line.objects.filter(number=known).first() or Line(number=known)
    if line.pk and line.state == Line.State.IN_USE:
        raise UnableToKeep(_("This number is among your lines already."))
    _keep_line(line, label, True, by, "add_line", reason)
    return line


def keep_line(*, line: Line, label: str, is_in_use: bool, by: Actor, reason: str) -> None:
    """What a number is for, and whether it is in use: a proposal is confirmed so.

    Raises UnableToKeep for what is no telephone number, or is held by another municipality.
    """
    if is_in_use and not recognised(line.number):
        raise UnableToKeep(
            _("“%(text)s” is not a number that citizens can dial, so it stays a proposal.") % {"text": line.number}
        )
    is_confirmed = line.state == Line.State.PROPOSED and is_in_use
    _keep_line(line, label, is_in_use, by, "confirm_line" if is_confirmed else "change_line", reason)


def see_test_call(*, now: datetime, by: Actor, reason: str) -> Verdict:
    """Looks for a test call of the last minutes, and writes down that it was seen. Seeing the same call twice is one."""
    verdict = verdict_at(now)
    before = latest_test_call()
    if verdict.call and (before is None or before.details.get("call") != verdict.call.id):
        with transaction.atomic():
            details = {"call": verdict.call.id, "started_at": verdict.call.started_at.isoformat()}
            record(by=by, verb=SEEN, subject=verdict.call.line or LINE_UNSAID, reason=reason, details=details)
    return verdict


def _keep_line(line: Line, label: str, is_in_use: bool, by: Actor, verb: str, reason: str) -> None:
    number = recognised(line.number)
    line.name = label.strip()
    with transaction.atomic():
        if is_in_use:
            _register(number)
            line.state = Line.State.IN_USE
        elif line.state == Line.State.IN_USE:
            RegisteredLine.objects.filter(number=number).delete()
            line.state = Line.State.OUT_OF_USE
        line.save()
        details = {"label": line.name, "state": line.state}
        record(by=by, verb=verb, subject=line.number, reason=reason, details=details)


def _register(number: str) -> None:
    if not is_public(number) or RegisteredLine.objects.filter(number=number).exists():
        return
    try:
        with transaction.atomic():
            RegisteredLine.objects.create(number=number, schema_name=connection.schema_name)
    except IntegrityError as error:
        raise UnableToKeep(_("This number is already registered on this platform.")) from error
