"""What finance writes."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReplayForm(forms.Form):
    """Why an event is worked on again."""

    reason = forms.CharField(label=_("Reason"), help_text=_("It stays in the record of who did what."), max_length=300)
