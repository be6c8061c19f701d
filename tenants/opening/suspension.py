"""A suspended municipality: its people read and export everything, and change nothing but how they pay."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SuspensionMiddleware:
    """Refuses what would change something, in words; reading, signing in and paying go on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """The page that says why nothing was changed, or None."""
        municipality = getattr(request, "municipality", None)
        if municipality is None or not municipality.is_read_only or request.method in _SAFE:
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name.startswith(settings.WHILE_SUSPENDED):
            return None
        return render(request, "opening/suspended.html", status=403)
