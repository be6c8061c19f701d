"""What people write about queues, agents and lines."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class NameForm(forms.Form):
    """How people call something that the records name, and whether it is in use."""

    label = forms.CharField(
        label=gettext_lazy("Name that people use"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Empty leaves the name of the records."),
    )
    is_in_use = forms.BooleanField(label=gettext_lazy("In use"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason of the change"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Needed to take something out of use or back."),
    )

    def clean(self) -> dict[str, Any]:
        """Whoever changes more than a name says why."""
        data = super().clean() or {}
        if "is_in_use" in self.changed_data and not data.get("reason"):
            self.add_error("reason", _("Write why it is taken out of use, or back."))
        return data


class LineForm(NameForm):
    """What a line is for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["label"].label = _("What it is for")
        self.fields["label"].help_text = _("For example: general enquiries, local police, taxes.")
        self.fields["is_in_use"].label = _("It is a number of this municipality, in use")


class AddForm(forms.Form):
    """A queue or an agent that no record has named yet."""

    name = forms.CharField(
        label=gettext_lazy("Name in the records"),
        max_length=128,
        help_text=gettext_lazy("Exactly as the switchboard writes it."),
    )
    label = forms.CharField(label=gettext_lazy("Name that people use"), required=False, max_length=100)


class AddLineForm(forms.Form):
    """A public number."""

    number = forms.CharField(
        label=gettext_lazy("Telephone number"),
        max_length=30,
        help_text=gettext_lazy("With the country in front, or a Spanish one of 9 figures."),
        widget=forms.TextInput(attrs={"type": "tel", "class": "w-tel"}),
    )
    label = forms.CharField(label=gettext_lazy("What it is for"), required=False, max_length=100)
