"""What Adtende's people write about a municipality."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LongerTrialForm(forms.Form):
    """Until when a trial goes on, and why."""

    ends_on = forms.DateField(label=_("New last day of the trial"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("Reason of the change"), max_length=200)


class ReceptionNumberForm(forms.Form):
    """The number of Adtende's to which a municipality forwards its lines."""

    number = forms.CharField(
        label=_("Telephone number"), max_length=30, widget=forms.TextInput(attrs={"type": "tel", "class": "w-tel"})
    )
