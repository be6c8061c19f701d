"""The register of grants is what the database really grants."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection
from support import manage, owner_connection

from tenants.isolation import register
from tenants.isolation.context import CONSOLE, inside


def _labels(names: list[str]) -> set[str]:
    return {m._meta.label for c in apps.get_app_configs() if c.name in names for m in c.get_models() if m._meta.managed}


def test_every_model_is_classified():
    assert _labels(settings.TENANT_APPS) == set(register.MUNICIPALITY_TABLES)
    shared = {label for label in _labels(settings.SHARED_APPS) if apps.get_model(label)._meta.managed}
    assert shared <= set(register.SHARED_TABLES)


# What is granted of single columns is written as GRANT takes it.
_GRANTS = """
WITH whole AS (SELECT table_name, privilege_type::text AS word FROM information_schema.role_table_grants
               WHERE grantee = %(role)s AND table_schema = %(schema)s),
     parts AS (SELECT table_name, privilege_type::text AS word, string_agg(column_name, ', ' ORDER BY column_name) AS columns
               FROM information_schema.role_column_grants WHERE grantee = %(role)s AND table_schema = %(schema)s GROUP BY 1, 2)
SELECT table_name, array_agg(word) FROM (
    SELECT * FROM whole UNION ALL
    SELECT table_name, format('%%s (%%s)', word, columns) FROM parts WHERE (table_name, word) NOT IN (SELECT * FROM whole)
) AS every GROUP BY 1
"""


def _granted(role: str, schema: str) -> dict[str, frozenset[str]]:
    with owner_connection() as owner:
        rows = owner.execute(_GRANTS, {"role": role, "schema": schema}).fetchall()
    return {table: frozenset(privileges) for table, privileges in rows}


def test_a_towns_role_has_in_its_schema_what_the_register_says(caldes):
    expected = {apps.get_model(k)._meta.db_table: v for k, v in register.MUNICIPALITY_TABLES.items()}
    assert _granted(caldes.schema_name, caldes.schema_name) == {**expected, "django_migrations": register.READ}


def test_towns_have_in_public_only_their_shared_tables_and_those_by_their_group(caldes):
    expected = {
        apps.get_model(label)._meta.db_table: roles["municipality"]
        for label, roles in register.SHARED_TABLES.items()
        if "municipality" in roles
    }
    assert _granted(register.MUNICIPALITIES, "public") == expected
    assert _granted(caldes.schema_name, "public") == {}


def test_a_towns_role_has_nothing_in_another_schema(caldes, arrecife):
    assert _granted(caldes.schema_name, arrecife.schema_name) == {}
    assert _granted("app_web", caldes.schema_name) == {}
    assert _granted("app_staff", caldes.schema_name) == {}


def test_the_applications_roles_have_in_public_what_the_register_says(caldes):
    for role in register.APPLICATION_ROLES[:3]:
        expected = {
            apps.get_model(label)._meta.db_table: roles[role]
            for label, roles in register.SHARED_TABLES.items()
            if role in roles
        } | {table: roles[role] for table, roles in register.SHARED_TABLES_BY_NAME.items() if role in roles}
        assert _granted(role, "public") == expected


def test_every_table_a_town_writes_in_public_has_row_level_security(caldes):
    with owner_connection() as owner:
        protected = {
            name
            for (name,) in owner.execute(
                "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
            )
        }
    shared_with_towns = {
        apps.get_model(label)._meta.db_table
        for label, roles in register.SHARED_TABLES.items()
        if "municipality" in roles
    }
    assert shared_with_towns <= protected


def test_a_right_that_is_in_no_register_any_more_is_taken_from_towns_that_exist(caldes):
    """As after an update whose register says something else than what the town was opened with."""
    schema = caldes.schema_name
    with owner_connection() as owner:
        owner.execute(f"GRANT DELETE ON {schema}.audit_auditentry TO {schema}")
        owner.execute(f"GRANT SELECT ON public.people_user TO {schema}")
        owner.execute("UPDATE public.directory_municipality SET schema_plan = 'an earlier one'")
    manage("set_up_database")
    expected = {apps.get_model(k)._meta.db_table: v for k, v in register.MUNICIPALITY_TABLES.items()}
    assert _granted(schema, schema) == {**expected, "django_migrations": register.READ}
    assert _granted(schema, "public") == {}


def test_a_town_opened_when_grants_named_each_town_comes_into_the_group(caldes):
    """Lists of grants that name every town end at some 2,400 of them; Spain has 8,132."""
    schema = caldes.schema_name
    with owner_connection() as owner:
        owner.execute(f"REVOKE {register.MUNICIPALITIES} FROM {schema}")
        owner.execute(f"GRANT USAGE ON SCHEMA public TO {schema}")
        owner.execute(f"GRANT SELECT ON public.public_publiccount TO {schema}")
        owner.execute(f"GRANT CONNECT ON DATABASE {owner.info.dbname} TO {schema}")
        owner.execute("UPDATE public.directory_municipality SET schema_plan = 'an earlier one'")
    manage("set_up_database")
    with owner_connection() as owner:
        named = owner.execute(
            "SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relacl::text ~ %(town)s), "
            "(SELECT count(*) FROM pg_namespace WHERE nspname = 'public' AND nspacl::text ~ %(town)s), "
            "(SELECT count(*) FROM pg_database WHERE datacl::text ~ %(town)s), "
            "pg_has_role(%(schema)s, %(group)s, 'USAGE')",
            {"town": "t_[0-9]{6}", "schema": schema, "group": register.MUNICIPALITIES},
        ).fetchone()
    assert named == (0, 0, 0, True)


def test_the_public_site_cannot_read_the_sessions_of_the_console(caldes):
    assert "django_session" not in _granted("app_web", "public")


@pytest.mark.parametrize("column", ["person", "post", "email", "telephone", "token_digest", "tax_id", "*"])
def test_the_console_cannot_read_who_applied_nor_how_to_reach_them(caldes, column):
    with inside(CONSOLE), connection.cursor() as cursor:
        cursor.execute("SELECT remark, language, created_at FROM opening_application")
        with pytest.raises(DatabaseError, match="permission denied"):
            cursor.execute(f"SELECT {column} FROM opening_application")


def test_columns_granted_by_name_are_taken_where_a_whole_table_was_granted_before(caldes):
    with owner_connection() as owner:
        owner.execute("GRANT SELECT ON public.opening_application TO app_staff")
    manage("set_up_database")
    assert (
        _granted("app_staff", "public")["opening_application"]
        == register.SHARED_TABLES["opening.Application"]["app_staff"]
    )
