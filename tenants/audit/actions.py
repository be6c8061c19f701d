"""Writing the audit line: every action calls this inside its own transaction."""

import getpass
import socket
from typing import Any

from django.http import HttpRequest

from tenants.audit.models import AuditEntry
from tenants.audit.rules import Actor, ActorKind, command_line
from tenants.isolation.context import connection


class UnableToRecord(Exception):
    """An act without a reason or outside a transaction: both would leave a hole in the record."""


def record(*, by: Actor, verb: str, subject: str, reason: str, details: dict[str, Any] | None = None) -> AuditEntry:
    """Appends one line in the active schema. Raises UnableToRecord without a reason or outside a transaction."""
    if not reason.strip():
        raise UnableToRecord(f"“{verb}” needs a reason")
    if not connection.in_atomic_block:
        raise UnableToRecord(f"“{verb}” must be recorded in the same transaction as the act")
    return AuditEntry.objects.create(
        actor_kind=by.kind.value,
        actor_id=by.id,
        actor_name=by.name,
        verb=verb,
        subject=subject[:200],
        reason=reason[:500],
        origin=by.origin[:200],
        details=details or {},
    )


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person of a request, with the internet address they come from."""
    origin = str(request.META.get("REMOTE_ADDR", ""))
    user = request.user
    if not user.is_authenticated:
        return Actor(ActorKind.PUBLIC, "", origin)
    kind = ActorKind.STAFF if getattr(request, "is_console", False) else ActorKind.PERSON
    return Actor(kind, str(user), origin, user.pk)


def actor_of_command() -> Actor:
    """The operating system's user that typed a command."""
    return command_line(getpass.getuser(), socket.gethostname())
