"""Which connection a model's statements take, besides the municipality's own."""

from typing import Any


class SideConnections:
    """Jobs go over `jobs` (role app_jobs) and sign-in limits over `limits` (role app_web); nothing is migrated there."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        label = model._meta.app_label
        return {"procrastinate": "jobs", "django_cache": "limits"}.get(label)

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db in {"jobs", "limits"} else None
