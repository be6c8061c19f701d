"""What people write about departments."""

import csv
import io
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callhub.departments.models import Department
from tenants.people.models import User
from tenants.people.rules import Role


class DepartmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """A department, and why it changes."""

    reason = forms.CharField(label=gettext_lazy("Reason of the change"), max_length=200)

    class Meta:
        model = Department
        fields = ("name", "description", "email", "is_active")
        labels = {
            "name": gettext_lazy("Name"),
            "description": gettext_lazy("What it does"),
            "email": gettext_lazy("E-mail address"),
            "is_active": gettext_lazy("Calls can be derived to it"),
        }


class ExtensionForm(forms.Form):
    """An extension of a department."""

    number = forms.RegexField(
        r"^\d{2,10}$",
        label=gettext_lazy("Extension"),
        error_messages={"invalid": gettext_lazy("An extension has 2 to 10 figures and nothing else.")},
    )
    person = forms.CharField(label=gettext_lazy("Who answers"), required=False, max_length=100)


class ContactsForm(forms.Form):
    """Who answers for a department, and why that changes."""

    people = forms.ModelMultipleChoiceField(
        User.objects.filter(role=Role.DEPARTMENT_CONTACT.value, is_active=True).order_by("name", "email"),
        label=gettext_lazy("People with the role “Contact of a department”"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(label=gettext_lazy("Reason of the change"), max_length=200)


class SpreadsheetForm(forms.Form):
    """A spreadsheet with the columns department, extension, person and e-mail."""

    file = forms.FileField(label=gettext_lazy("Spreadsheet (XLSX or CSV)"))


HEADER = ("department", "extension", "person", "email")


def rows_of(name: str, content: bytes) -> tuple[list[dict[str, str]], list[str]]:
    """The rows of a spreadsheet that can be used, and a sentence for each one that cannot."""
    try:
        cells = _xlsx(content) if content[:4] == b"PK\x03\x04" else _csv(content)
    except (ValueError, UnicodeDecodeError, csv.Error):
        return [], [_("The file cannot be read: save it as XLSX or as CSV in UTF-8.")]
    if not cells or [c.strip().lower() for c in cells[0][:4]] != list(HEADER):
        return [], [_("Row 1 must hold the columns %(columns)s.") % {"columns": ", ".join(HEADER)}]
    good: list[dict[str, str]] = []
    problems: list[str] = []
    for number, row in enumerate(cells[1:], 2):
        department, extension, person, email = ([*row, "", "", "", ""])[:4]
        if not any((department, extension, person, email)):
            continue
        problem = _problem(department, extension, email)
        if problem:
            problems.append(_("Row %(number)s: %(problem)s") % {"number": number, "problem": problem})
        else:
            good.append(
                {"department": department.strip(), "extension": extension.strip(), "person": person, "email": email}
            )
    return good, problems


def _problem(department: str, extension: str, email: str) -> str:
    if not department.strip():
        return _("the name of the department is missing.")
    if len(department) > 100:
        return _("the name of the department has more than 100 letters.")
    if extension.strip() and not (extension.strip().isdigit() and 2 <= len(extension.strip()) <= 10):
        return _("the extension “%(text)s” must have 2 to 10 figures.") % {"text": extension}
    if email:
        try:
            forms.EmailField().clean(email)
        except forms.ValidationError:
            return _("“%(text)s” is not an e-mail address.") % {"text": email}
    return ""


def _csv(content: bytes) -> list[list[str]]:
    text = content.decode("utf-8-sig")
    delimiter = max((",", ";", "\t"), key=text.partition("\n")[0].count)
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


def _xlsx(content: bytes) -> list[list[str]]:
    from callhub.pbx.adapters.base import RawRow, UnableToRead
    from callhub.pbx.adapters.table.spreadsheet import spreadsheet_rows

    try:
        rows: list[Any] = list(spreadsheet_rows(io.BytesIO(content), ","))
    except UnableToRead as error:
        raise ValueError(str(error)) from error
    return [next(csv.reader([row.payload])) for row in rows if isinstance(row, RawRow)]
