"""What the people of finance note about an invoice."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.invoices.actions import today
from billing.invoices.models import Standing
from billing.invoices.rules import REASONS, Line, differences
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


class RectifyForm(forms.Form):
    """Why an invoice is corrected, and the right quantity of each of its lines; whole: none of anything."""

    ALL, LINES = "all", "lines"
    reason_code = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=[("", "—"), *((code, f"{code} · {words}") for code, words in REASONS.items())],
        help_text=gettext_lazy("As Facturae lists them; the invoice says it in these words."),
    )
    words = forms.CharField(label=gettext_lazy("What was wrong"), max_length=200)
    what = forms.ChoiceField(
        label=gettext_lazy("What is corrected"),
        choices=[
            (ALL, gettext_lazy("The whole invoice: all of it is given back")),
            (LINES, gettext_lazy("Its lines: the quantities below are the right ones")),
        ],
        widget=forms.RadioSelect,
        initial=LINES,
    )

    def __init__(self, data: Any, lines: tuple[Line, ...]) -> None:
        super().__init__(data)
        self.lines = lines
        for place, line in enumerate(lines):
            self.fields[f"quantity_{place}"] = forms.DecimalField(
                label=line.description,
                # What takes something off, such as calls told too many before, has a quantity below zero.
                min_value=None if line.quantity < 0 else 0,
                max_digits=9,
                decimal_places=2,
                initial=line.quantity.normalize(),
                localize=True,
            )

    @property
    def differences(self) -> tuple[Line, ...]:
        """The lines of the correction."""
        if self.cleaned_data["what"] == self.ALL:
            return differences(self.lines, [Decimal(0)] * len(self.lines))
        return differences(self.lines, [self.cleaned_data[f"quantity_{place}"] for place in range(len(self.lines))])

    def clean(self) -> dict[str, Any]:
        """A correction changes something, and gives back no more than there is."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        now, change = (sum(line.net_cents for line in lines) for lines in (self.lines, self.differences))
        if not self.differences:
            self.add_error(None, _("All quantities are as they were: nothing would be corrected."))
        elif now >= 0 > now + change:
            self.add_error(
                None,
                _("Less than nothing would be left of the invoice: correct what it takes off too, such as a discount."),
            )
        return cleaned


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
        if day > today():
            raise forms.ValidationError(_("This day is still to come."))
        return day
