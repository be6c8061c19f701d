"""Pages to keep departments and the extensions where they answer."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from callhub.departments import actions
from callhub.departments.forms import HEADER, ContactsForm, DepartmentForm, ExtensionForm, SpreadsheetForm, rows_of
from callhub.departments.models import Department, Extension
from shell.csv import csv_response
from tenants.audit.actions import actor_of
from tenants.directory.rules import search_key
from tenants.people.access import access
from tenants.people.rules import Role

KEEPERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)
MOST_BYTES = 5 * 2**20


@access(*KEEPERS)
def departments(request: HttpRequest) -> HttpResponse:
    """All departments, searched without accents over names, people and extensions."""
    text = request.GET.get("text", "")
    found = Department.objects.prefetch_related("extensions")
    for word in search_key(text).split():
        found = found.filter(search_key__contains=word) | found.filter(extensions__search_key__contains=word)
    found = found.distinct()
    if request.GET.get("format") == "csv":
        rows = [[d.name, e.number, e.person, d.email] for d in found for e in d.extensions.all()]
        rows += [[d.name, "", "", d.email] for d in found if not d.extensions.all()]
        return csv_response("departments.csv", HEADER, rows, {"text": text})
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "departments/departments.html", {"page": page, "text": text})


@access(*KEEPERS)
def department(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Adds or changes a department and its extensions."""
    kept = get_object_or_404(Department, pk=pk) if pk else None
    is_extension = "number" in request.POST
    form = DepartmentForm(None if is_extension else request.POST or None, instance=kept)
    extension = ExtensionForm(request.POST if is_extension else None)
    by = actor_of(request)
    if is_extension and kept and extension.is_valid():
        actions.keep_extension(
            department=kept, by=by, reason="kept on the page of the department", **extension.cleaned_data
        )
        return redirect("departments:department", kept.pk)
    if not is_extension and form.is_valid():
        try:
            saved = actions.keep_department(department=kept, by=by, **form.cleaned_data)
        except actions.UnableToKeepDepartment as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("The department was kept."))
            return redirect("departments:department", saved.pk)
    status = 422 if form.errors or extension.errors else 200
    chosen = _contacts_form(request, kept) if kept else None
    return _page(request, kept, form, extension, chosen, status)


def _page(
    request: HttpRequest,
    kept: Department | None,
    form: DepartmentForm,
    extension: ExtensionForm,
    chosen: ContactsForm | None,
    status: int,
) -> HttpResponse:
    context = {
        "form": form,
        "extension": extension,
        "department": kept,
        "contacts": [one.user for one in kept.contacts.select_related("user").order_by("user__name")] if kept else [],
        "chosen": chosen,
    }
    return render(request, "departments/department.html", context, status=status)


def _contacts_form(request: HttpRequest, kept: Department) -> ContactsForm | None:
    """The form to choose contacts: who sees what is for administrators to say."""
    if getattr(request.user, "role", "") != Role.ADMINISTRATOR:
        return None
    initial = {"people": kept.contacts.values_list("user_id", flat=True)}
    return ContactsForm(initial=initial, prefix="contacts")


@access(Role.ADMINISTRATOR)
def contacts(request: HttpRequest, pk: int) -> HttpResponse:
    """Chooses who answers for a department."""
    if request.method != "POST":
        raise Http404
    kept = get_object_or_404(Department, pk=pk)
    form = ContactsForm(request.POST, prefix="contacts")
    if not form.is_valid():
        return _page(request, kept, DepartmentForm(instance=kept), ExtensionForm(), form, 422)
    people, reason = form.cleaned_data["people"], form.cleaned_data["reason"]
    actions.choose_contacts(department=kept, people=people, by=actor_of(request), reason=reason)
    messages.success(request, _("The contacts were kept."))
    return redirect("departments:department", kept.pk)


@access(*KEEPERS)
def drop_extension(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes an extension from its department; it stays known."""
    if request.method != "POST":
        raise Http404
    found = get_object_or_404(Extension.objects.select_related("department"), pk=pk)
    before = found.department
    actions.keep_extension(
        number=found.number, department=None, person="", by=actor_of(request), reason="taken from its department"
    )
    return redirect("departments:department", before.pk) if before else redirect("departments:departments")


@access(*KEEPERS)
def start(request: HttpRequest) -> HttpResponse:
    """Adds the usual departments of a town of this size."""
    if request.method != "POST":
        raise Http404
    town = request.municipality  # type: ignore[attr-defined]
    added = actions.start_departments(population=town.population, language=town.language, by=actor_of(request))
    messages.success(
        request,
        ngettext("%(number)s department was added.", "%(number)s departments were added.", added) % {"number": added},
    )
    return redirect("departments:departments")


@access(*KEEPERS)
def spreadsheet(request: HttpRequest) -> HttpResponse:
    """Imports departments from a spreadsheet: first a preview with the rows that cannot be used, then the import."""
    form = SpreadsheetForm(request.POST or None, request.FILES or None)
    if "rows" in request.POST:
        rows = zip(*(request.POST.getlist(name) for name in HEADER), strict=True)
        count = 0
        for name, number, person, email in rows:
            _import_row(request, name, number, person, email)
            count += 1
        messages.success(
            request,
            ngettext("%(number)s row was imported.", "%(number)s rows were imported.", count) % {"number": count},
        )
        return redirect("departments:departments")
    context: dict[str, object] = {"form": form, "header": ",".join(HEADER)}
    if form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > MOST_BYTES:
            form.add_error("file", _("The file has more than 5 MB, which no list of departments has."))
        else:
            good, problems = rows_of(file.name, file.read())
            known = set(Department.objects.values_list("name", flat=True))
            context |= {"rows": [(row, row["department"] not in known) for row in good], "problems": problems}
    return render(request, "departments/spreadsheet.html", context, status=422 if form.errors else 200)


def _import_row(request: HttpRequest, name: str, number: str, person: str, email: str) -> None:
    by, reason = actor_of(request), "imported from a spreadsheet"
    kept = Department.objects.filter(name=name).first()
    if kept is None or (email and kept.email != email):
        kept = actions.keep_department(
            department=kept, name=name, description=kept.description if kept else "", email=email,
            is_active=kept.is_active if kept else True, by=by, reason=reason,
        )  # fmt: skip
    if number:
        actions.keep_extension(number=number, department=kept, person=person, by=by, reason=reason)
