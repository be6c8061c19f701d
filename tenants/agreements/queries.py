"""Which text of the data-processing agreement holds, and whether it was accepted."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from kit.versions import Version, version_on
from tenants.agreements.models import Acceptance
from tenants.directory.models import Municipality
from tenants.directory.queries import today_of
from tenants.directory.reference import UnknownMunicipality, municipality

TEXTS = Path(__file__).with_name("data") / "texts.toml"


@dataclass(frozen=True)
class Text:
    """The agreement as one municipality reads it: its words as HTML, and the digest of exactly these words."""

    version: Version
    language: str
    html: str

    @property
    def digest(self) -> str:
        """SHA-256 in hexadecimal."""
        return hashlib.sha256(self.html.encode()).hexdigest()


def current_version(town: Municipality) -> Version:
    """The version that holds today."""
    return version_on(TEXTS, "processing", today_of(town))


def text_for(town: Municipality, language: str) -> Text:
    """The text that holds today, in a language."""
    version = current_version(town)
    try:
        dir3 = municipality(town.ine_code).dir3
    except UnknownMunicipality:
        dir3 = ""
    context = {"town": town, "dir3": dir3, "processor": settings.INVOICE_SELLER, "version": version}
    with translation.override(language):
        html = render_to_string(f"agreements/processing/{version.number}/{language}.html", context)
    return Text(version, language, html)


def acceptance_of(version: Version) -> Acceptance | None:
    """Who accepted a version, if anybody did, in the active municipality."""
    return Acceptance.objects.filter(version=version.number).first()


def latest_acceptance() -> Acceptance | None:
    """The latest version that was accepted, if any was."""
    return Acceptance.objects.first()
