"""What finance writes."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class ReplayForm(forms.Form):
    """Why an event is worked on again."""

    reason = forms.CharField(label=_("Reason"), help_text=_("It stays in the record of who did what."), max_length=300)


class RefundForm(forms.Form):
    """How much is given back, and why."""

    euros = forms.DecimalField(
        label=_("Amount in euros, with tax"), min_value=Decimal("0.01"), max_digits=9, decimal_places=2, localize=True
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The credit note says it, and it stays in the record of who did what."),
        max_length=200,
    )

    def __init__(self, data: Any, left_cents: int) -> None:
        super().__init__(data)
        self.left_cents = left_cents

    @property
    def cents(self) -> int:
        """The amount in cents."""
        return int(self.cleaned_data["euros"] * 100)

    def clean_euros(self) -> Decimal:
        """Not more than is left."""
        found: Decimal = self.cleaned_data["euros"]
        if found * 100 > self.left_cents:
            raise forms.ValidationError(gettext("Only what was paid can be given back."))
        return found
