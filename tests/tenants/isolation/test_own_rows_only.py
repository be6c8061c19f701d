"""Isolation is enforced by PostgreSQL: what a municipality's connection can and cannot do."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError

from callhub.departments.models import Department
from tenants.isolation.context import CONSOLE, PUBLIC_SITE, inside


def _ask(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_each_side_signs_in_as_a_role_of_its_own(caldes, arrecife):
    seen = []
    for side in (PUBLIC_SITE, CONSOLE, caldes, arrecife):
        with inside(side):
            seen.append(_ask("SELECT session_user, current_user")[0])
    assert seen == [(role, role) for role in ("app_web", "app_staff", caldes.schema_name, arrecife.schema_name)]


def test_what_one_town_writes_the_other_does_not_see(caldes, arrecife):
    with inside(caldes):
        Department.objects.create(name="Padró", search_key="padro")
    with inside(arrecife):
        assert not Department.objects.exists()
    with inside(caldes):
        assert Department.objects.count() == 1


def test_switching_town_inside_a_transaction_is_refused(caldes, arrecife):
    with inside(caldes), transaction.atomic():
        Department.objects.exists()
        with pytest.raises(TransactionManagementError), inside(arrecife):
            Department.objects.exists()


def test_without_a_town_the_towns_tables_do_not_exist(caldes):
    with pytest.raises(DatabaseError, match="does not exist"):
        Department.objects.exists()


@pytest.mark.parametrize(
    "attack",
    [
        "SELECT * FROM {other}.departments_department",
        "INSERT INTO {other}.departments_department (name, search_key, description, email, is_active) VALUES ('x','x','','',true)",
        "SELECT count(*) FROM departments_department d JOIN {other}.departments_department o ON true",
        "SET ROLE {other}",
        "SET SESSION AUTHORIZATION {other}",
        "GRANT app_municipality TO {other}",
        "SELECT set_config('role', '{other}', false)",
        "SELECT query_to_xml('select 1 from {other}.departments_department', true, true, '')",
        "UPDATE pg_settings SET setting = '{other}' WHERE name = 'role'",
        "DO $$BEGIN EXECUTE 'SET ROLE {other}'; END$$",
        "COPY {other}.departments_department TO STDOUT",
        "COPY departments_department TO PROGRAM 'id'",
        "SELECT pg_read_file('PG_VERSION')",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'select 1'",
        "CREATE TEMP TABLE departments_department (id int)",
        "DROP TABLE departments_department",
        "TRUNCATE departments_department",
        "CREATE TABLE public.x (a int)",
        "SELECT * FROM public.directory_municipality",
        "SELECT * FROM public.people_user",
        "SELECT * FROM public.procrastinate_jobs",
        "SELECT pg_notify('x', 'y')",
        "ALTER ROLE {own} SUPERUSER",
        "ALTER ROLE {own} CREATEROLE",
        "ALTER ROLE {other} PASSWORD 'x'",
        "SELECT lo_from_bytea(0, 'x')",
        "SELECT 1; SELECT 2",
        "DELETE FROM audit_auditentry",
        "UPDATE audit_auditentry SET verb = 'x'",
        "DELETE FROM pbx_rawrecord",
        "UPDATE pbx_rawrecord SET payload = 'x'",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'x', now())",
        "INSERT INTO public.directory_registeredline (number, schema_name) VALUES ('+34931234567', '{other}')",
        "UPDATE public.directory_registeredline SET schema_name = '{own}'",
        "INSERT INTO public.public_publiccount (schema_name, indicator, period, as_at, is_suppressed) "
        "VALUES ('{other}', 'x', 'total', now(), false)",
    ],
)
def test_the_server_refuses(attack, caldes, arrecife):
    with inside(caldes), pytest.raises(DatabaseError):
        _ask(attack.format(other=arrecife.schema_name, own=caldes.schema_name))
    connection.close()


def test_a_search_path_the_role_set_for_itself_changes_nothing(caldes, arrecife):
    with inside(arrecife):
        Department.objects.create(name="Turismo", search_key="turismo")
    with inside(caldes):
        _ask(f"ALTER ROLE {caldes.schema_name} SET search_path = {arrecife.schema_name}")
        connection.close()
        assert not Department.objects.exists()
        _ask(f"ALTER ROLE {caldes.schema_name} RESET search_path")


def test_an_idle_connection_is_never_handed_to_another_role(caldes, arrecife):
    with inside(caldes):
        _ask("SELECT 1")
    with inside(arrecife):
        assert _ask("SELECT session_user") == [(arrecife.schema_name,)]
    with inside(caldes):
        assert _ask("SELECT session_user") == [(caldes.schema_name,)]


def test_a_setting_left_behind_does_not_reach_the_next_request(caldes):
    with inside(caldes):
        _ask("SET statement_timeout = '7s'")
    with inside(caldes):
        assert _ask("SHOW statement_timeout") != [("7s",)]
