"""What a town hall answers on its way to an account."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from stdnum.es import cif

from kit.telephones import SHORT_CODES, recognised
from shell.onboarding import OnboardingTask
from shell.sentences import in_words
from tenants.directory.queries import is_taken
from tenants.directory.reference import provinces
from tenants.directory.rules import LONGEST_SLUG, Kind, UnusableSlug, check_slug, search_key

REQUIRED = {
    "slug": _("Write the address that you want."),
    "name": _("Write the name."),
    "person": _("Write the name and surname of the responsible person."),
    "post": _("Write the post of the responsible person."),
    "email": _("Write the e-mail address of the responsible person."),
    "telephone": _("Write a telephone that we reach the responsible person at."),
    "tax_id": _("Write the tax id of the body."),
    "kind": _("Say what kind of body it is."),
    "province": _("Choose the province of the body."),
    "population": _("Write how many inhabitants you serve."),
}  # what is said of an empty field, so that the list of errors can be read alone


class PlainForm(forms.Form):
    """A form whose empty fields say what to write."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name in REQUIRED:
                field.error_messages["required"] = REQUIRED[name]


class AddressForm(PlainForm):
    """The address wished for."""

    slug = forms.CharField(
        label=_("Address of your pages"),
        max_length=LONGEST_SLUG,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, proposals: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposals = proposals or []
        self.fields["slug"].help_text = _("Your people will go to this word, followed by .%(host)s") % {
            "host": settings.BASE_HOST
        }

    def clean_slug(self) -> str:
        """A usable address that nobody has; otherwise says why, and which ones are free."""
        slug = str(self.cleaned_data["slug"]).strip().lower()
        try:
            check_slug(slug)
        except UnusableSlug as error:
            raise forms.ValidationError(in_words(str(error)) + self._free()) from error
        if is_taken(slug):
            text = f"“{slug}” is already the address of a municipality, or was, or looks like one: choose another."
            raise forms.ValidationError(in_words(text) + self._free())
        return slug

    def _free(self) -> str:
        return " " + _("Free: %(slugs)s.") % {"slugs": ", ".join(self.proposals)} if self.proposals else ""


class KnownForm(AddressForm):
    """What we know, to be corrected."""

    name = forms.CharField(label=_("Name of the municipality"), max_length=100)
    language = forms.ChoiceField(
        label=_("Language of your first pages and our messages"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
        help_text=_("Everybody can choose another one for themselves."),
    )
    remark = forms.CharField(
        label=_("Is something wrong or missing above?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Tell us here and we will correct it. You can go on in the meantime."),
    )
    field_order = ["name", "slug", "language", "remark"]


class PersonForm(PlainForm):
    """Who is responsible."""

    person = forms.CharField(
        label=_("Name and surname"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    post = forms.CharField(
        label=_("Post"),
        max_length=120,
        help_text=_("For example: secretary-comptroller."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    email = forms.EmailField(
        label=_("E-mail address at work"),
        help_text=_("We will send a link there. Use an address that only you read."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    telephone = forms.CharField(
        label=_("Telephone"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "class": "w-tel"}),
    )

    def clean_telephone(self) -> str:
        """The number in E.164."""
        number = recognised(self.cleaned_data["telephone"])
        if not number or number in SHORT_CODES:
            raise forms.ValidationError(
                _("This is not a whole telephone number: a Spanish one has nine digits, such as 938 65 00 00.")
            )
        return number


KIND_NAMES: dict[Kind, Promise] = {
    Kind.COUNTY_COUNCIL: _("County council, island council or the like"),
    Kind.ASSOCIATION: _("Association of municipalities"),
    Kind.COMPANY: _("Municipal company or foundation"),
    Kind.OTHER: _("Another public body"),
}
MOST_INHABITANTS = 10_000_000


def province_names() -> list[tuple[str, str]]:
    """Code and name of every province, in the reader's language, by name."""
    in_catalan = (get_language() or "").startswith("ca")
    named = [(one.code, one.name_ca if in_catalan else one.name_es) for one in provinces().values()]
    return sorted(named, key=lambda pair: search_key(pair[1]))


class BodyForm(PlainForm):
    """A county council, an association of municipalities or a municipal company, as it describes itself."""

    name = forms.CharField(
        label=_("Name of the body"),
        max_length=100,
        help_text=_("Its whole name, as it stands in contracts."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[(kind.value, name) for kind, name in KIND_NAMES.items()],
        widget=forms.RadioSelect,
    )
    tax_id = forms.CharField(
        label=_("Tax id (NIF)"),
        max_length=15,
        help_text=_("For example P0800000B."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "w-tel"}),
    )
    province = forms.ChoiceField(label=_("Province"))
    population = forms.CharField(
        label=_("Inhabitants you serve"),
        max_length=14,
        help_text=_("As you state it, for no list has it: the price goes by it. It is shown as stated by yourselves."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "class": "w-tel"}),
    )
    language = forms.ChoiceField(
        label=_("Language of your first pages and our messages"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
        help_text=_("Everybody can choose another one for themselves."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["province"].choices = [("", _("Choose a province")), *province_names()]  # type: ignore[attr-defined]

    def clean_population(self) -> int:
        """The number, however its thousands are written."""
        figures = re.sub(r"[.,\s]", "", self.cleaned_data["population"])
        if not figures.isdecimal() or not 1 <= int(figures) <= MOST_INHABITANTS:
            raise forms.ValidationError(_("Write a number from 1 to 10 million, such as 120,000."))
        return int(figures)

    def clean_tax_id(self) -> str:
        """The tax id of a body, in capitals; a wrong control character is said with the right one."""
        typed = cif.compact(self.cleaned_data["tax_id"])
        if not re.fullmatch(r"[ABCDEFGHJNPQRSUVW][0-9]{7}[0-9A-J]", typed):
            raise forms.ValidationError(
                _("A body's tax id is a letter, seven digits and a last digit or letter: P0800000B.")
            )
        digit, letter = tuple(cif.calc_check_digits(typed[:-1]))
        right = [letter] if typed[0] in "NPQRSW" else [digit] if typed[0] in "ABEH" else [digit, letter]
        if typed[-1] not in right:
            raise forms.ValidationError(
                _(
                    "The last character does not match the others: with %(begin)s it would be %(right)s. Check the digits."
                ),
                params={"begin": typed[:-1], "right": _(" or ").join(right)},
            )
        return typed


class BodyPersonForm(AddressForm, PersonForm):
    """Who is responsible for a body, and the address of its pages."""

    field_order = ["slug", "person", "post", "email", "telephone"]


class TaskInvitationForm(forms.Form):
    """Whom to ask for help, and with which task."""

    task = forms.ChoiceField(label=_("Task"))
    name = forms.CharField(label=_("Name and surname"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"))

    def __init__(self, *args: Any, tasks: list[OnboardingTask], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].choices = [(one.code, one.name) for one in tasks]  # type: ignore[attr-defined]
