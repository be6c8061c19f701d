"""Keeping the database as the code expects it: migrations, grants and the roles' own passwords. Owner mode only."""

from django.conf import settings
from django.db import transaction

from tenants.directory.models import OPEN, Municipality
from tenants.directory.queries import municipalities_behind
from tenants.isolation import provisioning, template
from tenants.isolation.context import connection


class UnableToSetUp(Exception):
    """The database was not set up; the text says why."""


def set_up_database() -> None:
    """Brings shared tables, template and every municipality's schema to this code's migrations. Safe to repeat.

    Also what makes a restored database usable: roles and grants are not in the dump, the register knows them.
    """
    from django.core.management import call_command

    if settings.TENANT_DB_MODE != "owner":
        raise UnableToSetUp("The database is set up by its owner only: run `manage set_up_database`.")
    connection.set_schema_to_public()
    call_command("migrate_schemas", schema_name="public", verbosity=0, interactive=False)
    connection.set_schema_to_public()
    provisioning.grant_shared_tables()
    template.current_script()
    assert_roles()
    for municipality in municipalities_behind(template.plan_fingerprint()):
        _bring_up_to_date(municipality)


def assert_roles() -> list[str]:
    """Undoes what roles did to themselves (password, settings) and makes roles that are missing; gives those made.

    PostgreSQL lets every role change its own password: one statement in a municipality's request could lock it out.
    """
    connection.set_schema_to_public()
    provisioning.forget_own_settings()
    if not settings.DATABASE_PEER:
        for role in provisioning.SELF_CHANGING_ROLES:
            provisioning.assert_password(role, settings.ROLE_PASSWORD(role))
    known, made = provisioning.municipality_roles(), []
    answering = Municipality.objects.filter(state__in=OPEN).order_by("id")
    for schema in answering.values_list("schema_name", flat=True):
        if schema not in known:
            with transaction.atomic():
                make_role(schema)
            made.append(schema)
        elif not settings.DATABASE_PEER:
            provisioning.assert_password(schema, settings.ROLE_PASSWORD(schema))
    return made


def make_role(schema: str) -> None:
    """Makes a municipality's role and grants it what the register lists. ``schema`` exists."""
    provisioning.create_role(schema, None if settings.DATABASE_PEER else settings.ROLE_PASSWORD(schema))
    provisioning.grant_own_tables(schema)


def _bring_up_to_date(municipality: Municipality) -> None:
    from django.core.management import call_command

    call_command("migrate_schemas", schema_name=municipality.schema_name, verbosity=0, interactive=False)
    connection.set_schema_to_public()
    with transaction.atomic():
        provisioning.join_municipalities(municipality.schema_name)
        provisioning.revoke_own_grants_in_public(municipality.schema_name)
        provisioning.grant_own_tables(municipality.schema_name)
        municipality.schema_plan = template.plan_fingerprint()
        municipality.save(update_fields=["schema_plan"])
