"""From the Host header to the world it belongs to: public site, municipality or Adtende's console.

Also the guard of the end of a request: whatever happened, the next one starts on the public side.
"""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers

from shell.themes import cookie_name as theme_cookie
from tenants.directory.models import Municipality
from tenants.directory.queries import host_of, municipality_at
from tenants.isolation.context import CONSOLE, PUBLIC_SITE, connection

PUBLIC_PATHS_ON_ANY_HOST = ("/healthz", "/readyz", "/static/")


def clean_host(raw: str) -> str:
    """`Caldes.LOCALHOST.:8000` gives `caldes.localhost`; an unusable header gives an empty text."""
    host, _, port = raw.strip().lower().partition(":")
    if port and not port.isdigit():
        return ""
    host = host.removesuffix(".")
    return host if all(c.isalnum() or c in "-." for c in host) and host.isascii() else ""


class HostMiddleware:
    """Chooses URLconf, database role and `request.municipality` (None outside a municipality) by host."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            connection.set_tenant(PUBLIC_SITE)
            response = self._respond(request)
            patch_vary_headers(response, ["Host"])
            return response
        finally:
            connection.set_tenant(PUBLIC_SITE)

    def _respond(self, request: HttpRequest) -> HttpResponse:
        host = clean_host(request.META.get("HTTP_HOST", ""))
        request.META["HTTP_HOST"] = host + _port(request)  # links are built from the clean name
        request.municipality = None  # type: ignore[attr-defined]
        request.is_console = host == settings.STAFF_HOST  # type: ignore[attr-defined]
        if request.path.startswith(PUBLIC_PATHS_ON_ANY_HOST) or host == settings.BASE_HOST:
            request.META["HTTP_HOST"] = settings.BASE_HOST + _port(request)  # whatever a probe of our health calls us
            request.urlconf = settings.PUBLIC_URLCONF  # type: ignore[attr-defined]
            _forget_who_asks(request)
        elif host == settings.STAFF_HOST:
            request.urlconf = settings.STAFF_URLCONF  # type: ignore[attr-defined]
            connection.set_tenant(CONSOLE)
        else:
            municipality = municipality_at(host) if host else None
            if municipality is None and (name := _name_of_closed(host)):
                return _nobody_here(request, "shell/closed_host.html", 410, name=name)
            if municipality is None:
                return _nobody_here(request, "shell/unknown_host.html", 404, host=host)
            if not municipality.is_open:
                return _nobody_here(request, "shell/closing_host.html", 410, name=municipality.name)
            structlog.contextvars.bind_contextvars(schema=municipality.schema_name)
            request.municipality = municipality  # type: ignore[attr-defined]
            request.urlconf = settings.TENANT_URLCONF  # type: ignore[attr-defined]
            connection.set_tenant(municipality)
        return self.get_response(request)


def registered_host(request: HttpRequest) -> str:
    """The host that the municipality of a request, or the console, is registered at."""
    municipality = getattr(request, "municipality", None)
    return host_of(municipality.slug) if municipality else settings.STAFF_HOST


def link_into(request: HttpRequest, host: str, path: str) -> str:
    """The whole address of a page of another of our hosts; a port counts only where it is this server's."""
    port = _port(request)
    is_ours = not settings.SECURE and port == f":{settings.PORT}"
    return f"{request.scheme}://{host}{port if is_ours else ''}{path}"


def link_for_mail(request: HttpRequest, path: str) -> str:
    """The whole address of a page, with the registered host; the header's port counts only where it is this server's."""
    return link_into(request, registered_host(request), path)


def _name_of_closed(host: str) -> str:
    """The name of the closed municipality whose address this was; addresses are never used again. Empty when of none."""
    slug, _, base = host.partition(".")
    if base != settings.BASE_HOST:
        return ""
    closed = Municipality.objects.filter(slug=slug, state=Municipality.State.CLOSED)
    return closed.values_list("name", flat=True).first() or ""


def _forget_who_asks(request: HttpRequest) -> None:
    """The public site knows nobody, and its pages are everybody's: of the cookies only the two preferences count."""
    preferences = (settings.LANGUAGE_COOKIE_NAME, theme_cookie())
    request.COOKIES = {name: request.COOKIES[name] for name in preferences if name in request.COOKIES}


def _nobody_here(request: HttpRequest, page: str, status: int, **told: str) -> HttpResponse:
    """A page in the reader's language, which nobody has chosen yet: LocaleMiddleware comes after us."""
    with translation.override(translation.get_language_from_request(request)):
        return render(request, page, told, status=status)


def _port(request: HttpRequest) -> str:
    _, _, port = request.META.get("HTTP_HOST", "").partition(":")
    return f":{port}" if port.isdigit() else ""
