"""The catalogue of the open data after DCAT-AP-ES 1.0.0, as JSON-LD. Knows nothing of Django."""

from datetime import datetime
from typing import Any

from reporting.public.definitions import LICENCE_URL

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EUROPE = "http://publications.europa.eu/resource/authority"
_THEMES = ("http://datos.gob.es/kos/sector-publico/sector/sector-publico", f"{_EUROPE}/data-theme/GOVE")
_SPAIN = f"{_EUROPE}/country/ESP"
_MONTHLY = f"{_EUROPE}/frequency/MONTHLY"
_PUBLIC = f"{_EUROPE}/access-right/PUBLIC"
_TITLES = {
    "es": "Llamadas a los ayuntamientos con SCT, por municipio y mes",
    "ca": "Trucades als ajuntaments amb SCT, per municipi i mes",
    "en": "Calls to town halls with SCT, by municipality and month",
}
_DESCRIPTIONS = {
    "es": "Llamadas registradas y atendidas por una persona, y esperas, de cada mes cerrado. Los números de 1 a 4 no se dan.",
    "ca": "Trucades registrades i ateses per una persona, i esperes, de cada mes tancat. Els nombres d'1 a 4 no es donen.",
    "en": "Calls registered and answered by a person, and waits, of each closed month. Numbers from 1 to 4 are not given.",
}
# Address below the site, format of the European list, media type.
_FILES = (
    ("open-data/months.csv", "CSV", "text/csv"),
    ("open-data/months.json", "JSON", "application/json"),
)


def catalogue(*, site: str, changed_at: datetime | None) -> dict[str, Any]:
    """The catalogue of a site (``https://sct.example.org``), with the moment of its latest publication."""
    page = f"{site}/open-data/"
    publisher = {"@id": f"{site}/#publisher", "@type": "foaf:Agent", "foaf:name": "Adtende SL"}
    changed = {"dct:modified": _moment(changed_at)} if changed_at else {}
    dataset = {
        "@id": f"{page}#months",
        "@type": "dcat:Dataset",
        "dct:title": _in_languages(_TITLES),
        "dct:description": _in_languages(_DESCRIPTIONS),
        "dct:publisher": {"@id": publisher["@id"]},
        "dct:identifier": f"{page}#months",
        "dct:spatial": {"@id": _SPAIN},
        "dct:accrualPeriodicity": {"@id": _MONTHLY},
        "dct:accessRights": {"@id": _PUBLIC},
        "dcat:theme": [{"@id": theme} for theme in _THEMES],
        "dcat:contactPoint": {"@type": "vcard:Organization", "vcard:fn": "Adtende SL", "vcard:hasURL": {"@id": page}},
        "dcat:landingPage": {"@id": page},
        "dcat:distribution": [_distribution(site, *one) for one in _FILES],
        **changed,
    }
    return {
        "@context": _CONTEXT,
        "@id": f"{page}catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _in_languages(_TITLES),
        "dct:description": _in_languages(_DESCRIPTIONS),
        "dct:publisher": publisher,
        "dct:language": [{"@id": f"{_EUROPE}/language/{code}"} for code in ("SPA", "CAT", "ENG")],
        "dct:license": {"@id": LICENCE_URL},
        "dcat:themeTaxonomy": {"@id": f"{_EUROPE}/data-theme"},
        "foaf:homepage": {"@id": page},
        "dcat:dataset": [dataset],
        **changed,
    }


def _distribution(site: str, path: str, kind: str, media_type: str) -> dict[str, Any]:
    address = {"@id": f"{site}/{path}"}
    return {
        "@id": f"{site}/{path}#distribution",
        "@type": "dcat:Distribution",
        "dct:title": f"{path.rpartition('/')[2]}",
        "dcat:accessURL": address,
        "dcat:downloadURL": address,
        "dct:format": {"@id": f"{_EUROPE}/file-type/{kind}"},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media_type}"},
        "dct:license": {"@id": LICENCE_URL},
    }


def _in_languages(texts: dict[str, str]) -> list[dict[str, str]]:
    return [{"@language": code, "@value": text} for code, text in texts.items()]


def _moment(at: datetime) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": f"{at:%Y-%m-%dT%H:%M:%SZ}"}
