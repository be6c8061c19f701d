"""Pages of extensions: who answers at each, and for which department."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from callhub.departments import actions
from callhub.departments.forms import ExtensionChangeForm
from callhub.departments.models import Extension
from callhub.departments.queries import extensions_matching
from callhub.departments.spreadsheets import HEADER, file_response
from callhub.departments.views.departments import KEEPERS, READERS
from tenants.audit.actions import actor_of
from tenants.people.access import access


@access(*READERS)
def extensions(request: HttpRequest) -> HttpResponse:
    """All extensions, searched without accents over number, person, telephone and department."""
    text = request.GET.get("text", "")
    found = extensions_matching(text)
    if format := request.GET.get("format", ""):
        rows = ([str(e.department or ""), e.number, e.person, e.telephone, ""] for e in found)
        return file_response("extensions", format, HEADER.values(), rows)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "departments/extensions.html", {"page": page, "text": text})


@access(*KEEPERS)
def extension(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes who answers at an extension, and for which department."""
    kept = get_object_or_404(Extension.objects.select_related("department"), pk=pk)
    initial = {"person": kept.person, "telephone": kept.telephone, "department": kept.department}
    form = ExtensionChangeForm(request.POST or None, initial=initial)
    if form.is_valid():
        actions.keep_extension(number=kept.number, by=actor_of(request), **form.cleaned_data)
        messages.success(request, _("The extension was kept."))
        return redirect("departments:extensions")
    return render(
        request, "departments/extension.html", {"form": form, "extension": kept}, status=422 if form.errors else 200
    )


@access(*KEEPERS)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes an extension from its department; it stays known."""
    if request.method != "POST":
        raise Http404
    found = get_object_or_404(Extension.objects.select_related("department"), pk=pk)
    before = found.department
    actions.keep_extension(
        number=found.number, department=None, person="", by=actor_of(request), reason="taken from its department"
    )
    return redirect("departments:department", before.pk) if before else redirect("departments:departments")
