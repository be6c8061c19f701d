"""Questions about municipalities and their addresses."""

import time
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from kit.periods import local_day
from tenants.directory.models import OPEN, Domain, Municipality, ReceptionNumber
from tenants.directory.rules import look_alike_key, time_zone_of

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
    """The municipality with this slug, unless it is closing or closed."""
    return Municipality.objects.filter(slug=slug, state__in=OPEN).first()


def open_municipalities() -> list[Municipality]:
    """All municipalities whose people may come in and whose calls are recorded, by name."""
    return list(Municipality.objects.filter(state__in=OPEN).order_by("name"))


def today_of(town: Municipality) -> date:
    """The day it is in a municipality."""
    return local_day(timezone.now(), ZoneInfo(town.time_zone))


def today_at(ine_code: str) -> date:
    """The day it is in a place, whether it has an account or not."""
    return local_day(timezone.now(), ZoneInfo(time_zone_of(ine_code)))


def is_taken(slug: str) -> bool:
    """Whether a municipality has this address, or had it, or one that looks like it."""
    return Municipality.objects.filter(Q(slug=slug) | Q(look_alike_key=look_alike_key(slug))).exists()


def reception_number_of(schema: str) -> ReceptionNumber | None:
    """The number to which a municipality forwards its lines; None when Adtende gave it none."""
    return ReceptionNumber.objects.filter(schema_name=schema).first()


def municipality_of_ine_code(ine_code: str) -> Municipality | None:
    """The municipality that uses the service already under this INE code."""
    return Municipality.objects.filter(ine_code=ine_code, state__in=OPEN).order_by("id").first()


def municipality_of_tax_id(tax_id: str) -> Municipality | None:
    """The body that uses the service already under this tax id."""
    return Municipality.objects.filter(tax_id=tax_id, state__in=OPEN).order_by("id").first()


def open_ine_codes(ine_codes: list[str]) -> set[str]:
    """Which of these INE codes use the service already."""
    return set(Municipality.objects.filter(ine_code__in=ine_codes, state__in=OPEN).values_list("ine_code", flat=True))


def municipalities_behind(plan: str) -> list[Municipality]:
    """Open municipalities whose schema has other migrations than ``plan``, a fingerprint of all of them."""
    return list(Municipality.objects.filter(state__in=OPEN).exclude(schema_plan=plan).order_by("id"))
