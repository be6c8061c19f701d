"""Papers as PDF: tagged for everybody (PDF/UA), drawn from HTML of our own, with nothing fetched from anywhere."""

import logging
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

import shell

_STATIC = Path(shell.__file__).parent / "static/shell"
log = structlog.get_logger("sct.papers")
logging.getLogger("weasyprint").setLevel(logging.ERROR)  # it tells every step it takes


class UnableToDraw(Exception):
    """This machine cannot make PDFs."""


def draw(html: str, *styles: Path) -> bytes:
    """The PDF of a page of HTML, in the house's own style and then in ``styles``. Takes some tenths of a second.

    Raises UnableToDraw.
    """
    # Loading the library takes as long as drawing a page: only who draws one waits for that.
    try:
        from weasyprint import CSS, HTML
    except (ImportError, OSError) as error:  # it looks for Pango when it is loaded
        log.exception("no PDF can be drawn: Pango is not installed")
        raise UnableToDraw from error

    fetcher = _only_inline()
    colours = (_STATIC / "tokens.css").read_text().partition("@media")[0]  # paper is always light
    sheets = "".join(one.read_text() for one in (_STATIC / "paper.css", *styles))
    style = CSS(string=colours + sheets, url_fetcher=fetcher)
    page = HTML(string=html, url_fetcher=fetcher)
    return bytes(page.write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1"))


def _only_inline() -> Any:
    """A fetcher that opens what stands in the page itself and refuses network and files, loudly."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class OnlyInline(URLFetcher):  # type: ignore[misc]  # no types
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if not url.startswith("data:"):
                raise FatalURLFetchingError("a paper names something outside itself")
            return super().fetch(url, headers)

    return OnlyInline()


def language_of(request: HttpRequest) -> str:
    """The language a paper is asked for in: that of its address, else that of the page."""
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else (get_language() or settings.LANGUAGE_CODE)[:2]


def a_paper(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that answers with a paper: 503 where this machine cannot make PDFs. Below ``@access``."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except UnableToDraw:
            return render(request, "503.html", status=503)

    return answer


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """A paper to download."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
