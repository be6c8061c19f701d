"""The provisioner, a process of its own on a server with passwords: opens what was asked for, mends roles."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psycopg
import pytest
from servers import OtherServer, other_server


@pytest.fixture(scope="module")
def server() -> Iterator[OtherServer]:
    with other_server() as other:
        other.manage("set_up_database")
        yield other


@pytest.fixture(scope="module")
def town(server: OtherServer) -> str:
    return json.loads(server.manage("open_municipality", "--ine", "08033", "--slug", "caldes", "--json").stdout)[
        "schema"
    ]


@pytest.fixture
def provisioner(server: OtherServer) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "config.manage", "run_provisioner"], env={**os.environ, **server.environment}
    )
    yield process
    process.terminate()
    assert process.wait(timeout=30) in (0, -signal.SIGTERM)


def becomes_true(question, seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if question():
            return True
        time.sleep(0.2)
    return False


def may_sign_in(server: OtherServer, role: str) -> bool:
    try:
        server.connect(role, server.role_password(role)).close()
    except psycopg.OperationalError:
        return False
    return True


def lock_itself_out(server: OtherServer, role: str) -> None:
    with server.connect(role, server.role_password(role)) as own:
        own.execute(f"ALTER ROLE {role} PASSWORD 'guessed by nobody'")
        own.execute(f"ALTER ROLE {role} SET default_transaction_read_only = on")
    assert not may_sign_in(server, role)


@pytest.mark.parametrize("role", ["town", "app_web"])
def test_a_role_that_changed_its_own_password_can_sign_in_again_once_the_provisioner_starts(
    role, server, town, request
):
    role = town if role == "town" else role
    lock_itself_out(server, role)
    request.getfixturevalue("provisioner")
    assert becomes_true(lambda: may_sign_in(server, role))
    with server.connect(role, server.role_password(role)) as own:
        assert own.execute("SHOW default_transaction_read_only").fetchone() == ("off",)


def test_the_periodic_job_mends_it_while_the_provisioner_runs(server, town, provisioner):
    def is_deferred() -> bool:
        with server.connect() as there:
            found = there.execute("SELECT 1 FROM procrastinate_workers").fetchone()
        return found is not None

    assert becomes_true(is_deferred)  # the sweep of the start is over
    lock_itself_out(server, town)
    server.manage("procrastinate", "defer", "assert_roles", '{"timestamp": 0}')
    assert becomes_true(lambda: may_sign_in(server, town))


def test_a_requested_opening_is_done_by_the_provisioner_and_told_in_the_record(server, provisioner):
    asked = json.loads(
        server.manage("request_opening", "--ine", "17079", "--slug", "girona", "--reason", "signed", "--json").stdout
    )
    assert asked == {"requested": "girona"}

    def is_open() -> bool:
        with server.connect() as there:
            row = there.execute(
                "SELECT schema_name FROM directory_municipality WHERE slug = 'girona' AND state = 'ACTIVE'"
            ).fetchone()
            return row is not None and may_sign_in(server, row[0])

    assert becomes_true(is_open)
    with server.connect() as there:
        record = there.execute(
            "SELECT verb, actor_kind, reason FROM audit_auditentry WHERE details->>'slug' = 'girona' ORDER BY id"
        ).fetchall()
    assert record == [("request_opening", "COMMAND", "signed"), ("open_municipality", "JOB", "signed")]


@pytest.mark.parametrize(
    ("ine", "slug", "word"),
    [("99999", "enlloc", "INE code"), ("08033", "adm1n", "reserved"), ("08033", "ca1des", "already")],
)
def test_a_request_that_could_only_fail_is_refused_at_once(server, town, ine, slug, word):
    done = server.manage("request_opening", "--ine", ine, "--slug", slug, check=False)
    assert done.returncode == 1
    assert word in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    with server.connect() as there:
        assert there.execute("SELECT count(*) FROM procrastinate_jobs WHERE args->>'slug' = %s", [slug]).fetchone() == (
            0,
        )


def test_without_the_owners_key_a_command_says_where_it_is_to_be_run_and_makes_none(server, tmp_path):
    role_key = os.path.join(server.environment["SCT_HOME"], "secrets", "role_key")
    elsewhere = {"SCT_HOME": str(tmp_path), "SCT_ROLE_KEY_FILE": role_key}
    done = server.manage("open_municipality", "--ine", "17079", "--slug", "sense-clau", check=False, **elsewhere)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.strip().splitlines()) == 1
    assert "where the provisioner runs" in done.stderr and "SCT_OWNER_KEY_FILE" in done.stderr
    assert not (tmp_path / "secrets" / "owner_key").exists()
    asked = server.manage("request_opening", "--ine", "17079", "--slug", "sense-clau", check=False, **elsewhere)
    assert asked.returncode == 0, "what needs no owner goes on"
