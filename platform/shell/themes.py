"""Light or dark: the device decides until the person does. The choice is a cookie of this host, kept for a year."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

THEMES = ("light", "dark")
THEME_COOKIE = "theme"


def cookie_name() -> str:
    """`__Host-theme` where cookies are secure, plain `theme` in demonstration on *.localhost."""
    return f"__Host-{THEME_COOKIE}" if settings.SESSION_COOKIE_SECURE else THEME_COOKIE


def theme_of(request: HttpRequest) -> str:
    """The theme the person chose, or "" when the device decides."""
    chosen = request.COOKIES.get(cookie_name(), "")
    return chosen if chosen in THEMES else ""


def remember_theme(response: HttpResponse, theme: str) -> None:
    """Keeps the choice; anything that is not a theme hands it back to the device."""
    if theme in THEMES:
        response.set_cookie(
            cookie_name(),
            theme,
            max_age=31_536_000,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
            httponly=True,
        )
    else:
        response.delete_cookie(cookie_name(), samesite="Lax")
