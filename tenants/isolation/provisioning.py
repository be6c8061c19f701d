"""Roles and grants of one municipality and of the shared tables. Owner mode only; every function is safe to repeat."""

from collections.abc import Iterable
from functools import cache

from django.apps import apps
from django.conf import settings
from psycopg import sql

from tenants.isolation import register
from tenants.isolation.context import connection
from tenants.isolation.rules import UnknownSchema, is_municipality_role

CONNECTIONS_PER_MUNICIPALITY = 20
# Roles of the application that run statements of visitors, and could be made to change their own password.
SELF_CHANGING_ROLES = ("app_web", "app_staff", "app_jobs")


def _run(statement: str, **names: sql.Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**names).as_string(cursor.connection))


def _table(label: str) -> str:
    return str(apps.get_model(label)._meta.db_table)


def create_role(schema: str, password: str | None) -> None:
    """Makes the LOGIN role of a municipality. ``password`` None where the socket's peer authentication lets it in."""
    if not is_municipality_role(schema):
        raise UnknownSchema(f"“{schema}” is not the schema of a municipality")
    role = sql.Identifier(schema)
    _run("CREATE ROLE {r} LOGIN CONNECTION LIMIT {n}", r=role, n=sql.Literal(CONNECTIONS_PER_MUNICIPALITY))
    if password is not None:
        assert_password(schema, password)
    join_municipalities(schema)
    if settings.TENANT_DB_MODE == "role":
        _run("GRANT {r} TO app_web", r=role)


def join_municipalities(schema: str) -> None:
    """Lets a municipality's role do what all may: come in, and reach its rows of the shared tables."""
    group, role = sql.Identifier(register.MUNICIPALITIES), sql.Identifier(schema)
    connection.ensure_connection()
    if connection.connection.info.server_version >= 160000:
        _run("GRANT {g} TO {r} WITH INHERIT TRUE, SET FALSE", g=group, r=role)
    else:  # there the role's own attribute says whether it inherits
        _run("ALTER ROLE {r} INHERIT", r=role)
        _run("GRANT {g} TO {r}", g=group, r=role)


def assert_password(schema: str, password: str) -> None:
    """Sets the password's verifier again: a role can change its own and lock its municipality out."""
    _run("ALTER ROLE {r} LOGIN PASSWORD {v}", r=sql.Identifier(schema), v=sql.Literal(_verifier(schema, password)))


@cache
def _verifier(schema: str, password: str) -> str:
    """Slow on purpose (SCRAM), so each process makes it once."""
    connection.ensure_connection()
    made = connection.connection.pgconn.encrypt_password(password.encode(), schema.encode(), b"scram-sha-256")
    return str(made.decode())


def municipality_roles() -> set[str]:
    """The municipalities' roles there are: a database restored on another server comes without them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname ~ '^t_[0-9]{6}$'")
        return {role for (role,) in cursor.fetchall()}


def forget_own_settings() -> list[str]:
    """Takes back what roles have set for themselves (ALTER ROLE ... SET); gives whose settings went."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.rolname, d.datname FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole "
            "LEFT JOIN pg_database d ON d.oid = s.setdatabase "
            "WHERE r.rolname ~ '^t_[0-9]{6}$' OR r.rolname = ANY(%s) ORDER BY 1, 2",
            [list(SELF_CHANGING_ROLES)],
        )
        found = cursor.fetchall()
    for role, database in found:
        where = sql.SQL(" IN DATABASE {}").format(sql.Identifier(database)) if database else sql.SQL("")
        _run("ALTER ROLE {r}{w} RESET ALL", r=sql.Identifier(role), w=where)
    return sorted({role for role, _ in found})


def grant_own_tables(schema: str) -> None:
    """Grants a municipality's role what the register lists, and nothing more, in its own schema."""
    role, own = sql.Identifier(schema), sql.Identifier(schema)
    _run("GRANT USAGE ON SCHEMA {s} TO {r}", s=own, r=role)
    _run("GRANT USAGE ON ALL SEQUENCES IN SCHEMA {s} TO {r}", s=own, r=role)
    _run("ALTER DEFAULT PRIVILEGES IN SCHEMA {s} GRANT SELECT ON TABLES TO {r}", s=own, r=role)
    _run("ALTER DEFAULT PRIVILEGES IN SCHEMA {s} GRANT USAGE ON SEQUENCES TO {r}", s=own, r=role)
    _run("REVOKE ALL ON ALL TABLES IN SCHEMA {s} FROM {r}", s=own, r=role)
    by_privileges: dict[frozenset[str], list[sql.Composable]] = {
        register.READ: [_qualified(schema, "django_migrations")]
    }
    for label, privileges in register.MUNICIPALITY_TABLES.items():
        by_privileges.setdefault(privileges, []).append(_qualified(schema, _table(label)))
    for privileges, tables in by_privileges.items():
        _grant(privileges, tables, schema)


def revoke_own_grants_in_public(schema: str) -> None:
    """Takes what a municipality's role was given in its own name: what it may do with shared tables comes with the group."""
    role = sql.Identifier(schema)
    _run("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {r}", r=role)
    _run("REVOKE ALL ON SCHEMA public FROM {r}", r=role)
    _run("REVOKE ALL ON DATABASE {db} FROM {r}", db=sql.Identifier(connection.settings_dict["NAME"]), r=role)


def grant_shared_tables() -> None:
    """Grants the application's roles and the municipalities' group what the register lists; sets row-level security up."""
    tables = {_table(label): roles for label, roles in register.SHARED_TABLES.items()}
    grantees = {role: role for role in register.APPLICATION_ROLES[:3]} | {"municipality": register.MUNICIPALITIES}
    for table, roles in {**tables, **register.SHARED_TABLES_BY_NAME}.items():
        for listed, role in grantees.items():
            _run("REVOKE ALL ON {t} FROM {r}", t=_qualified("public", table), r=sql.Identifier(role))
            if listed in roles:
                _grant(roles[listed], [_qualified("public", table)], role)
    _run("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC")
    _run("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO app_jobs")
    _run("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO app_web, app_staff, app_jobs")
    for label, column in register.OWN_ROWS.items():
        _row_level_security(label, column)


def _row_level_security(label: str, column: str) -> None:
    table = _qualified("public", _table(label))
    _run("ALTER TABLE {t} ENABLE ROW LEVEL SECURITY", t=table)
    _run("DROP POLICY IF EXISTS own_rows ON {t}", t=table)
    _run(
        "CREATE POLICY own_rows ON {t} USING ({c} = current_user) WITH CHECK ({c} = current_user)",
        t=table,
        c=sql.Identifier(column),
    )
    for role, privileges in register.SHARED_TABLES[label].items():
        if role in register.APPLICATION_ROLES and "SELECT" in privileges:
            policy = sql.Identifier(f"{role}_reads")
            _run("DROP POLICY IF EXISTS {p} ON {t}", p=policy, t=table)
            _run("CREATE POLICY {p} ON {t} FOR SELECT TO {r} USING (true)", p=policy, t=table, r=sql.Identifier(role))
        # The grants say which of these it may do; without a policy it could write no row at all.
        if role in register.APPLICATION_ROLES and privileges - register.READ:
            policy = sql.Identifier(f"{role}_writes")
            _run("DROP POLICY IF EXISTS {p} ON {t}", p=policy, t=table)
            _run(
                "CREATE POLICY {p} ON {t} TO {r} USING (true) WITH CHECK (true)",
                p=policy,
                t=table,
                r=sql.Identifier(role),
            )


def _qualified(schema: str, table: str) -> sql.Composable:
    return sql.SQL("{}.{}").format(sql.Identifier(schema), sql.Identifier(table))


def _grant(privileges: Iterable[str], tables: list[sql.Composable], role: str) -> None:
    _run(
        "GRANT {p} ON {t} TO {r}",
        p=sql.SQL(", ").join(sql.SQL(word) for word in sorted(privileges)),
        t=sql.SQL(", ").join(tables),
        r=sql.Identifier(role),
    )
