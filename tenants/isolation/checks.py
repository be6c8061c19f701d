"""`manage check` refuses settings under which municipalities could meet."""

from typing import Any

import psycopg
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from tenants.isolation.register import MUNICIPALITY_TABLES, SHARED_TABLES


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
    """A server that lets anybody in, or that may lose what it acknowledged. Runs with `manage check --database default`."""
    if not databases:
        return []
    found: list[CheckMessage] = []
    where = settings.DATABASES["default"]
    access: dict[str, Any] = {"host": where["HOST"], "port": where["PORT"] or None, "dbname": where["NAME"]}
    try:
        psycopg.connect(user="app_owner", password="not the password", **access).close()  # noqa: S106
        found.append(
            Error(
                "The database lets app_owner in with any password: it uses trust authentication.",
                hint="Use scram-sha-256 (or peer on a socket) in pg_hba.conf.",
                id="isolation.E004",
            )
        )
    except psycopg.OperationalError:
        pass
    try:
        with psycopg.connect(user="app_web", password=str(where["PASSWORD"]) or None, **access) as connection:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
                if row and row[0] == "off" and not settings.TEST_DATABASE:
                    message = f"{name} is off: the server may lose what it acknowledged."
                    found.append(Error(message, hint=f"Set {name} = on.", id="isolation.E005"))
    except psycopg.OperationalError as error:
        found.append(Error(f"The database does not let app_web in: {str(error).strip()}", id="isolation.E006"))
    return found
