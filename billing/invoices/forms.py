"""What the people of finance note about an invoice."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.invoices.models import Standing
from billing.invoices.words import STATES

_OF_REGISTRY = (Standing.State.REGISTERED, Standing.State.ACCOUNTED, Standing.State.REJECTED)


class RegistryForm(forms.Form):
    """What the registry of the buyer says."""

    number = forms.CharField(
        label=gettext_lazy("Registry number"),
        max_length=40,
        help_text=gettext_lazy("FACe gives it when the invoice is presented."),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), choices=[(state.value, STATES[state][1]) for state in _OF_REGISTRY]
    )
    known = forms.CharField(label=gettext_lazy("How it is known"), max_length=200)


class PaidForm(forms.Form):
    """When it was paid, and how that is known."""

    day = forms.DateField(label=gettext_lazy("Day of the payment"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(
        label=gettext_lazy("How it is known"),
        max_length=200,
        help_text=gettext_lazy("The bank's reference, for example."),
    )

    def clean_day(self) -> Any:
        """Not tomorrow."""
        day = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day
