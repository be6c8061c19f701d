"""A backup taken as the guide says it is whole, and a server it is restored on serves every municipality again."""

import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from servers import other_server
from support import manage, owner_connection

from callhub.departments.models import Department
from config.embedded import binaries
from reporting.public.actions import publish
from tenants.isolation.context import inside


def program(name: str, *arguments: object, **environment: str) -> None:
    done = subprocess.run(
        [str(binaries.find() / name), *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture
def dump(caldes, arrecife, tmp_path) -> Path:
    """What `pg_dump` writes as app_backup, with rows in both towns and in the shared table under row-level security."""
    for town in (caldes, arrecife):
        with inside(town):
            Department.objects.create(name="Padró", search_key="padro", description=town.slug)
            publish()
    where = settings.DATABASES["default"]
    # Without peer authentication app_backup signs in with its password, as any role.
    password = "" if settings.DATABASE_PEER else settings.ROLE_PASSWORD("app_backup")
    path = tmp_path / "sct.dump"
    port = ["-p", where["PORT"]] if where["PORT"] else []
    program(
        "pg_dump", "-h", where["HOST"], *port, "-U", "app_backup", "-Fc", "-f", path, where["NAME"], PGPASSWORD=password
    )
    return path


def _counts(connection) -> dict[str, int]:
    names = connection.execute(
        "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname = 'public' OR schemaname LIKE 't\\_%'"
    ).fetchall()
    return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for (name,) in names}


def test_a_dump_as_app_backup_is_whole_and_serves_again_on_another_server(dump, caldes, arrecife):
    with owner_connection() as owner:
        before = _counts(owner)
    assert before["public.public_publiccount"] > 0
    with other_server() as other:
        other.manage("set_up_database", "--only-roles")
        program(
            "pg_restore", "-h", "127.0.0.1", "-p", other.cluster.port, "-U", "postgres", "--no-acl",
            "--exit-on-error", "-d", "sct", dump, PGPASSWORD=other.password,
        )  # fmt: skip
        with other.connect() as there:
            assert _counts(there) == before
        other.manage("set_up_database")
        for town, stranger in ((caldes, arrecife), (arrecife, caldes)):
            role = town.schema_name
            with other.connect(role, other.role_password(role)) as there:
                assert there.execute(f"SELECT description FROM {role}.departments_department").fetchall() == [
                    (town.slug,)
                ]
                assert {name for (name,) in there.execute("SELECT schema_name FROM public.public_publiccount")} == {
                    role
                }
                with pytest.raises(Exception, match="permission denied"):
                    there.execute(f"SELECT 1 FROM {stranger.schema_name}.departments_department")
        again = other.manage("open_municipality", "--ine", "17079", "--slug", "girona-again", "--json")
        assert again.stdout  # the sequence of schema numbers went on: no number is used twice


def test_app_backup_reads_and_cannot_write(caldes):
    assert manage("check").returncode == 0
    with owner_connection() as owner:
        row = owner.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = 'app_backup'"
        ).fetchone()
        writes = owner.execute(
            "SELECT count(*) FROM information_schema.role_table_grants "
            "WHERE grantee = 'app_backup' AND privilege_type <> 'SELECT'"
        ).fetchone()
    assert row == (False, False, False, True)
    assert writes == (0,)
