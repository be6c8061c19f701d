"""The accessibility statement: public on every site, in every language, linked where everybody finds it."""

import re

import pytest
from django.utils import translation

MODEL = (
    "Situación de cumplimiento",
    "Contenido no accesible",
    "Preparación de la declaración",
    "Procedimiento de aplicación",
)


@pytest.fixture(autouse=True)
def language_as_before():
    yield
    translation.deactivate()


@pytest.mark.parametrize(
    ("host", "whose"), [("", "Adtende"), ("caldes", "Caldes de Montbui"), ("arrecife", "Arrecife")]
)
def test_it_is_public_and_has_the_sections_of_the_model(caldes, arrecife, browse, settings, host, whose):
    settings.INVOICE_SELLER = None
    page = browse(host).get("/accessibility/?language=es").content.decode()
    for heading in MODEL:
        assert heading in page
    assert whose in page


@pytest.mark.parametrize("language", ["es", "ca", "en"])
def test_its_pdf_says_its_language(caldes, browse, language):
    answer = browse("caldes").get(f"/accessibility/pdf/?language={language}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize(("host", "path"), [("", "/prices/"), ("caldes", "/account/login/")])
def test_the_foot_of_a_page_leads_to_it(caldes, browse, host, path):
    page = browse(host).get(path).content.decode()
    assert re.search(r'<a href="/accessibility/">', page)
