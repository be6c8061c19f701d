"""A page drawn once and kept until a municipality publishes, opens or closes: everybody sees the same one."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from shell.themes import theme_of
from tenants.isolation.context import connection

ASKED_EVERY_SECONDS = 0.01  # under load most requests do not even ask whether something changed
MOST_PAGES = 500  # some 25 KB each; towns and months are many, and few of them are asked for at a time
LONGEST_SECONDS = 60.0  # a name or a population may be corrected; two who publish at once may leave one mark
_STAMP = (
    "SELECT (SELECT max(id) FROM public.public_publiccount), "
    "(SELECT count(*) FROM public.directory_municipality WHERE state IN ('ACTIVE', 'PAST_DUE'))"
)


@dataclass(frozen=True)
class _Kept:
    page: bytes
    stamp: tuple[object, ...]
    drawn_at: float
    asked_at: float


_pages: dict[tuple[object, ...], _Kept] = {}


def kept(request: HttpRequest, draw: Callable[[HttpRequest], bytes]) -> bytes:
    """The page that ``draw`` makes in this language and theme, drawn again when what it shows changed."""
    if request.GET:  # the page repeats its address
        return draw(request)
    key = (request.path, get_language(), theme_of(request), settings.DEMONSTRATION)
    found, now = _pages.get(key), time.monotonic()
    if found and now - found.asked_at < ASKED_EVERY_SECONDS:
        return found.page
    stamp = _stamp()
    if found and found.stamp == stamp and now - found.drawn_at < LONGEST_SECONDS:
        found = _Kept(found.page, stamp, found.drawn_at, now)
    else:
        found = _Kept(draw(request), stamp, now, now)
    if len(_pages) >= MOST_PAGES:
        _pages.clear()
    _pages[key] = found
    return found.page


def _stamp() -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        found: tuple[object, ...] = cursor.fetchone()
    return found
