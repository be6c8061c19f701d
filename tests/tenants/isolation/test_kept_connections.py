"""An idle connection is kept for its own role, made new before the next use, and never used when it may be broken."""

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError
from django.db.utils import DatabaseError
from support import superuser_connection

from tenants.isolation.backend import base
from tenants.isolation.context import PUBLIC_SITE, connection, inside


def asked(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else None


def backend():
    return asked("SELECT pg_backend_pid()")[0][0]


@pytest.fixture
def only_new(caldes):
    """No connection is kept when the test begins."""
    connection.set_tenant(PUBLIC_SITE)
    base.IDLE.close_all()


def test_a_kept_connection_forgets_what_was_set_on_it(caldes, only_new):
    with inside(caldes):
        first = backend()
        asked("SET search_path = public")
        asked("SET statement_timeout = 7")
        asked("PREPARE kept AS SELECT 1")
    with inside(caldes):
        assert backend() == first
        assert asked("SHOW search_path") == [(f"{caldes.schema_name},public",)]
        assert asked("SHOW statement_timeout") == [("0",)]
        assert asked("SELECT count(*) FROM pg_prepared_statements WHERE name = 'kept'") == [(0,)]


def test_a_connection_ended_by_the_server_while_idle_is_not_used(caldes, only_new):
    with inside(caldes):
        first = backend()
    with superuser_connection() as server:
        server.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
    with inside(caldes):
        assert backend() != first


def test_a_connection_whose_reset_failed_is_not_used(caldes, only_new, monkeypatch):
    real = base._begin_reset

    def refused(kept):
        kept.pgconn.send_query(b"DISCARD EVERYTHING")
        return True

    with inside(caldes):
        first = backend()
        monkeypatch.setattr(base, "_begin_reset", refused)
    monkeypatch.setattr(base, "_begin_reset", real)
    with inside(caldes):
        assert backend() != first


def test_a_role_never_gets_the_connection_of_another(caldes, arrecife, only_new):
    seen = {}
    for town in (caldes, arrecife, caldes, arrecife):
        with inside(town):
            seen.setdefault(town.schema_name, set()).add(backend())
            assert asked("SELECT session_user") == [(town.schema_name,)]
    assert [len(pids) for pids in seen.values()] == [1, 1]


@pytest.mark.parametrize("statement", ["SELECT 1; SELECT 2", "SELECT 1 ;SELECT 2", "SELECT 'a;b'; RESET ROLE"])
def test_the_server_refuses_a_second_statement(caldes, statement):
    with inside(caldes), pytest.raises(DatabaseError, match="multiple commands"):
        asked(statement)


def test_a_semicolon_in_a_text_or_at_the_end_is_no_second_statement(caldes):
    with inside(caldes):
        assert asked("SELECT %s", "a; DROP TABLE lines_queue") == [("a; DROP TABLE lines_queue",)]
        assert asked("SELECT 1;") == [(1,)]


def test_nobody_may_change_municipality_inside_a_transaction_of_the_other(caldes, arrecife):
    with inside(caldes), transaction.atomic(), pytest.raises(TransactionManagementError):
        connection.set_tenant(arrecife)
