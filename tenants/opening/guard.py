"""Forms without a cookie: the public site sets none, so a form proves with a signed mark that it is one of ours.

Nobody is signed in on the public site, so there is no power of a visitor's that a forged form could borrow; the mark keeps
other people's pages and the simplest programs from sending our forms all the same.
"""

import functools
import secrets
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

FIELD = "form_mark"
_DAYS = 7  # somebody may leave the page open over a weekend
_signer = TimestampSigner(salt="tenants.opening.form")


def form_mark() -> str:
    """A mark for a form that is just being drawn."""
    return _signer.sign(secrets.token_urlsafe(9))


def own_form(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Takes a POST only from a form of ours, and has no answer kept by anybody's cache."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not _is_ours(request):
            raise PermissionDenied("the form has no mark of ours")
        return view(request, *args, **kwargs)

    return csrf_exempt(never_cache(require_http_methods(["GET", "HEAD", "POST"])(guarded)))


def _is_ours(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.get_host()}":
        return False
    try:
        _signer.unsign(request.POST.get(FIELD, ""), max_age=_DAYS * 86_400)
    except BadSignature:  # a mark that is too old is one too
        return False
    return True
