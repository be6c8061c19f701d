"""`manage check` refuses settings under which municipalities could meet."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


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
