"""Writing the audit line: every action calls this inside its own transaction."""

import getpass
import socket
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tenants.audit.models import AuditEntry
from tenants.audit.rules import Actor, ActorKind, client_address, command_line
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


def address_of(request: HttpRequest) -> str:
    """The internet address a request comes from, behind as many proxies as SCT_TRUSTED_PROXIES says."""
    meta = request.META
    forwarded = str(meta.get("HTTP_X_FORWARDED_FOR", ""))
    return client_address(str(meta.get("REMOTE_ADDR", "")), forwarded, settings.TRUSTED_PROXIES)


def actor_of(request: HttpRequest, person: Any = None) -> Actor:
    """The signed-in person of a request (or ``person``, who is just signing in), with the address they come from."""
    origin = address_of(request)
    user = person or request.user
    if not user.is_authenticated:
        return Actor(ActorKind.PUBLIC, "", origin)
    kind = ActorKind.STAFF if getattr(request, "is_console", False) else ActorKind.PERSON
    return Actor(kind, str(user), origin, user.pk)


def actor_of_command() -> Actor:
    """The operating system's user that typed a command."""
    return command_line(getpass.getuser(), socket.gethostname())
