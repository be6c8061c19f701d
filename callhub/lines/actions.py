"""Giving names that people understand to queues, agents and lines. Recorded in the same transaction."""

from django.db import transaction

from callhub.lines.models import Agent, Line, Queue
from tenants.audit.actions import record
from tenants.audit.rules import Actor


def name_queue(*, queue: Queue, label: str, by: Actor, reason: str) -> None:
    """How people call a queue; empty goes back to the switchboard's own name."""
    with transaction.atomic():
        queue.label = label.strip()
        queue.save(update_fields=["label"])
        record(by=by, verb="name_queue", subject=queue.name, reason=reason, details={"label": queue.label})


def name_agent(*, agent: Agent, label: str, by: Actor, reason: str) -> None:
    """How people call an agent; empty goes back to the switchboard's own name."""
    with transaction.atomic():
        agent.label = label.strip()
        agent.save(update_fields=["label"])
        record(by=by, verb="name_agent", subject=agent.name, reason=reason, details={"label": agent.label})


def name_line(*, line: Line, label: str, by: Actor, reason: str) -> None:
    """What a public number is for."""
    with transaction.atomic():
        line.name = label.strip()
        line.save(update_fields=["name"])
        record(by=by, verb="name_line", subject=line.number, reason=reason, details={"label": line.name})
