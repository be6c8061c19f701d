"""Preferences of whoever looks, pages that went wrong, and the page that shows every piece."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from shell import samples
from shell.themes import remember_theme

# Exempt so that a public page needs no cookie: the worst a forged request can do is change the language or the theme.
choose_language = csrf_exempt(set_language)


@csrf_exempt
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keeps `theme` (light, dark or empty for the device's) and goes back to `next`."""
    response = HttpResponseRedirect(_safe_next(request))
    remember_theme(response, request.POST.get("theme", ""))
    return response


def service_unavailable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The 503 page, which asks nothing of the database; asks to come back in a minute."""
    response = render(request, "503.html", status=503)
    response["Retry-After"] = "60"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The 400 page, and the one for what is too large."""
    is_too_large = isinstance(exception, RequestDataTooBig)
    return render(request, "413.html" if is_too_large else "400.html", status=413 if is_too_large else 400)


@require_GET
def kit(request: HttpRequest) -> HttpResponse:
    """Every piece with invented data, to be looked at and tested; only on demonstration sites."""
    if not (settings.DEMONSTRATION or settings.DEBUG):
        raise Http404
    return render(request, "shell/kit.html", samples.everything())


def _safe_next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else "/"
