"""The shape of the menus that upper layers hand to the chrome, and where they are asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class MenuEntry:
    """A link of the side navigation. ``count`` is text such as ``9`` or ``3 expired``; empty shows nothing."""

    label: str
    url: str
    is_current: bool = False
    count: str = ""


@dataclass(frozen=True)
class MenuGroup:
    """Entries under a heading; the first group usually has no label."""

    label: str
    entries: list[MenuEntry]


@dataclass(frozen=True)
class TownNotice:
    """What a municipality's people are told on every page: ``kind`` is empty, ``warn`` or ``bad``."""

    kind: str
    title: str
    text: str


def notices_of(request: HttpRequest) -> list[TownNotice]:
    """The notices of the municipality of a request: settings name the functions, ``f(municipality) -> TownNotice | None``."""
    municipality = getattr(request, "municipality", None)
    if municipality is None:
        return []
    told = (
        cast(Callable[[object], TownNotice | None], import_string(path))(municipality) for path in settings.TOWN_NOTICES
    )
    return [one for one in told if one is not None]


def menu_of(request: HttpRequest) -> list[MenuGroup]:
    """The groups for this person on this host: settings name the functions, ``f(request) -> list[MenuGroup]``."""
    path = settings.CONSOLE_MENU if getattr(request, "is_console", False) else settings.TOWN_MENU
    return cast(Callable[[HttpRequest], list[MenuGroup]], import_string(path))(request)


def public_menu_of(request: HttpRequest) -> list[MenuEntry]:
    """The entries of the public site: settings name the function, ``f(request) -> list[MenuEntry]``."""
    return cast(Callable[[HttpRequest], list[MenuEntry]], import_string(settings.PUBLIC_MENU))(request)
