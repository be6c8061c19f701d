"""What people write about people."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants.people.rules import CHOSEN_ROLES, STAFF_ROLES, Role

ROLE_NAMES: dict[Role, Promise] = {
    Role.ADMINISTRATOR: _("Administrator"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.DEPARTMENT_CONTACT: _("Contact of a department"),
    Role.DATA_PROTECTION_OFFICER: _("Data protection officer"),
    Role.HELPER: _("Helper with one task"),
    Role.STAFF_ADMINISTRATOR: _("Administrator of Adtende"),
    Role.STAFF_SUPERVISOR: _("Supervisor of Adtende"),
    Role.STAFF_AGENT: _("Agent of Adtende"),
    Role.STAFF_FINANCE: _("Finance of Adtende"),
}


def role_choices(is_console: bool) -> list[tuple[str, Promise]]:
    """The roles that can be given on this kind of host."""
    here = STAFF_ROLES if is_console else CHOSEN_ROLES
    return [(role.value, ROLE_NAMES[role]) for role in Role if role in here]


class InvitationForm(forms.Form):
    """Whom to invite to what."""

    name = forms.CharField(label=_("Name and surname"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, is_console: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Nothing is chosen beforehand: a role given in haste should not be the one that may do most.
        self.fields["role"].choices = [("", _("Choose a role")), *role_choices(is_console)]  # type: ignore[attr-defined]


class PersonForm(forms.Form):
    """Role and access of somebody, and why they change."""

    role = forms.ChoiceField(label=_("Role"))
    is_active = forms.BooleanField(label=_("May sign in"), required=False)
    reason = forms.CharField(label=_("Reason of the change"), max_length=200)

    def __init__(self, *args: Any, is_console: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = role_choices(is_console)
        if self.initial.get("role") == Role.HELPER:
            choices = [(Role.HELPER.value, ROLE_NAMES[Role.HELPER]), *choices]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]


class AcceptForm(forms.Form):
    """What the invited person adds."""

    name = forms.CharField(label=_("Name and surname"), max_length=120)
    password = forms.CharField(
        label=_("Password"),
        help_text=_("12 characters or more; a sentence is easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
