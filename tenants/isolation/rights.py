"""The rights in a database that the isolation stands on, each with how to see it and how a superuser mends it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from tenants.isolation.register import MUNICIPALITIES

_LARGE_OBJECTS = (
    "lo_create(oid)",
    "lo_creat(integer)",
    "lo_from_bytea(oid,bytea)",
    "lo_open(oid,integer)",
    "lo_unlink(oid)",
    "lo_put(oid,bigint,bytea)",
    "lo_truncate(integer,integer)",
    "lo_truncate64(integer,bigint)",
)
_SET_CONFIG = "pg_catalog.set_config(text,text,boolean)"
_NOTIFY = "pg_catalog.pg_notify(text,text)"


# Counted rows of others: statistics of tables, sizes of their files, and the planner's estimates in pg_class.
_STATISTICS = "^pg_stat_get_|^pg_(total_)?(relation|table|indexes|database|tablespace)_size$"
_ESTIMATES = ("reltuples", "relpages", "relallvisible", "relallfrozen")
# A lock of a number is everybody's: whoever holds the one of openings, or of the set-up, stops them.
_LOCKS = "^pg_(try_)?advisory_"


@dataclass(frozen=True)
class Right:
    """``is_right`` is a condition in SQL, ``mend`` the statement that makes it true; ``{db}`` is the database."""

    sentence: str
    is_right: str
    mend: str


def _revoked_function(name: str) -> Right:
    return Right(
        f"PUBLIC must not execute {name}",
        f"NOT has_function_privilege('public', '{name}', 'EXECUTE')",
        f"REVOKE EXECUTE ON FUNCTION {name} FROM PUBLIC",
    )


def _granted_function(name: str, role: str) -> Right:
    return Right(
        f"{role} must execute {name}",
        f"has_function_privilege('{role}', '{name}', 'EXECUTE')",
        f"GRANT EXECUTE ON FUNCTION {name} TO {role}",
    )


def _functions_of(pattern: str, what: str, *roles: str) -> Iterator[Right]:
    """PUBLIC executes none of the server's functions whose names match; ``roles`` execute them all."""
    named = f"FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ '{pattern}'"
    yield Right(
        f"PUBLIC must not execute {what}",
        f"NOT EXISTS (SELECT 1 {named} AND has_function_privilege('public', oid, 'EXECUTE'))",
        _each(f"SELECT oid::regprocedure AS name {named}", "REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC"),
    )
    for role in roles:
        yield Right(
            f"{role} must execute {what}",
            f"NOT EXISTS (SELECT 1 {named} AND NOT has_function_privilege('{role}', oid, 'EXECUTE'))",
            _each(f"SELECT oid::regprocedure AS name {named}", f"GRANT EXECUTE ON FUNCTION %s TO {role}"),
        )


def _columns_of_pg_class() -> Iterator[Right]:
    columns = (
        "SELECT string_agg(quote_ident(attname), ', ') AS name FROM pg_attribute "
        f"WHERE attrelid = 'pg_class'::regclass AND NOT attisdropped AND attname <> ALL (ARRAY{list(_ESTIMATES)})"
    )
    readable = (
        "EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = 'pg_class'::regclass AND attname = ANY (ARRAY{0}) {1})"
    )
    seen = "AND has_column_privilege('public', attrelid, attnum, 'SELECT')"
    yield Right(
        "PUBLIC must not read how many rows the planner takes tables to have",
        "NOT " + readable.format(list(_ESTIMATES), seen),
        "REVOKE SELECT ON pg_catalog.pg_class FROM PUBLIC",
    )
    yield Right(
        "Everybody must read the other columns of pg_class",
        "has_column_privilege('public', 'pg_class', 'relname', 'SELECT')",
        _each(columns, "GRANT SELECT (%s) ON pg_catalog.pg_class TO PUBLIC"),
    )
    for role in ("app_owner", "app_backup"):
        yield _granted("TABLE", "SELECT", "pg_catalog.pg_class", role)


def _each(names: str, statement: str) -> str:
    """A block that runs the statement for each name of the query."""
    return f"DO $$ DECLARE one record; BEGIN FOR one IN {names} LOOP EXECUTE format('{statement}', one.name); END LOOP; END $$"


def _granted(kind: str, privilege: str, on: str, role: str) -> Right:
    name = "current_database()" if on == "{db}" else f"'{on}'"
    return Right(
        f"{role} needs {privilege} on the {kind.lower()} {'of SCT' if on == '{db}' else on}",
        f"has_{kind.lower()}_privilege('{role}', {name}, '{privilege}')",
        f"GRANT {privilege} ON {kind} {on} TO {role}",
    )


RIGHTS: tuple[Right, ...] = (
    Right(
        "PUBLIC must have nothing on the database of SCT",
        "NOT has_database_privilege('public', current_database(), 'CONNECT, CREATE, TEMP')",
        "REVOKE ALL ON DATABASE {db} FROM PUBLIC",
    ),
    Right(
        "PUBLIC must have nothing on the schema public",
        "NOT has_schema_privilege('public', 'public', 'USAGE, CREATE')",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    ),
    Right(
        "PUBLIC must not update pg_settings",
        "NOT has_table_privilege('public', 'pg_catalog.pg_settings', 'UPDATE')",
        "REVOKE UPDATE ON pg_catalog.pg_settings FROM PUBLIC",
    ),
    Right(
        "PUBLIC must not use the language plpgsql",
        "NOT has_language_privilege('public', 'plpgsql', 'USAGE')",
        "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC",
    ),
    *_functions_of(_STATISTICS, "functions that count the rows of others", "app_owner", "pg_monitor"),
    *_functions_of(_LOCKS, "locks of a number", "app_owner"),
    *_columns_of_pg_class(),
    *(_revoked_function(name) for name in (_SET_CONFIG, _NOTIFY, *(f"pg_catalog.{one}" for one in _LARGE_OBJECTS))),
    *(_granted("SCHEMA", privilege, "public", "app_owner") for privilege in ("USAGE", "CREATE")),
    *(_granted("SCHEMA", "USAGE", "public", role) for role in ("app_web", "app_staff", "app_jobs", MUNICIPALITIES)),
    _granted("LANGUAGE", "USAGE", "plpgsql", "app_owner"),
    *(_granted_function(_SET_CONFIG, role) for role in ("app_owner", "app_web", "app_staff", "app_jobs", "app_backup")),
    *(_granted_function(_NOTIFY, role) for role in ("app_jobs", "app_owner")),
    *(
        _granted("DATABASE", "CONNECT", "{db}", role)
        for role in ("app_owner", "app_web", "app_staff", "app_jobs", "app_backup", MUNICIPALITIES)
    ),
    *(_granted("DATABASE", privilege, "{db}", "app_owner") for privilege in ("CREATE", "TEMP")),
    Right(
        "app_backup must read everything",
        "pg_has_role('app_backup', 'pg_read_all_data', 'USAGE')",
        "GRANT pg_read_all_data TO app_backup",
    ),
    Right(
        "app_owner must be able to end sessions",
        "pg_has_role('app_owner', 'pg_signal_backend', 'USAGE')",
        "GRANT pg_signal_backend TO app_owner",
    ),
)

# Attributes of roles are the cluster's; bootstrap makes them with the roles.
ATTRIBUTES: tuple[Right, ...] = (
    Right(
        "app_owner must be allowed to make roles and must not be a superuser",
        "(SELECT rolcreaterole AND NOT rolsuper FROM pg_roles WHERE rolname = 'app_owner')",
        "ALTER ROLE app_owner LOGIN CREATEROLE NOSUPERUSER",
    ),
    Right(
        "app_backup must pass row-level security by, or its dumps fail",
        "(SELECT rolbypassrls AND NOT rolsuper FROM pg_roles WHERE rolname = 'app_backup')",
        "ALTER ROLE app_backup LOGIN BYPASSRLS NOSUPERUSER",
    ),
    *(
        Right(
            f"{role} must have no power over roles, databases or row-level security",
            "(SELECT NOT (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication) "
            f"FROM pg_roles WHERE rolname = '{role}')",
            f"ALTER ROLE {role} NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS NOREPLICATION",
        )
        for role in ("app_web", "app_staff", "app_jobs", MUNICIPALITIES)
    ),
    Right(
        "no municipality may have power over roles, databases or row-level security",
        "NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname ~ '^t_[0-9]{{6}}$' "
        "AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication))",
        "ALTER ROLE ... NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS NOREPLICATION",
    ),
)


def mend_all(connection: psycopg.Connection[Any], database: str) -> None:
    """Makes every right of the database true. Superuser only; safe to repeat."""
    for right in RIGHTS:
        connection.execute(_with_name(right.mend, database))


def wrong_rights(connection: psycopg.Connection[Any], database: str) -> list[Right]:
    """What is missing or too much, on a database prepared by hand or changed since. Anybody may ask."""
    found = []
    for right in (*RIGHTS, *ATTRIBUTES):
        row = connection.execute(_with_name(f"SELECT {right.is_right}", database)).fetchone()
        if not row or not row[0]:
            found.append(Right(right.sentence, right.is_right, right.mend.replace("{db}", database)))
    return found


def _with_name(statement: str, database: str) -> sql.Composed:
    return sql.SQL(statement).format(db=sql.Identifier(database))
