"""All figures of a period and one figure opened: definition, fraction, what it was counted from, how it went."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from callhub.departments.queries import departments_by_name
from callhub.lines.queries import agents_by_name, queues_by_name
from reporting.dashboard import charts, figures
from reporting.dashboard.forms import DAYS, SUBJECTS, AskedForm
from reporting.dashboard.queries import days_asked, hours_asked, months_with_calls
from reporting.dashboard.rules import Asked, Days, by_month, total, ways_to_split
from reporting.dashboard.views.asking import READERS, days_chosen, form_asked, kept_whole, zone_of
from reporting.kpi.counts import Counts
from reporting.kpi.definitions import SERVICE_LEVELS, UnknownDefinition, definition
from reporting.kpi.queries import fill
from reporting.kpi.rules import broken_identities
from shell.csv import csv_response
from tenants.people.access import access

# What the table of days, months or hours shows of all calls or a queue, of a department, of an agent.
COLUMNS = {
    "department": ("department_calls", "department_talk", "disaffection", "average_inside_wait"),
    "agent": ("visits_answered", "average_talk", "disaffection"),
}
COLUMNS_OF_QUEUES = ("visits_answered", "abandonment_rate", "sl_default", "wait_median", "disaffection")


class Stretch(NamedTuple):
    """One row of a table: a day, month or hour, and what it holds; ``days`` None when it is no sum of days."""

    by: str
    start: Any
    counts: Counts
    days: Sequence[Counts] | None

    @property
    def label(self) -> str:
        """As a person reads it."""
        return figures.label_of(self.by, self.start)

    @property
    def written(self) -> str:
        """As a program reads it."""
        if self.by == "hour":
            return f"{self.start:02}:00"
        return f"{self.start:%Y-%m}" if self.by == "month" else str(self.start)


def _stretches(request: HttpRequest, asked: Asked, days: Days) -> list[Stretch]:
    if asked.by == "hour":
        return [Stretch("hour", hour, counts, None) for hour, counts in hours_asked(zone_of(request), asked)]
    if asked.by == "month":
        return [Stretch("month", start, total(parts), parts) for start, parts in by_month(days)]
    return [Stretch("day", day, counts, [counts]) for day, counts in days]


def _asked(request: HttpRequest, form: AskedForm, *, is_of_days: bool = False) -> tuple[Asked, tuple[str, ...]]:
    """What a valid form asks, and by what its period can be split."""
    asked = form.asked()
    ways = ways_to_split(asked, is_of_days=is_of_days)
    by = request.GET.get("by", "")
    return form.asked(by if by in ways else ways[0]), ways


def _name_of(asked: Asked) -> str:
    """Of whom the figures are, as people call it; empty for all calls."""
    departments = [(str(pk), name) for pk, name in departments_by_name()] if asked.kind == "department" else []
    names = {"queue": queues_by_name, "agent": agents_by_name}.get(asked.kind, lambda: departments)()
    return dict(names).get(asked.name, "")


def _subject_in_words(asked: Asked) -> str:
    words = {"queue": _("Queue %(name)s"), "department": _("Department %(name)s"), "agent": _("Agent %(name)s")}
    return words[asked.kind] % {"name": _name_of(asked)} if asked.kind != "all" else _("All calls")


def _frame(request: HttpRequest, form: AskedForm) -> dict[str, Any]:
    """What both pages show around their figures; an unusable form shows itself alone."""
    zone = zone_of(request)
    return {
        "form": form,
        "days": days_chosen(request),
        "choices": DAYS,
        "months": months_with_calls(zone),
        "month": request.GET.get("month", ""),
        "is_other_period": any(request.GET.get(name) for name in ("starts", "ends", "month")),
        "address": kept_whole(request),
        "fill": fill(),
    }


def _frame_of(request: HttpRequest, form: AskedForm, asked: Asked, ways: Sequence[str]) -> dict[str, Any]:
    words = {"day": _("By day"), "month": _("By month"), "hour": _("By hour of the day")}
    headings = {"day": _("Day"), "month": _("Month"), "hour": _("Hour")}
    return _frame(request, form) | {
        "asked": asked,
        "subject": _subject_in_words(asked),
        "limits": figures.limits(asked),
        "ways": [(way, words[way]) for way in ways],
        "by_words": words[asked.by],
        "by_heading": headings[asked.by],
    }


def _filters(asked: Asked, *, with_limits: bool, by: str = "") -> dict[str, str]:
    """What a CSV says of itself."""
    told = {"from": str(asked.first), "to": str(asked.last), "by": by}
    if asked.kind != "all":
        told[asked.kind] = _name_of(asked)
    if with_limits:
        told |= {"T": f"{asked.target_seconds} s", "S": f"{asked.short_abandon_seconds} s"}
    return told


@access(*READERS)
def all_figures(request: HttpRequest) -> HttpResponse:
    """Every figure of a period, of all calls or of one queue, department or agent."""
    form = form_asked(request)
    if not form.is_valid():
        return _refused(request, form, "dashboard/figures.html")
    asked, ways = _asked(request, form)
    days = days_asked(zone_of(request), asked)
    parts = [counts for _day, counts in days]
    told = figures.all_told(asked, total(parts), parts)
    if request.GET.get("format") == "csv":
        return _csv_of_stretches(request, asked, days) if request.GET.get("rows") else _csv_of_figures(asked, told)
    columns = COLUMNS.get(asked.kind, COLUMNS_OF_QUEUES)
    rows = [
        (one, [figures.told(asked, figure_id, one.counts, one.days) for figure_id in columns])
        for one in _stretches(request, asked, days)
    ]
    context = {
        "groups": figures.grouped(told), "rows": rows, "columns": [_(definition(one).name) for one in columns],
        "with_limits": SERVICE_LEVELS, "columns_of_levels": "sl_default" in columns,
    }  # fmt: skip
    return render(request, "dashboard/figures.html", _frame_of(request, form, asked, ways) | context)


def _refused(request: HttpRequest, form: AskedForm, template: str, **context: Any) -> HttpResponse:
    """The form with what is to be corrected; a table to take away has no place for that."""
    if request.GET.get("format") == "csv":
        raise Http404
    return render(request, template, _frame(request, form) | context)


def _csv_of_figures(asked: Asked, told: Sequence[figures.Told]) -> HttpResponse:
    header = ["figure", "version", "value", "numerator", "denominator", "formula", "reason"]
    rows = (
        [one.says.id, one.says.version, f.value, f.numerator, f.denominator, one.says.formula, f.reason]
        for one in told
        for f in (one.figure,)
    )
    return csv_response("figures.csv", header, rows, _filters(asked, with_limits=True))


def _csv_of_stretches(request: HttpRequest, asked: Asked, days: Days) -> HttpResponse:
    header = [asked.by, "figure", "version", "value", "numerator", "denominator", "reason"]
    rows = (
        [stretch.written, one.says.id, one.says.version, f.value, f.numerator, f.denominator, f.reason]
        for stretch in _stretches(request, asked, days)
        for one in figures.all_told(asked, stretch.counts, stretch.days)
        for f in (one.figure,)
    )
    return csv_response(f"figures-by-{asked.by}.csv", header, rows, _filters(asked, with_limits=True, by=asked.by))


@access(*READERS)
def one_figure(request: HttpRequest, figure_id: str) -> HttpResponse:
    """A figure opened: definition, fraction, interval, the same days under the other definitions, the calls behind."""
    try:
        says = definition(figure_id)
    except UnknownDefinition:
        raise Http404 from None
    form = form_asked(request)
    names = {"name": _(says.name), "figure_id": figure_id, "fields": _fields(says.subjects, form, figure_id)}
    if not form.is_valid():
        return _refused(request, form, "dashboard/figure.html", **names)
    asked, ways = _asked(request, form, is_of_days=says.is_of_days)
    days = days_asked(zone_of(request), asked)
    parts = [counts for _day, counts in days]
    whole = total(parts)
    rows = [(one, figures.told(asked, figure_id, one.counts, one.days)) for one in _stretches(request, asked, days)]
    if request.GET.get("format") == "csv":
        return _csv_of_figure(asked, figure_id, rows)
    one = figures.told(asked, figure_id, whole, parts)
    has_rows = says.has_rows and one.figure.value is not None
    context = {
        "one": one,
        "unit_words": figures.unit_words(one),
        "numerator": _(says.numerator),
        "denominator": _(says.denominator) if says.denominator else "",
        "exclusions": _(says.exclusions),
        "remark": _(says.remark) if says.remark else "",
        "uses_limits": figures.uses_limits(figure_id),
        "numerator_url": figures.calls_behind(asked, says, "numerator") if has_rows and says.unit != "seconds" else "",
        "denominator_url": figures.calls_behind(asked, says, "denominator") if has_rows and says.denominator else "",
        "levels": _levels(asked, figure_id, whole) if figure_id in SERVICE_LEVELS else [],
        "ingredients": figures.ingredients(asked, says.about, whole),
        "broken": broken_identities(whole) if asked.kind in {"all", "queue"} else [],
        "balances": says.about in {"visits", "days"} and asked.kind in {"all", "queue"},
        "rows": rows,
    }
    return render(request, "dashboard/figure.html", _frame_of(request, form, asked, ways) | names | context)


def _fields(subjects: Sequence[str], form: AskedForm, figure_id: str) -> list[Any]:
    """The form's fields that mean something for a figure, and those filled in any case."""
    unused = {name for name in SUBJECTS if name not in subjects and not form.data.get(name)}
    if not figures.uses_limits(figure_id):
        unused |= {"target_seconds", "short_abandon_seconds"}
    return [bound for bound in form if bound.name not in unused]


def _levels(asked: Asked, figure_id: str, whole: Counts) -> list[tuple[figures.Told, Any, bool]]:
    """The six service levels of the same days, each with its strip."""
    return [
        (figures.told(asked, other, whole, None), charts.strip(whole, other, asked), other == figure_id)
        for other in SERVICE_LEVELS
    ]


def _csv_of_figure(asked: Asked, figure_id: str, rows: Sequence[tuple[Stretch, figures.Told]]) -> HttpResponse:
    header = [asked.by, "value", "numerator", "denominator", "reason", "definition", "version"]
    cells = (
        [one.written, f.value, f.numerator, f.denominator, f.reason, figure_id, told.says.version]
        for one, told in rows
        for f in (told.figure,)
    )
    filters = _filters(asked, with_limits=figures.uses_limits(figure_id), by=asked.by)
    return csv_response(f"{figure_id}-by-{asked.by}.csv", header, cells, filters)
