"""Language and theme chosen in the middle of a form: the form comes along, and nothing that was written is lost.

The chrome's own buttons lead back to the page's address, which knows nothing of what was typed. On pages with a form of
ours they belong to that form instead (`answers_form`), and the page is drawn again with what it brings.
"""

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from shell.themes import THEMES, cookie_name, remember_theme

SPEAK, THEME, AT = "speak", "theme", "at"  # names of the buttons, and of the field that says which page they stand on


def keeps_answers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Draws the page again in another language or theme when that is what was pressed, with every answer in its place."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language, theme = request.POST.get(SPEAK, ""), request.POST.get(THEME)
        if language not in dict(settings.LANGUAGES) and theme is None:
            return view(request, *args, **kwargs)
        answers = request.POST.copy()
        answers["to"], answers["do"] = answers.get(AT, ""), ""
        request.POST = answers  # type: ignore[assignment]
        if theme is not None:
            request.COOKIES[cookie_name()] = theme if theme in THEMES else ""
            response = view(request, *args, **kwargs)
            remember_theme(response, theme)
            return response
        translation.activate(language)
        response = view(request, *args, **kwargs)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            path=settings.LANGUAGE_COOKIE_PATH,
            domain=settings.LANGUAGE_COOKIE_DOMAIN,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
        return response

    return run
