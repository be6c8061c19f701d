"""Who is sent the report of each month."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reporting.exports.queries import recipients
from tenants.people.models import User
from tenants.people.rules import Role

READERS = (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER)


class RecipientsForm(forms.Form):
    """Any number of the people who may read reports."""

    people = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Send it to"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"people": [one.user_id for one in recipients()]})
        super().__init__(*args, **kwargs)
        readers = User.objects.filter(is_active=True, role__in=[role.value for role in READERS]).order_by("name")
        field = self.fields["people"]
        field.queryset = readers  # type: ignore[attr-defined]
        field.label_from_instance = lambda person: f"{person.name} ({person.email})"  # type: ignore[attr-defined]
