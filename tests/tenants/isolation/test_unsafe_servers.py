"""`manage check`, without any flag, refuses a server under which municipalities could meet or lose something."""

import pytest
from servers import OtherServer, other_server

from tenants.isolation.rights import RIGHTS, mend_all, wrong_rights


@pytest.fixture(scope="module")
def server():
    with other_server() as other:
        other.manage("set_up_database")
        other.manage("open_municipality", "--ine", "08033", "--slug", "caldes")
        yield other


def complaints(server: OtherServer, **environment: str) -> str:
    done = server.manage("check", check=False, **environment)
    assert done.returncode == (1 if "isolation." in done.stderr else 0), done.stderr
    return done.stderr


def test_a_server_as_the_set_up_leaves_it_is_accepted(server):
    assert complaints(server) == ""


@pytest.mark.parametrize("role", ["app_owner", "postgres", "app_web", "app_backup", "t_000001"])
def test_trust_authentication_is_refused_whoever_is_trusted(server, role):
    asked = server.cluster.rules.read_text()
    server.cluster.rules.write_text(f"host all {role} 127.0.0.1/32 trust\n{asked}")
    with server.connect("postgres") as there:
        there.execute("SELECT pg_reload_conf()")
    try:
        said = complaints(server)
    finally:
        server.cluster.rules.write_text(asked)
        with server.connect("postgres") as there:
            there.execute("SELECT pg_reload_conf()")
    assert f"lets {role} in with any password" in said
    assert said.count("isolation.E004") == 1


def test_a_server_that_may_lose_what_it_acknowledged_is_refused(server):
    said = complaints(server, SCT_TEST_DATABASE="0")  # this server is quick and unsafe on purpose
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        assert f"{name} is off" in said


def test_more_connections_than_the_server_takes_are_refused_in_one_sentence(server):
    assert "may open" in complaints(server, WEB_WORKERS="20")
    done = server.manage("serve", check=False, WEB_WORKERS="20", SCT_DEMONSTRATION="0")
    assert done.returncode == 1
    assert "connections and the server takes" in done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("breach", "mend", "sentence"),
    [
        (
            "GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text,text,boolean) TO PUBLIC",
            "REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text,text,boolean) FROM PUBLIC",
            "PUBLIC must not execute pg_catalog.set_config",
        ),
        ("ALTER ROLE app_web CREATEROLE", "ALTER ROLE app_web NOCREATEROLE", "app_web must have no power"),
        ("ALTER ROLE t_000001 BYPASSRLS", "ALTER ROLE t_000001 NOBYPASSRLS", "no municipality may have power"),
        ("ALTER ROLE app_backup NOBYPASSRLS", "ALTER ROLE app_backup BYPASSRLS", "app_backup must pass row-level"),
    ],
)
def test_a_wrong_right_is_named_with_the_statement_that_mends_it(server, breach, mend, sentence):
    with server.connect() as there:
        there.execute(breach)
        said = complaints(server)
        there.execute(mend)
    assert sentence in said
    assert said.count("isolation.E008") == 1
    assert complaints(server) == ""


def test_on_a_database_nobody_prepared_the_statements_given_mend_everything(server):
    with server.connect() as there:
        there.execute("CREATE DATABASE by_hand TEMPLATE template0")
        there.execute("REVOKE pg_read_all_data FROM app_backup")
    with server.connect(dbname="by_hand") as there:
        wrong = wrong_rights(there, "by_hand")
        assert len(wrong) > 10
        for right in wrong:
            there.execute(right.mend)
        mend_all(there, "by_hand")
        assert wrong_rights(there, "by_hand") == []


def test_every_right_taken_away_is_found(server):
    """A probe that is always true would find nothing: each is turned round and must then be false."""
    with server.connect() as there, there.transaction(force_rollback=True):
        there.execute("GRANT ALL ON DATABASE sct TO PUBLIC")
        there.execute("GRANT ALL ON SCHEMA public TO PUBLIC")
        there.execute("GRANT UPDATE ON pg_catalog.pg_settings TO PUBLIC")
        there.execute("GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC")
        there.execute("GRANT SELECT ON pg_catalog.pg_class TO PUBLIC")
        there.execute("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pg_catalog TO PUBLIC")
        expected = {right.sentence for right in RIGHTS if right.sentence.startswith("PUBLIC")}
        assert {right.sentence for right in wrong_rights(there, "sct")} == expected
    with server.connect() as there, there.transaction(force_rollback=True):
        for role in ("app_owner", "app_web", "app_staff", "app_jobs", "app_backup", "app_municipality", "pg_monitor"):
            there.execute(f"REVOKE ALL ON DATABASE sct FROM {role}")
            there.execute(f"REVOKE ALL ON SCHEMA public FROM {role}")
            there.execute(f"REVOKE ALL ON LANGUAGE plpgsql FROM {role}")
            there.execute(f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pg_catalog FROM {role}")
        there.execute("REVOKE ALL ON pg_catalog.pg_class FROM PUBLIC, app_owner, app_backup")
        there.execute("REVOKE pg_read_all_data FROM app_backup")
        there.execute("REVOKE pg_signal_backend FROM app_owner")
        there.execute("ALTER DATABASE sct OWNER TO postgres")
        expected = {right.sentence for right in RIGHTS if not right.sentence.startswith("PUBLIC")}
        missing = expected - {right.sentence for right in wrong_rights(there, "sct")}
    assert not missing
