"""Closing a municipality, step by step: nobody comes in any more, everything is exported, then it is taken away.

Killed between two steps, the same command goes on from there. Owner mode only.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from psycopg import sql

from tenants.audit.actions import record
from tenants.audit.rules import Actor
from tenants.directory.models import Domain, Municipality, ReceptionNumber, RegisteredLine
from tenants.isolation import provisioning
from tenants.isolation.context import connection
from tenants.opening.export import export_municipality, refuse_unusable


class UnableToClose(Exception):
    """The municipality was not closed; the text says why."""


@dataclass(frozen=True)
class Closed:
    """A municipality that was just closed, and how many rows of each table were exported."""

    municipality: Municipality
    rows: dict[str, int]


def close_municipality(*, slug: str, folder: Path, by: Actor, reason: str) -> Closed:
    """Ends the service, exports everything to ``folder``, drops schema and role, and leaves a tombstone.

    Published counts stay as history. Neither number nor address is used again. Raises UnableToClose for an address
    that is not open and UnableToExport for an unusable folder; then nothing has changed.
    """
    connection.set_schema_to_public()
    municipality = Municipality.objects.filter(slug=slug).exclude(state=Municipality.State.CLOSED).first()
    if municipality is None:
        raise UnableToClose(f"No open municipality has the address “{slug}”.")
    refuse_unusable(folder, municipality)
    if municipality.state != Municipality.State.CLOSING:
        _end_service(municipality, by, reason)
    _end_sessions(municipality.schema_name)
    rows = export_municipality(municipality=municipality, folder=folder)
    shutil.rmtree(Path(settings.UPLOADS) / municipality.schema_name, ignore_errors=True)
    _bury(municipality, by, reason)
    return Closed(municipality, rows)


def _end_service(municipality: Municipality, by: Actor, reason: str) -> None:
    with transaction.atomic():
        municipality.state = Municipality.State.CLOSING
        municipality.save(update_fields=["state"])
        record(by=by, verb="begin_closing", subject=municipality.name, reason=reason, details=_told(municipality))


def _end_sessions(schema: str) -> None:
    """Nobody may come in any more, whoever is in goes out: nothing is written after the export began."""
    if schema not in provisioning.municipality_roles():
        return  # the database was restored while this municipality was closing
    _execute("ALTER ROLE {r} NOLOGIN", schema)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = %s", [schema])


def _bury(municipality: Municipality, by: Actor, reason: str) -> None:
    schema = municipality.schema_name
    with transaction.atomic():
        municipality.state, municipality.closed_at = Municipality.State.CLOSED, timezone.now()
        municipality.save(update_fields=["state", "closed_at"])
        Domain.objects.filter(tenant=municipality).delete()
        ReceptionNumber.objects.filter(schema_name=schema).delete()  # Adtende gives it to another
        RegisteredLine.objects.filter(schema_name=schema).delete()  # whoever takes the number over may register it
        _execute("DROP SCHEMA {r} CASCADE", schema)
        if schema in provisioning.municipality_roles():
            # What earlier versions granted it by name: one that is closing is not brought up to date.
            provisioning.revoke_own_grants_in_public(schema)
            _execute("DROP ROLE {r}", schema)
        record(by=by, verb="close_municipality", subject=municipality.name, reason=reason, details=_told(municipality))


def _told(municipality: Municipality) -> dict[str, str]:
    return {"slug": municipality.slug}


def _execute(statement: str, role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(r=sql.Identifier(role)).as_string(cursor.connection))
