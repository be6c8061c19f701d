"""The data-processing agreement: who accepted which words is kept, once, in the town's own schema."""

import hashlib
import re
from datetime import date

import pytest
from fixtures.pdf import opened

from kit.versions import NoVersion, version_on
from tenants.agreements.models import Acceptance
from tenants.agreements.queries import TEXTS
from tenants.audit.models import AuditEntry
from tenants.isolation.context import inside
from tenants.people.rules import Role

PAGE = "/agreement/"


PROCESSOR = {
    "name": "ADTENDE DEMOSTRACIÓN SL", "tax_id": "B12345674", "street": "Calle del Ejemplo, 1", "postal_code": "08140",
    "town": "Caldes de Montbui", "province": "Barcelona",
}  # fmt: skip


@pytest.fixture(autouse=True)
def with_a_password_only(settings):
    settings.SECOND_FACTOR_REQUIRED = False
    settings.INVOICE_SELLER = PROCESSOR


def digest_on(page):
    return re.search(r'name="digest" value="([0-9a-f]{64})"', page.content.decode())[1]


def accept(client):
    return client.post(PAGE + "?language=en", {"digest": digest_on(client.get(PAGE))}, follow=True)


def kept(town):
    with inside(town):
        return list(Acceptance.objects.all())


def test_what_nobody_accepted_is_missing_on_the_list_of_tasks(anna, caldes):
    page = anna.get("/getting-started/").content.decode()
    assert "An administrator has to read and accept it" in page
    accept(anna)
    assert "An administrator has to read and accept it" not in anna.get("/getting-started/").content.decode()


def test_who_when_version_and_words_are_kept_with_a_line_in_the_record(anna, caldes, arrecife):
    answer = accept(anna)
    assert "accepted it on" in answer.content.decode()
    (one,) = kept(caldes)
    assert (one.version, one.language) == ("1", "en")
    assert one.digest == hashlib.sha256(one.text.encode()).hexdigest()
    assert "Caldes de Montbui" in one.text
    assert one.person_name
    assert one.person_id
    with inside(caldes):
        line = AuditEntry.objects.get(verb="accept_agreement")
    assert line.details["digest"] == one.digest
    assert kept(arrecife) == []


def test_it_is_accepted_once(anna, caldes):
    digest = digest_on(anna.get(PAGE))
    accept(anna)
    again = anna.post(PAGE + "?language=en", {"digest": digest}, follow=True)
    assert "accepted already" in again.content.decode()
    assert len(kept(caldes)) == 1


def test_other_words_than_those_on_the_page_are_not_accepted(anna, caldes):
    answer = anna.post(PAGE, {"digest": "0" * 64}, follow=True)
    assert "read it again" in answer.content.decode()
    assert kept(caldes) == []


def test_a_new_version_asks_again(anna, caldes, monkeypatch, tmp_path):
    accept(anna)
    register = tmp_path / "texts.toml"
    register.write_text(TEXTS.read_text() + '\n[[processing]]\nversion = "2"\nfrom = 2026-11-02\n')
    monkeypatch.setattr("tenants.agreements.queries.TEXTS", register)
    page = anna.get("/getting-started/").content.decode()
    assert "There is a new version to read and accept" in page


def test_without_a_processor_nothing_can_be_accepted(anna, caldes, settings):
    settings.INVOICE_SELLER = None
    page = anna.get(PAGE).content.decode()
    assert 'name="digest"' not in page
    assert "Adtende has to fill in its data first" in page


@pytest.mark.parametrize("language", ["es", "ca", "en"])
def test_every_language_has_all_obligations(anna, language):
    page = anna.get(f"{PAGE}?language={language}").content.decode()
    for letter in "abcdefgh":
        assert f"<li>{letter}) " in page
    pdf = anna.get(f"{PAGE}pdf/?language={language}")
    assert pdf["Content-Type"] == "application/pdf"
    everything = b"".join(opened(pdf.content))
    assert re.search(rb"/MarkInfo ?<<\s*/Marked true", everything)
    assert re.search(rb"/Lang ?\(" + language.encode() + rb"\)", everything)
    assert re.search(rb"/Title ?[(<]", everything)


def test_a_stranger_signs_in_and_others_are_refused(caldes, arrecife, browse, person):
    assert browse("caldes").get(PAGE).status_code == 302
    contact = browse("caldes", person(caldes, Role.DEPARTMENT_CONTACT, "contact@example.org"))
    assert contact.get(PAGE).status_code == 403
    assert contact.post(PAGE, {"digest": "0" * 64}).status_code == 403


def test_before_the_first_version_there_is_none():
    with pytest.raises(NoVersion):
        version_on(TEXTS, "processing", date(2026, 10, 31))
    assert version_on(TEXTS, "processing", date(2026, 11, 1)).number == "1"
