"""The report of a month as a page and as a paper: the same sentences and the same figures."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from reporting.dashboard.figures import limits
from reporting.exports.charts import by_day
from reporting.exports.figures import asked_of, headings, rows
from reporting.exports.queries import MonthReport
from reporting.exports.sentences import name_of, not_known, opening
from shell.paper import draw
from tenants.directory.models import Municipality

_STYLE = Path(__file__).with_name("static") / "exports/paper.css"


def told(report: MonthReport) -> dict[str, Any]:
    """What both show, in the language being spoken."""
    return {
        "report": report,
        "name": name_of(report.month.first),
        "title": _("Monthly report: %(month)s") % {"month": name_of(report.month.first)},
        "key": f"{report.month.first:%Y-%m}",
        "opening": opening(report),
        "not_known": not_known(report),
        "headings": headings(report),
        "rows": rows(report),
        "limits": limits(asked_of(report.month)),
        "chart": by_day(report.month),
    }


def page_of(report: MonthReport, town: Municipality, language: str) -> str:
    """The HTML that the PDF is drawn from."""
    with translation.override(language), timezone.override(town.time_zone):
        context = {**told(report), "language": language, "town": town, "demonstration": settings.DEMONSTRATION}
        return render_to_string("exports/paper.html", context)


def paper(report: MonthReport, town: Municipality, language: str) -> bytes:
    """The report as tagged PDF. Raises UnableToDraw."""
    return draw(page_of(report, town, language), _STYLE)
