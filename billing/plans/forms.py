"""What people ask of prices and write into a contract."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.plans import words
from billing.plans.definitions import PLANS
from billing.plans.queries import Found, places_named, town_halls
from billing.plans.rules import Buyer, Terms, UnusableCode, dir3_code, tax_number
from shell.sentences import in_words
from tenants.directory.reference import ReferenceMunicipality, municipalities

MOST_INHABITANTS = 10_000_000


class PlaceForm(forms.Form):
    """A municipality by its name, or a number of inhabitants; a link of the page names a place by its INE code."""

    where = forms.CharField(
        label=gettext_lazy("Municipality, or number of inhabitants"), required=False, max_length=80, strip=True
    )

    def __init__(self, asked: Mapping[str, str]) -> None:
        chosen = municipalities().get(asked.get("place", ""))
        self.chosen, self.found = chosen, Found([], 0)
        super().__init__({"where": chosen.name if chosen else asked.get("where", "")}, auto_id="%s")

    def clean(self) -> dict[str, object]:
        """Finds the place."""
        cleaned = super().clean() or {}
        text = str(cleaned.get("where") or "")
        cleaned["town"] = self.chosen
        if self.chosen is None and text:
            self._read(text, cleaned)
        return cleaned

    def _read(self, text: str, cleaned: dict[str, object]) -> None:
        figures = text.replace(".", "").replace(",", "").replace("\u00a0", "").replace(" ", "")
        if figures.isdecimal():
            if not 1 <= int(figures[:12]) <= MOST_INHABITANTS:
                self.add_error("where", _("A municipality has from 1 to 10 million inhabitants."))
            cleaned["population"] = int(figures[:12])
            return
        self.found = places_named(text)
        if len(self.found.places) == 1:
            cleaned["town"] = self.found.places[0]
        elif not self.found.places:
            self.add_error("where", _("No municipality of Spain is called “%(name)s”.") % {"name": text})

    @property
    def town(self) -> ReferenceMunicipality | None:
        """The one municipality that was meant."""
        return self.cleaned_data.get("town") if self.is_valid() else None

    @property
    def population(self) -> int | None:
        """The number of inhabitants that was asked for, of a municipality or as it was written."""
        if not self.is_valid():
            return None
        return self.town.population if self.town else self.cleaned_data.get("population")


class ContractForm(forms.Form):
    """A plan, how it is paid, and to whom it is invoiced."""

    plan = forms.ChoiceField(
        label=gettext_lazy("Plan"), choices=[(code, words.PLANS[code]) for code in PLANS], widget=forms.RadioSelect
    )
    term = forms.ChoiceField(
        label=gettext_lazy("How often"), choices=list(words.TERMS.items()), widget=forms.RadioSelect
    )
    way = forms.ChoiceField(
        label=gettext_lazy("How it is paid"), choices=list(words.WAYS.items()), widget=forms.RadioSelect
    )
    legal_name = forms.CharField(label=gettext_lazy("Name on the invoice"), max_length=150)
    tax_id = forms.CharField(
        label=gettext_lazy("Tax number (NIF)"),
        max_length=20,
        help_text=gettext_lazy("Nine characters; a town hall's begins with P."),
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=150)
    postal_code = forms.RegexField(
        r"^(0[1-9]|[1-4]\d|5[0-2])\d{3}$",
        label=gettext_lazy("Postal code"),
        error_messages={"invalid": gettext_lazy("A postal code has five figures, such as 08140.")},
        widget=forms.TextInput(attrs={"class": "w-cp", "inputmode": "numeric"}),
    )
    town = forms.CharField(label=gettext_lazy("Town"), max_length=100)
    province = forms.CharField(label=gettext_lazy("Province"), max_length=40)
    invoice_email = forms.EmailField(label=gettext_lazy("E-mail address for invoices"))
    oc = forms.CharField(label=gettext_lazy("Accounting office (OC)"), required=False, max_length=20)
    og = forms.CharField(label=gettext_lazy("Managing body (OG)"), required=False, max_length=20)
    ut = forms.CharField(label=gettext_lazy("Processing unit (UT)"), required=False, max_length=20)
    file_reference = forms.CharField(label=gettext_lazy("Your file or order number"), required=False, max_length=60)

    def clean_tax_id(self) -> str:
        """In its plain form."""
        return _checked(tax_number, self.cleaned_data["tax_id"])

    def clean_oc(self) -> str:
        """In its plain form."""
        return self._dir3("oc")

    def clean_og(self) -> str:
        """In its plain form."""
        return self._dir3("og")

    def clean_ut(self) -> str:
        """In its plain form."""
        return self._dir3("ut")

    def _dir3(self, name: str) -> str:
        text = str(self.cleaned_data[name])
        return _checked(lambda code: dir3_code(code, town_halls()), text) if text else ""

    def clean(self) -> dict[str, Any]:
        """An electronic invoice says where to in FACe."""
        cleaned = super().clean() or {}
        if cleaned.get("way") == "E_INVOICE":
            for name in ("oc", "og", "ut"):
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, _("An electronic invoice needs this DIR3 code."))
        return cleaned

    @property
    def buyer(self) -> Buyer:
        """To whom it is invoiced."""
        return Buyer(**{name: self.cleaned_data[name] for name in Buyer.__dataclass_fields__})


def _checked(check: Callable[[str], str], text: str) -> str:
    try:
        return check(text)
    except UnusableCode as error:
        raise forms.ValidationError(in_words(str(error))) from error


class BlockForm(forms.Form):
    """Which block of calls, and for which month."""

    kind = forms.ChoiceField(label=gettext_lazy("Which block"), widget=forms.RadioSelect)
    month = forms.ChoiceField(label=gettext_lazy("For which month"))

    def __init__(self, data: Any, terms: Mapping[date, Terms]) -> None:
        """``terms``: those of each month that may be chosen, one at least."""
        super().__init__(data)
        months = {one.isoformat(): one for one in terms}
        chosen = months.get((data or {}).get("month", ""), next(iter(terms)))
        self.fields["kind"].choices = words.blocks(terms[chosen])  # type: ignore[attr-defined]
        self.fields["month"].choices = [  # type: ignore[attr-defined]
            (code, capfirst(date_format(one, "F Y"))) for code, one in months.items()
        ]

    @property
    def chosen(self) -> tuple[str, date]:
        """Kind and month."""
        return self.cleaned_data["kind"], date.fromisoformat(self.cleaned_data["month"])


class ReasonForm(forms.Form):
    """Why a contract changes or ends: it stands in the record of who did what."""

    reason = forms.CharField(label=gettext_lazy("Reason of the change"), max_length=200)
