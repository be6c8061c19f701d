"""The one drawing of a month's report: its calls by day."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reporting.exports.queries import Month
from reporting.exports.rules import lost_of
from shell import charts, numbers
from shell.charts import Column
from shell.days import day_and_month


def by_day(month: Month) -> dict[str, Any]:
    """Calls by day, answered by a person or not; empty where no call is known whole."""
    if not month.total["inbound"]:
        return {}
    most = max(month.days, key=lambda pair: pair[1]["inbound"])
    heading = _("Most calls came in on %(day)s: %(number)s") % {
        "day": day_and_month(most[0]), "number": numbers.whole(most[1]["inbound"])
    }  # fmt: skip
    letters = pgettext("the letters of the weekdays from Monday on", "M T W T F S S").split()
    drawn, cells = [], []
    for day, counts in month.days:
        parts = [counts["answered_by_person"], lost_of(counts), counts["person_unknown"]]
        drawn.append(Column(str(day.day), parts, letters[day.weekday()]))
        cells.append((day_and_month(day), *map(numbers.whole, parts)))
    names = [_("Answered by a person"), _("Reached nobody")]
    key = [("", names[0]), ("k-2", names[1])]
    if month.total["person_unknown"]:
        key.append(("k-m", _("Not known")))
    title = _("Calls by day")
    return {
        "id": "calls-by-day",
        "heading": heading,
        "sub": _("Inbound calls by day"),
        "key": charts.key(*key),
        "drawing": charts.columns(drawn, chart_id="calls-by-day", title=title, desc=heading, is_full_width=True),
        "table": charts.data_table((_("Day"), *names, _("Not known")), cells),
    }
