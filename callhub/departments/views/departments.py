"""Pages of departments: everybody who keeps the house reads them, administrators and supervisors change them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from callhub.departments import actions
from callhub.departments.forms import ContactsForm, DepartmentForm, ExtensionForm
from callhub.departments.models import Department
from callhub.departments.queries import departments_matching
from callhub.departments.spreadsheets import HEADER, file_response, rows_kept
from tenants.audit.actions import actor_of
from tenants.people.access import access
from tenants.people.rules import Role

KEEPERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)
READERS = (*KEEPERS, Role.DATA_PROTECTION_OFFICER)


@access(*READERS)
def departments(request: HttpRequest) -> HttpResponse:
    """All departments, searched without accents over names, people and extensions."""
    text = request.GET.get("text", "")
    found = departments_matching(text)
    if format := request.GET.get("format", ""):
        return file_response("departments", format, HEADER.values(), rows_kept(found))
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "departments/departments.html", {"page": page, "text": text})


@access(*READERS)
def department(request: HttpRequest, pk: int) -> HttpResponse:
    """One department: what it does, where it answers and who sees its calls."""
    return _page(request, get_object_or_404(Department, pk=pk), ExtensionForm(), None)


def _page(
    request: HttpRequest, kept: Department, extension: ExtensionForm, chosen: ContactsForm | None
) -> HttpResponse:
    context = {
        "department": kept,
        "extension": extension,
        "contacts": [one.user for one in kept.contacts.select_related("user").order_by("user__name")],
        "chosen": chosen or _contacts_form(request, kept),
    }
    has_errors = extension.errors or (chosen and chosen.errors)
    return render(request, "departments/department.html", context, status=422 if has_errors else 200)


def _contacts_form(request: HttpRequest, kept: Department) -> ContactsForm | None:
    """The form to choose contacts: who sees what is for administrators to say."""
    if getattr(request.user, "role", "") != Role.ADMINISTRATOR:
        return None
    initial = {"people": kept.contacts.values_list("user_id", flat=True)}
    return ContactsForm(initial=initial, prefix="contacts")


@access(*KEEPERS)
def change(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Adds or changes a department."""
    kept = get_object_or_404(Department, pk=pk) if pk else None
    name = kept.name if kept else ""
    form = DepartmentForm(request.POST or None, instance=kept)
    if form.is_valid():
        try:
            saved = actions.keep_department(department=kept, by=actor_of(request), **form.cleaned_data)
        except actions.UnableToKeepDepartment as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("The department was kept."))
            return redirect("departments:department", saved.pk)
    context = {"form": form, "department": kept, "name": name}
    return render(request, "departments/change.html", context, status=422 if form.errors else 200)


@access(*KEEPERS)
def add_extension(request: HttpRequest, pk: int) -> HttpResponse:
    """Says that an extension belongs to a department."""
    if request.method != "POST":
        raise Http404
    kept = get_object_or_404(Department, pk=pk)
    form = ExtensionForm(request.POST)
    if not form.is_valid():
        return _page(request, kept, form, None)
    actions.keep_extension(
        department=kept, by=actor_of(request), reason="kept on the page of the department", **form.cleaned_data
    )
    messages.success(request, _("The extension was kept."))
    return redirect("departments:department", kept.pk)


@access(Role.ADMINISTRATOR)
def contacts(request: HttpRequest, pk: int) -> HttpResponse:
    """Chooses who answers for a department."""
    if request.method != "POST":
        raise Http404
    kept = get_object_or_404(Department, pk=pk)
    form = ContactsForm(request.POST, prefix="contacts")
    if not form.is_valid():
        return _page(request, kept, ExtensionForm(), form)
    people, reason = form.cleaned_data["people"], form.cleaned_data["reason"]
    actions.choose_contacts(department=kept, people=people, by=actor_of(request), reason=reason)
    messages.success(request, _("The contacts were kept."))
    return redirect("departments:department", kept.pk)


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
