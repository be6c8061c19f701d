"""T05: raw SQL inside a real request, over HTTP, in login mode, reads and changes nothing of another municipality."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from callhub.departments.models import Department
from tenants.isolation.context import inside

SECRET = "secret of the other town"
TABLE = "{other}.departments_department"

# One attack a line: statements sent one after the other on one connection. All must be refused or show nothing of the other.
ATTACKS = [
    [f"SELECT description FROM {TABLE}"],
    ["SET search_path = {other}", "SELECT description FROM departments_department"],
    [f"SELECT 1; RESET ROLE; SELECT description FROM {TABLE}"],
    [f"SELECT 1; SET ROLE {{other}}; SELECT description FROM {TABLE}"],
    ["RESET ROLE", f"SELECT description FROM {TABLE}"],
    ["SET ROLE {other}", f"SELECT description FROM {TABLE}"],
    ["SET ROLE NONE", "SET ROLE {other}", f"SELECT description FROM {TABLE}"],
    ["SET SESSION AUTHORIZATION {other}", f"SELECT description FROM {TABLE}"],
    ["SELECT set_config('role', '{other}', false)", f"SELECT description FROM {TABLE}"],
    [
        f"SELECT set_config('role', '{{other}}', true) || query_to_xml('select description from {TABLE}', true, true, '')::text"
    ],
    ["UPDATE pg_settings SET setting = '{other}' WHERE name = 'role'", f"SELECT description FROM {TABLE}"],
    ["DO $$BEGIN EXECUTE 'SET ROLE {other}'; END$$", f"SELECT description FROM {TABLE}"],
    ["SELECT query_to_xml('RESET ROLE', true, true, '')", f"SELECT description FROM {TABLE}"],
    [f"COPY {TABLE} TO STDOUT"],
    ["COPY departments_department TO PROGRAM 'id'"],
    ["SELECT pg_read_file('PG_VERSION')"],
    ["CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'select 1'"],
    ["CREATE TEMP TABLE departments_department (id int)"],
    ["DROP TABLE departments_department"],
    ["TRUNCATE departments_department"],
    ["CREATE TABLE public.x (a int)"],
    [
        "INSERT INTO {other}.departments_department (name, search_key, description, email, is_active) VALUES ('x','x','x','',true)"
    ],
    [f"SELECT count(*) FROM departments_department d JOIN {TABLE} o ON true"],
    [f"SELECT count(*) FROM {TABLE}"],
    ["SELECT string_agg(schema_name, ',') FROM public.public_publiccount WHERE schema_name <> current_user"],
    ["SELECT string_agg(name, ',') FROM public.directory_municipality"],
    [
        "SELECT string_agg(query, ',') FROM pg_stat_activity WHERE usename = '{other}' AND query NOT LIKE '%insufficient%'"
    ],
    ["SELECT pg_notify('x', 'y')"],
    ["ALTER ROLE {own} SUPERUSER"],
    ["ALTER ROLE {own} SET search_path = {other}", "SELECT description FROM departments_department"],
    ["ALTER ROLE {other} PASSWORD 'x'"],
    ["SELECT lo_from_bytea(0, 'x')"],
    ["SELECT n_live_tup FROM pg_stat_all_tables WHERE schemaname = '{other}'"],
    ["SELECT pg_stat_get_tuples_inserted(oid) FROM pg_class WHERE relnamespace = '{other}'::regnamespace"],
    ["SELECT pg_relation_size(oid) FROM pg_class WHERE relnamespace = '{other}'::regnamespace"],
    ["SELECT reltuples FROM pg_class WHERE relnamespace = '{other}'::regnamespace"],
    ["SELECT pg_advisory_lock(hashtext('open_municipality'))"],
]
# Refused by the server; the others run and show nothing of the other municipality.
MUST_BE_REFUSED = set(range(len(ATTACKS))) - {1, 24, 26, 29}


@pytest.fixture(scope="module")
def door(towns):
    """gunicorn with the dangerous address, in login mode."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    here = str(Path(__file__).parent)
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "-k", "gthread", "--threads", "2",
         "--no-control-socket", "--log-level", "error"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "raw_sql_settings", "PYTHONPATH": os.pathsep.join([here, *sys.path])},
    )  # fmt: skip
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1)
            break
        except OSError:
            time.sleep(0.2)

    def ask(*statements):
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/raw-sql/", json.dumps(statements).encode(), {"Host": "caldes.localhost"}
        )
        return json.loads(urllib.request.urlopen(request, timeout=20).read())

    yield ask
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture
def other_towns_secret(caldes, arrecife):
    with inside(arrecife):
        Department.objects.create(name="Altres", search_key="altres", description=SECRET)
    with inside(caldes):
        Department.objects.create(name="Nostre", search_key="nostre", description="ours")


def test_the_request_runs_as_the_municipalitys_own_login_role(door, caldes):
    assert door("SELECT current_user::text")["session_user"] == caldes.schema_name


@pytest.mark.parametrize("number", range(len(ATTACKS)))
def test_an_attack_shows_and_changes_nothing_of_the_other_municipality(
    number, door, caldes, arrecife, other_towns_secret
):
    names = {"own": caldes.schema_name, "other": arrecife.schema_name}
    answer = door(*(statement.format(**names) for statement in ATTACKS[number]))
    assert SECRET not in json.dumps(answer)
    assert arrecife.name not in json.dumps(answer)
    if number in MUST_BE_REFUSED:
        assert "refused" in answer
    following = door("SELECT description FROM departments_department")
    assert following == {"session_user": caldes.schema_name, "rows": [["ours"]]}
    with inside(arrecife):
        assert list(Department.objects.values_list("description", flat=True)) == [SECRET]


@pytest.fixture(autouse=True, scope="module")
def undo_what_a_role_did_to_itself(towns):
    yield
    from support import owner_connection

    with owner_connection() as owner:
        owner.execute(f"ALTER ROLE {towns['caldes'].schema_name} RESET ALL")
