"""Importing departments and extensions from a spreadsheet: a preview, the import, and what is left to be corrected."""

from collections import Counter

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from callhub.departments import actions
from callhub.departments.forms import MOST_BYTES, ConfirmForm, SpreadsheetForm
from callhub.departments.queries import known
from callhub.departments.rules import Change, Refusal, planned
from callhub.departments.spreadsheets import HEADER, Sheet, file_response
from callhub.departments.views.departments import KEEPERS
from callhub.departments.words import CHANGES, changes_of, sentence_of
from shell.uploads import takes_files
from tenants.audit.actions import actor_of
from tenants.people.access import access

SHOWN = 200  # rows of a preview; all of them are counted and imported
LEFT = "departments_to_correct"  # in the session: rows that the latest import could not use, with their sentences


@access(*KEEPERS)
@takes_files(most=2 * MOST_BYTES)  # a little over the limit gets its sentence beside the field
def spreadsheet(request: HttpRequest) -> HttpResponse:
    """Takes a file and shows what it would change; nothing is stored yet."""
    form = SpreadsheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return _preview(request, form.sheet)
    return _page(request, form)


def _page(request: HttpRequest, form: SpreadsheetForm | ConfirmForm) -> HttpResponse:
    context = {
        "form": form if isinstance(form, SpreadsheetForm) else SpreadsheetForm(),
        "problem": "" if isinstance(form, SpreadsheetForm) else form.errors["rows"][0],
        "columns": ", ".join(str(one) for one in HEADER.values()),
        "left": len(request.session.get(LEFT, [])),
    }
    return render(request, "departments/spreadsheet.html", context, status=422 if form.errors else 200)


def _preview(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    plan = planned(sheet.rows, known())
    counts = Counter(one.change for one in plan)
    plan.sort(key=lambda one: (one.change == Change.SAME, one.row.number))  # what changes comes first
    context = {
        "sheet": sheet,
        "counts": [(*CHANGES[change], counts[change]) for change in Change],
        "is_useful": counts[Change.NEW] + counts[Change.CHANGED] > 0,
        "rows": [(one, *CHANGES[one.change], changes_of(one)) for one in plan[:SHOWN]],
        "more": max(len(plan) - SHOWN, 0),
        "problems": [sentence_of(one) for one in sheet.refused],
        "confirm": ConfirmForm.of(sheet),
    }
    return render(request, "departments/preview.html", context)


@access(*KEEPERS)
def confirm(request: HttpRequest) -> HttpResponse:
    """Imports the rows of a preview and keeps the others as a list to be corrected."""
    if request.method != "POST":
        return redirect("departments:spreadsheet")
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    sheet = form.sheet
    try:
        plan = actions.import_departments(
            rows=sheet.rows, file_name=sheet.name, by=actor_of(request), reason="imported from a spreadsheet"
        )
    except actions.UnableToKeepDepartment as error:
        form.add_error("rows", str(error))
        return _page(request, form)
    request.session[LEFT] = [_left(one) for one in sheet.refused]
    count = sum(one.change != Change.SAME for one in plan)
    messages.success(
        request,
        ngettext("%(number)s row was imported.", "%(number)s rows were imported.", count) % {"number": count},
    )
    return redirect("departments:to_correct" if sheet.refused else "departments:departments")


def _left(refusal: Refusal) -> list[str]:
    row = refusal.row
    return [sentence_of(refusal), row.department, row.extension, row.person, row.telephone, row.email]


@access(*KEEPERS)
def to_correct(request: HttpRequest) -> HttpResponse:
    """The rows that the latest import of this session could not use, to look at and to take away."""
    left: list[list[str]] = request.session.get(LEFT, [])
    if format := request.GET.get("format", ""):
        header = [*HEADER.values(), _("To be corrected")]
        return file_response("departments-to-correct", format, header, [[*row, why] for why, *row in left])
    page = Paginator(left, 50).get_page(request.GET.get("page"))
    return render(request, "departments/to_correct.html", {"page": page, "header": HEADER.values()})
