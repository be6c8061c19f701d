"""Addresses of the public site. Those of towns, months and open data are stable: others link to them."""

from datetime import date

from django.urls import path, register_converter

from reporting.public.views import front, open_data, towns


class Month:
    """A month in an address, ``2026-10``, as its first day."""

    regex = r"[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """Raises ValueError where it is no month: then there is no such address."""
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value: date) -> str:
        return f"{value:%Y-%m}"


register_converter(Month, "month")

app_name = "public"
urlpatterns = [
    path("", front.front, name="front"),
    path("method/", front.method, name="method"),
    path("data/calls.csv", front.calls_csv, name="calls_csv"),
    path("data/months.csv", front.months_csv, name="months_csv"),
    path("data/outcomes.csv", front.outcomes_csv, name="outcomes_csv"),
    path("towns/", towns.towns, name="towns"),
    path("towns/<slug:slug>/", towns.town, name="town"),
    path("towns/<slug:slug>/months.csv", towns.months_csv, name="town_csv"),
    path("towns/<slug:slug>/months.json", towns.months_json, name="town_json"),
    path("towns/<slug:slug>/<month:month>/", towns.month, name="month"),
    path("towns/<slug:slug>/<month:month>.csv", towns.month_csv, name="month_csv"),
    path("towns/<slug:slug>/<month:month>.json", towns.month_json, name="month_json"),
    path("towns/<slug:slug>/<month:month>/edition-<int:edition>.json", towns.edition_json, name="edition_json"),
    path("embed/<slug:slug>/", towns.embed, name="embed"),
    path("open-data/", open_data.open_data, name="open_data"),
    path("open-data/months.csv", open_data.all_months_csv, name="all_months_csv"),
    path("open-data/months.json", open_data.all_months_json, name="all_months_json"),
    path("open-data/corrections.csv", open_data.corrections_csv, name="corrections_csv"),
    path("open-data/dictionary.csv", open_data.dictionary_csv, name="dictionary_csv"),
    path("open-data/catalog.jsonld", open_data.catalog, name="catalog"),
    path("open-data/publication-keys.pem", open_data.keys_pem, name="keys_pem"),
]
