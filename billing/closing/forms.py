"""What the people of finance say about a contract's prices."""

from django import forms


class ConfirmForm(forms.Form):
    """Which contract, as it was shown, and why its prices are right."""

    contract = forms.UUIDField()
    shown = forms.CharField(max_length=500)
    reason = forms.CharField(max_length=200)
