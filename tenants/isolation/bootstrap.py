"""What only a superuser can do, once per cluster and database: roles, the database, and what PUBLIC must not do.

Safe to repeat. Everything after it is done by app_owner.
"""

from typing import Any

import psycopg
from psycopg import sql

from tenants.isolation.register import APPLICATION_ROLES, MUNICIPALITIES
from tenants.isolation.rights import mend_all

OWNER = "app_owner"

# app_backup passes row-level security by: pg_dump refuses to write a dump that a policy could have thinned out.
ATTRIBUTES = {OWNER: "LOGIN CREATEROLE", "app_backup": "LOGIN BYPASSRLS"}

# The owner sets the passwords of these again when they changed their own, and lets municipalities join their group; it
# cannot act as any of them.
ADMINISTERED = (
    f"GRANT app_web, app_staff, app_jobs, {MUNICIPALITIES} TO app_owner WITH ADMIN TRUE, INHERIT FALSE, SET FALSE"
)


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
            _group(connection)
            if connection.info.server_version >= 160000:  # before, CREATEROLE reached every role
                connection.execute(ADMINISTERED)
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER app_owner TEMPLATE template0 ENCODING 'UTF8'").format(
                        sql.Identifier(name)
                    )
                )
        with psycopg.connect(dbname=name, autocommit=False, **access) as connection:  # type: ignore[arg-type]
            connection.execute("SELECT pg_advisory_xact_lock(7345001)")
            mend_all(connection, name)
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


def _group(connection: psycopg.Connection[Any]) -> None:
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [MUNICIPALITIES]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(MUNICIPALITIES)))


def _role(connection: psycopg.Connection[Any], role: str, password: str) -> None:
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    attributes = ATTRIBUTES.get(role, "LOGIN NOINHERIT")
    connection.execute(
        sql.SQL("{verb} ROLE {role} {attributes} PASSWORD {verifier}").format(
            verb=sql.SQL("ALTER" if exists else "CREATE"),
            role=sql.Identifier(role),
            attributes=sql.SQL(attributes),
            verifier=sql.Literal(verifier),
        )
    )
