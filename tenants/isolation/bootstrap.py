"""What only a superuser can do, once per cluster and database: roles, the database, and what PUBLIC must not do.

Safe to repeat. Everything after it is done by app_owner.
"""

from typing import Any

import psycopg
from psycopg import sql

from tenants.isolation.register import APPLICATION_ROLES

OWNER = "app_owner"

REVOKES = """
REVOKE ALL ON DATABASE {db} FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text,text,boolean) FROM PUBLIC;
REVOKE UPDATE ON pg_catalog.pg_settings FROM PUBLIC;
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION pg_catalog.pg_notify(text,text) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION pg_catalog.lo_create(oid), pg_catalog.lo_creat(integer),
  pg_catalog.lo_from_bytea(oid,bytea), pg_catalog.lo_open(oid,integer), pg_catalog.lo_unlink(oid),
  pg_catalog.lo_put(oid,bigint,bytea), pg_catalog.lo_truncate(integer,integer),
  pg_catalog.lo_truncate64(integer,bigint) FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO app_owner;
GRANT USAGE ON SCHEMA public TO app_web, app_staff, app_jobs;
GRANT USAGE ON LANGUAGE plpgsql TO app_owner;
GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text,text,boolean) TO app_owner, app_web, app_staff, app_jobs, app_backup;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_notify(text,text) TO app_jobs, app_owner;
GRANT CONNECT ON DATABASE {db} TO app_owner, app_web, app_staff, app_jobs, app_backup;
GRANT CREATE, TEMP ON DATABASE {db} TO app_owner;
GRANT pg_read_all_data TO app_backup;
GRANT pg_signal_backend TO app_owner;
"""


class UnableToSetUpDatabase(Exception):
    """The database cannot be prepared; the text says what is missing."""


def prepare(
    *, host: str, port: str, name: str, superuser: str, superuser_password: str, passwords: dict[str, str]
) -> None:
    """Makes roles and database and takes away what PUBLIC must not have.

    ``passwords`` maps every application role and app_owner to its password; only verifiers reach the server.
    Raises UnableToSetUpDatabase with one sentence.
    """
    access = {"host": host, "port": port or None, "user": superuser, "password": superuser_password}
    try:
        with psycopg.connect(dbname="postgres", autocommit=True, **access) as connection:  # type: ignore[arg-type]
            _refuse_unsuitable(connection)
            for role in (OWNER, *APPLICATION_ROLES):
                _role(connection, role, passwords[role])
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER app_owner TEMPLATE template0 ENCODING 'UTF8'").format(
                        sql.Identifier(name)
                    )
                )
        with psycopg.connect(dbname=name, autocommit=False, **access) as connection:  # type: ignore[arg-type]
            connection.execute("SELECT pg_advisory_xact_lock(7345001)")
            for statement in REVOKES.strip().split(";\n"):
                if statement.strip():
                    connection.execute(sql.SQL(statement).format(db=sql.Identifier(name)))
    except psycopg.Error as error:
        raise UnableToSetUpDatabase(f"The database could not be prepared: {str(error).strip()}") from error


def _refuse_unsuitable(connection: psycopg.Connection[Any]) -> None:
    version = connection.info.server_version // 10000
    if not 15 <= version <= 18:
        raise UnableToSetUpDatabase(f"PostgreSQL {version} is not supported: SCT needs 15 to 18.")
    row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    if not row or not row[0]:
        raise UnableToSetUpDatabase(
            "DATABASE_URL must name a superuser for the set-up: some rights in pg_catalog can only be revoked by one. "
            "`manage check` lists what is missing on a database prepared by hand."
        )


def _role(connection: psycopg.Connection[Any], role: str, password: str) -> None:
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    attributes = "LOGIN CREATEROLE" if role == OWNER else "LOGIN NOINHERIT" if role != "app_backup" else "LOGIN"
    connection.execute(
        sql.SQL("{verb} ROLE {role} {attributes} PASSWORD {verifier}").format(
            verb=sql.SQL("ALTER" if exists else "CREATE"),
            role=sql.Identifier(role),
            attributes=sql.SQL(attributes),
            verifier=sql.Literal(verifier),
        )
    )
