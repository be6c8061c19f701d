"""What people ask of prices and write into a contract."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from billing.plans.queries import Found, places_named
from tenants.directory.reference import ReferenceMunicipality, municipalities

MOST_INHABITANTS = 10_000_000


class PlaceForm(forms.Form):
    """A municipality by its name, or a number of inhabitants; a link of the page names a place by its INE code."""

    where = forms.CharField(
        label=lazy("Municipality, or number of inhabitants"), required=False, max_length=80, strip=True
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
