"""What every page of the site knows. Nothing here touches the database before a template asks."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from shell.menus import menu_of, notices_of, public_menu_of
from shell.themes import theme_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """`theme` ("light", "dark" or ""), `municipality`, `is_console`, `demonstration`, `support_phone`, `public_site_url`.

    Lazy: `menu` and `public_menu`.
    """
    municipality = getattr(request, "municipality", None)
    return {
        "theme": theme_of(request),
        "municipality": municipality,
        "is_console": getattr(request, "is_console", False),
        "demonstration": settings.DEMONSTRATION or bool(municipality and municipality.is_demonstration),
        "support_phone": settings.SUPPORT_PHONE,
        "public_site_url": public_site_url(request),
        "town_notices": SimpleLazyObject(lambda: notices_of(request)),
        "menu": SimpleLazyObject(lambda: menu_of(request)),
        "public_menu": SimpleLazyObject(lambda: public_menu_of(request)),
    }


def public_site_url(request: HttpRequest) -> str:
    """The public site as seen from this host: same scheme, same port."""
    _, _, port = request.META.get("HTTP_HOST", "").partition(":")
    return f"{request.scheme}://{settings.BASE_HOST}{f':{port}' if port.isdigit() else ''}/"
