"""Opening and closing a municipality. Owner mode only: the provisioner process and the command line."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from psycopg import ClientCursor, sql

from tenants.audit.actions import record
from tenants.audit.rules import Actor
from tenants.directory import reference, rules
from tenants.directory.models import Domain, Municipality, RegisteredLine
from tenants.directory.queries import host_of
from tenants.isolation import provisioning, template
from tenants.isolation.context import connection
from tenants.isolation.rules import TEMPLATE_SCHEMA, schema_name


class UnableToOpen(Exception):
    """The municipality was not opened and nothing of it is left; the text says why."""


class UnableToClose(Exception):
    """The municipality was not closed; the text says why."""


@dataclass(frozen=True)
class Opened:
    """A municipality that was just opened; ``seconds`` is how long the transaction took."""

    municipality: Municipality
    host: str
    seconds: float


def open_municipality(
    *, ine_code: str, slug: str, by: Actor, reason: str, name: str = "", is_demonstration: bool = False
) -> Opened:
    """Makes row, schema, role, grants and address in one transaction: a killed process leaves nothing.

    Raises UnableToOpen with one sentence for an unknown INE code, an unusable or a used address.
    """
    try:
        rules.check_slug(slug)
        known = reference.municipality(ine_code)
    except (rules.UnusableSlug, reference.UnknownMunicipality) as error:
        raise UnableToOpen(str(error)) from error
    connection.set_schema_to_public()
    script = template.current_script()
    started = time.perf_counter()
    try:
        with transaction.atomic():
            municipality = _make_row(known, slug, name or known.name, is_demonstration)
            _make_schema(municipality.schema_name, script)
            provisioning.create_role(municipality.schema_name, _password(municipality.schema_name))
            provisioning.grant_own_tables(municipality.schema_name)
            provisioning.grant_shared_tables([municipality.schema_name])
            host = host_of(slug)
            record(by=by, verb="open_municipality", subject=municipality.name, reason=reason, details={"slug": slug})
            Domain.objects.create(domain=host, tenant=municipality, is_primary=True)
    except IntegrityError as error:
        raise UnableToOpen(
            f"“{slug}” is already the address of a municipality, or was, or looks like one: choose another."
        ) from error
    return Opened(municipality, host, time.perf_counter() - started)


def _make_row(known: reference.ReferenceMunicipality, slug: str, name: str, is_demonstration: bool) -> Municipality:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('public.schema_number')")
        (number,) = cursor.fetchone()
    return Municipality.objects.create(
        schema_name=schema_name(number),
        slug=slug,
        look_alike_key=rules.look_alike_key(slug),
        name=name,
        ine_code=known.ine_code,
        province=known.province,
        population=known.population,
        population_year=reference.PADRON_YEAR,
        time_zone=rules.time_zone_of(known.ine_code),
        language=rules.language_of(known.ine_code),
        is_demonstration=is_demonstration,
    )


def _make_schema(schema: str, script: str) -> None:
    # One round trip for the whole script: the simple protocol runs many statements, inside our transaction.
    with ClientCursor(connection.connection) as cursor:
        cursor.execute(script.replace(TEMPLATE_SCHEMA, schema).encode())


def _password(schema: str) -> str | None:
    return None if settings.DATABASE_PEER else settings.ROLE_PASSWORD(schema)


def close_municipality(*, slug: str, by: Actor, reason: str) -> Municipality:
    """Drops schema and role and keeps the row as a tombstone, so that neither number nor address is used again.

    The caller exports first (`manage close_municipality` does). Raises UnableToClose for an unknown address.
    """
    connection.set_schema_to_public()
    with transaction.atomic():
        municipality = Municipality.objects.select_for_update().filter(slug=slug).first()
        if municipality is None or municipality.state == Municipality.State.CLOSED:
            raise UnableToClose(f"No open municipality has the address “{slug}”.")
        schema = municipality.schema_name
        municipality.state = Municipality.State.CLOSED
        municipality.closed_at = timezone.now()
        municipality.save(update_fields=["state", "closed_at"])
        Domain.objects.filter(tenant=municipality).delete()
        RegisteredLine.objects.filter(schema_name=schema).delete()  # whoever takes the number over may register it
        _drop(schema)
        record(by=by, verb="close_municipality", subject=municipality.name, reason=reason, details={"slug": slug})
    return municipality


def _drop(schema: str) -> None:
    # Nobody may come in any more, whoever is in goes out, then the schema and the role's last rights go.
    _execute("ALTER ROLE {r} NOLOGIN", schema)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [schema])
    for statement in (
        "DROP SCHEMA {r} CASCADE",
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {r}",
        "REVOKE ALL ON SCHEMA public FROM {r}",
        "REVOKE ALL ON DATABASE {d} FROM {r}",
        "DROP ROLE {r}",
    ):
        _execute(statement, schema)


def _execute(statement: str, role: str) -> None:
    names = {"r": sql.Identifier(role), "d": sql.Identifier(connection.settings_dict["NAME"])}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**names).as_string(cursor.connection))


def set_up_database() -> None:
    """Brings shared tables, template and every municipality's schema to this code's migrations. Safe to repeat."""
    from django.core.management import call_command

    if settings.TENANT_DB_MODE != "owner":
        raise UnableToOpen("The database is set up by its owner only: run `manage set_up_database`.")
    connection.set_schema_to_public()
    call_command("migrate_schemas", schema_name="public", verbosity=0, interactive=False)
    connection.set_schema_to_public()
    provisioning.grant_application_roles()
    template.current_script()
    for municipality in Municipality.objects.exclude(state=Municipality.State.CLOSED).order_by("id"):
        _bring_up_to_date(municipality)


def _bring_up_to_date(municipality: Municipality) -> None:
    from django.core.management import call_command
    from django.db.migrations.loader import MigrationLoader

    planned = set(MigrationLoader(None).disk_migrations)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("SELECT app, name FROM {}.django_migrations")
            .format(sql.Identifier(municipality.schema_name))
            .as_string(cursor.connection)
        )
        done = set(cursor.fetchall())
    if planned <= done:
        return  # a schema already up to date costs one query
    call_command("migrate_schemas", schema_name=municipality.schema_name, verbosity=0, interactive=False)
    connection.set_schema_to_public()
    with transaction.atomic():
        provisioning.grant_own_tables(municipality.schema_name)
        provisioning.grant_shared_tables([municipality.schema_name])
