"""The accessibility statement of the site that is asked, as a page and as PDF: for everybody, on every host."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation

from kit.periods import local_day
from kit.versions import version_on
from shell.paper import a_paper, draw, language_of, pdf_answer
from tenants.agreements.queries import TEXTS
from tenants.people.access import PUBLIC, access


def _told(request: HttpRequest) -> dict[str, Any]:
    town = getattr(request, "municipality", None)
    today = local_day(timezone.now(), ZoneInfo(town.time_zone if town else "Europe/Madrid"))
    version, language = version_on(TEXTS, "accessibility", today), language_of(request)
    return {
        "town": town,
        "publisher": settings.INVOICE_SELLER,
        "host": request.get_host(),
        "phone": settings.SUPPORT_PHONE,
        "version": version,
        "language": language,
        "text": f"agreements/accessibility/{version.number}/{language}.html",
    }


@access(PUBLIC)
def statement(request: HttpRequest) -> HttpResponse:
    """The statement, by the model of Real Decreto 1112/2018."""
    told = _told(request)
    with translation.override(told["language"]):
        return render(request, "agreements/statement.html", told)


@access(PUBLIC)
@a_paper
def pdf(request: HttpRequest) -> HttpResponse:
    """The same to download."""
    told = _told(request)
    with translation.override(told["language"]):
        page = render_to_string("agreements/statement_paper.html", told)
    return pdf_answer(draw(page), "sct-accessibility")
