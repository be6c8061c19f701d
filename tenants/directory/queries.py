"""Questions about municipalities and their addresses."""

import time
from dataclasses import dataclass

from django.conf import settings

from tenants.directory.models import Domain, Municipality

CACHE_SECONDS = 5.0  # a closed municipality's role cannot sign in any more, so a stale address shows no data


@dataclass(frozen=True)
class _Known:
    municipality: Municipality | None
    until: float


_by_host: dict[str, _Known] = {}


def municipality_at(host: str) -> Municipality | None:
    """The municipality that answers at ``host`` (lower case, no port), or None. Asked as app_web; kept for 5 s."""
    known = _by_host.get(host)
    now = time.monotonic()
    if known is None or known.until < now:
        domain = Domain.objects.select_related("tenant").filter(domain=host).first()
        found = domain.tenant if domain and domain.tenant.state != Municipality.State.CLOSED else None
        if len(_by_host) > 10_000:  # strangers may send any Host header
            _by_host.clear()
        known = _by_host[host] = _Known(found, now + CACHE_SECONDS)
    return known.municipality


def forget_hosts() -> None:
    """Forgets the addresses kept in this process."""
    _by_host.clear()


def host_of(slug: str) -> str:
    """The host name of a municipality's slug."""
    return f"{slug}.{settings.BASE_HOST}"


def municipality_with_slug(slug: str) -> Municipality | None:
    """The municipality in service with this slug."""
    return Municipality.objects.filter(slug=slug, state=Municipality.State.ACTIVE).first()


def municipalities_in_service() -> list[Municipality]:
    """All municipalities whose citizens are served today, by name."""
    return list(Municipality.objects.filter(state=Municipality.State.ACTIVE).order_by("name"))


def municipalities_behind(plan: str) -> list[Municipality]:
    """Municipalities in service whose schema has other migrations than ``plan``, a fingerprint of all of them."""
    in_service = Municipality.objects.filter(state=Municipality.State.ACTIVE)
    return list(in_service.exclude(schema_plan=plan).order_by("id"))
