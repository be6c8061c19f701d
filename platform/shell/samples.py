"""Invented data for the page that shows every piece. Nobody and nothing here exists."""

from typing import Any

from django import forms


class SampleForm(forms.Form):
    """One field of each kind, with the errors of a person in a hurry."""

    phone = forms.CharField(label="Telephone of the desk", help_text="Nine figures, for example 93 000 10 00")
    signer = forms.ChoiceField(
        label="Who signs?", choices=[("S", "Secretary"), ("M", "Mayor")], widget=forms.RadioSelect
    )
    town = forms.CharField(label="Town", help_text="Name, INE code or postal code", required=False)
    kind = forms.ChoiceField(label="Kind of line", choices=[("A", "Main"), ("B", "Direct")])
    is_public = forms.BooleanField(label="Show it to citizens", required=False)
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)

    def clean_phone(self) -> str:
        """Nine figures or an explanation."""
        phone = str(self.cleaned_data["phone"])
        if len(phone.replace(" ", "")) != 9:
            raise forms.ValidationError("The telephone number has 8 figures; it needs 9")
        return phone


def everything() -> dict[str, Any]:
    """The context of the page of pieces."""
    return {"form": SampleForm({"phone": "93 000 41 7", "town": "Vilaexemple", "kind": "A"})}
