"""`manage check` refuses settings under which municipalities could meet."""

from typing import Any

import psycopg
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from tenants.isolation.register import APPLICATION_ROLES, MUNICIPALITY_TABLES, SHARED_TABLES
from tenants.isolation.rights import wrong_rights


@register()
def unsafe_settings(**kwargs: Any) -> list[CheckMessage]:
    """Cookies that travel between hosts and cache keys without the municipality."""
    found: list[CheckMessage] = []
    if settings.SESSION_COOKIE_DOMAIN or settings.CSRF_COOKIE_DOMAIN:
        found.append(
            Error(
                "SESSION_COOKIE_DOMAIN or CSRF_COOKIE_DOMAIN is set: one municipality's cookie would reach another's host.",
                hint="Remove it: cookies are host-only.",
                id="isolation.E001",
            )
        )
    for name, cache in settings.CACHES.items():
        if cache.get("KEY_FUNCTION") != "tenants.isolation.cache.key_with_municipality":
            found.append(
                Error(
                    f"The cache “{name}” has keys without the municipality.",
                    hint="Set KEY_FUNCTION to tenants.isolation.cache.key_with_municipality.",
                    id="isolation.E002",
                )
            )
    return found


@register()
def unclassified_models(**kwargs: Any) -> list[CheckMessage]:
    """Every model with a table must stand in the register of grants."""
    from django.apps import apps

    found: list[CheckMessage] = []
    for names, known in ((settings.TENANT_APPS, MUNICIPALITY_TABLES), (settings.SHARED_APPS, SHARED_TABLES)):
        for config in apps.get_app_configs():
            if config.name not in names:
                continue
            for model in config.get_models():
                if model._meta.label not in known:
                    hint = "Add it to tenants/isolation/register.py with the rights each role needs."
                    message = f"{model._meta.label} is in no register of grants: nobody could use its table."
                    found.append(Error(message, hint=hint, id="isolation.E003"))
    return found


@register("database")  # type: ignore[type-var]
def unsafe_server(databases: list[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """A server that lets anybody in, that may lose what it acknowledged, or that lacks a right the isolation stands on."""
    if not databases:
        return []
    found: list[CheckMessage] = []
    try:
        with _signed_in_as_web() as connection:
            found += [_untrustworthy(role) for role in _roles_to_try(connection) if _lets_in_with_any_password(role)]
            found += _may_lose_data(connection)
            found += [
                Error(f"A right is missing or too much: {right.sentence}.", hint=right.mend, id="isolation.E008")
                for right in wrong_rights(connection, where_name())
            ]
    except psycopg.OperationalError as error:
        return [Error(f"The database does not let app_web in: {str(error).strip()}", id="isolation.E006")]
    return found + too_many_connections()


def where_name() -> str:
    """The name of the database."""
    return str(settings.DATABASES["default"]["NAME"])


def _access() -> dict[str, Any]:
    where = settings.DATABASES["default"]
    return {"host": where["HOST"], "port": where["PORT"] or None, "dbname": where_name()}


def _signed_in_as_web() -> psycopg.Connection[Any]:
    password = None if settings.DATABASE_PEER else settings.ROLE_PASSWORD("app_web")
    return psycopg.connect(user="app_web", password=password, autocommit=True, **_access())


def _roles_to_try(connection: psycopg.Connection[Any]) -> list[str]:
    """Every role that must not come in with any password; a socket with peer authentication vouches for most."""
    found = ["postgres", "app_owner"]
    if not settings.DATABASE_PEER:
        town = connection.execute("SELECT rolname FROM pg_roles WHERE rolname ~ '^t_[0-9]{6}$' ORDER BY 1 LIMIT 1")
        found += [*APPLICATION_ROLES, *(role for (role,) in town)]
    return found


def _lets_in_with_any_password(role: str) -> bool:
    try:
        psycopg.connect(user=role, password="not the password", **_access()).close()  # noqa: S106
    except psycopg.OperationalError:
        return False
    return True


def _untrustworthy(role: str) -> CheckMessage:
    return Error(
        f"The database lets {role} in with any password: it uses trust authentication.",
        hint="Use scram-sha-256 (or peer on a socket) in pg_hba.conf.",
        id="isolation.E004",
    )


def _may_lose_data(connection: psycopg.Connection[Any]) -> list[CheckMessage]:
    if settings.TEST_DATABASE:
        return []  # the tests' own server is quick and unsafe on purpose
    rows = connection.execute(
        "SELECT name FROM pg_settings WHERE name = ANY(%s) AND setting = 'off'",
        [["fsync", "synchronous_commit", "full_page_writes"]],
    ).fetchall()
    return [
        Error(
            f"{name} is off: the server may lose what it acknowledged.",
            hint=f"Set {name} = on.",
            id="isolation.E005",
        )
        for (name,) in rows
    ]


def too_many_connections() -> list[CheckMessage]:
    """More connections than the server takes, when every process holds as many as it may."""
    with _signed_in_as_web() as connection:
        row = connection.execute(
            "SELECT sum(setting::int * CASE name WHEN 'max_connections' THEN 1 ELSE -1 END) FROM pg_settings "
            "WHERE name IN ('max_connections', 'superuser_reserved_connections', 'reserved_connections')"
        ).fetchone()
    allowed, wanted = int(row[0] if row else 0), settings.CONNECTIONS_AT_MOST
    if wanted <= allowed:
        return []
    return [
        Error(
            f"Web and worker may open {wanted} connections and the server takes {allowed}.",
            hint="Lower WEB_WORKERS, WEB_THREADS, IMPORTS_AT_ONCE or TENANT_DB_MAX_IDLE, or raise max_connections.",
            id="isolation.E007",
        )
    ]
