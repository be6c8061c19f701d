"""What people write about departments."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from callhub.departments.models import Department
from callhub.departments.rules import Problem, figures_in, telephone_problem
from callhub.departments.spreadsheets import Sheet, UnableToReadSheet, opened, read, sealed
from kit.telephones import recognised
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
    telephone = forms.CharField(
        label=gettext_lazy("Direct telephone"),
        required=False,
        max_length=30,
        help_text=gettext_lazy("The public number that rings here, if there is one."),
    )

    def clean_telephone(self) -> str:
        """In E.164."""
        return clean_telephone(self.cleaned_data["telephone"])


def clean_telephone(text: str) -> str:
    """A telephone in E.164, or nothing. Raises ValidationError with what is wrong."""
    problem = telephone_problem(text) if text else None
    if problem == Problem.TELEPHONE_FIGURES:
        count = len(figures_in(text))
        raise forms.ValidationError(
            ngettext(
                "The telephone has %(number)s figure; a Spanish one has 9.",
                "The telephone has %(number)s figures; a Spanish one has 9.",
                count,
            )
            % {"number": count}
        )
    if problem:
        raise forms.ValidationError(_("“%(text)s” is not a telephone number.") % {"text": text})
    return recognised(text) if text else ""


class ExtensionChangeForm(ExtensionForm):
    """What is said of an extension that has its number already, and why it changes."""

    number = None  # type: ignore[assignment]
    department = forms.ModelChoiceField(
        Department.objects.all(), label=gettext_lazy("Department"), required=False, empty_label="–"
    )
    reason = forms.CharField(label=gettext_lazy("Reason of the change"), max_length=200)


class ContactsForm(forms.Form):
    """Who answers for a department, and why that changes."""

    people = forms.ModelMultipleChoiceField(
        User.objects.filter(role=Role.DEPARTMENT_CONTACT.value, is_active=True).order_by("name", "email"),
        label=gettext_lazy("People with the role “Contact of a department”"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(label=gettext_lazy("Reason of the change"), max_length=200)


MOST_BYTES = 5 * 2**20


class SpreadsheetForm(forms.Form):
    """A spreadsheet of departments and extensions; once it is right, its ``sheet`` holds the rows."""

    file = forms.FileField(label=gettext_lazy("Spreadsheet (XLSX or CSV)"))
    sheet: Sheet

    def clean_file(self) -> Any:
        """Reads the file."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file has more than 5 MB, which no list of departments has."))
        try:
            self.sheet = read(file.name, file.read())
        except UnableToReadSheet as error:
            raise forms.ValidationError(str(error)) from error
        return file


class ConfirmForm(forms.Form):
    """The rows of a preview as they come back, sealed; opening them judges every row again."""

    rows = forms.CharField(widget=forms.HiddenInput)
    sheet: Sheet

    @classmethod
    def of(cls, sheet: Sheet) -> "ConfirmForm":
        """The form that carries ``sheet``."""
        return cls(initial={"rows": sealed(sheet)}, auto_id=False)

    def clean_rows(self) -> str:
        """Opens the seal."""
        text = str(self.cleaned_data["rows"])
        try:
            self.sheet = opened(text)
        except UnableToReadSheet as error:
            raise forms.ValidationError(str(error)) from error
        return text
