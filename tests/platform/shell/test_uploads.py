"""Files come in only where a page takes them, from people who are signed in, and never larger than the page takes."""

import io
from pathlib import Path

import pytest
from django.conf import settings

from callhub.pbx import views
from callhub.pbx.models import Import
from tenants.isolation.context import inside
from tenants.people.rules import Role


def a_file(size):
    file = io.BytesIO(b"x" * size)
    file.name = "queue_log"
    return file


def stored():
    return [path for path in Path(settings.UPLOADS).rglob("*") if path.is_file()]


@pytest.fixture
def pau(caldes, browse, person):
    return browse("caldes", person(caldes, Role.SUPERVISOR))


@pytest.fixture
def small_limit(monkeypatch):
    monkeypatch.setattr(views.upload, "largest_upload", 50_000)


FORM = {"format": "asterisk-queue-log", "pbx": "Centralita", "timezone": "Europe/Madrid"}


def test_a_file_sent_to_a_page_that_takes_none_is_not_kept(pau):
    before = stored()
    assert pau.post("/departments/add/", {"name": "Padró", "file": a_file(1_000)}).status_code in (302, 422)
    assert stored() == before


def test_a_body_larger_than_the_page_takes_is_refused_with_a_sentence_and_leaves_nothing(pau, caldes, small_limit):
    before = stored()
    answer = pau.post("/imports/upload/", {**FORM, "file": a_file(3_000_000)}, headers={"accept-language": "en"})
    assert answer.status_code == 413
    assert "Nothing was stored." in answer.content.decode()
    answer = pau.post("/imports/upload/", {**FORM, "file": a_file(60_000)})
    assert answer.status_code == 413, "it said less than it sent"
    assert stored() == before
    with inside(caldes):
        assert not Import.objects.exists()


def test_a_body_sent_by_nobody_is_refused_before_it_is_written(caldes, browse):
    before = stored()
    stranger = browse("caldes")
    assert stranger.post("/preferences/language/", {"language": "ca", "file": a_file(3_000_000)}).status_code == 413
    assert stranger.post("/imports/upload/", {**FORM, "file": a_file(3_000_000)}).status_code in (302, 413)
    assert stored() == before


def test_what_fits_is_kept_under_a_name_of_ours(pau, caldes):
    assert pau.post("/imports/upload/", {**FORM, "file": a_file(1_000)}).status_code == 302
    with inside(caldes):
        path = Path(Import.objects.get().stored_at)
    assert path.read_bytes() == b"x" * 1_000
    assert path.parent.name == caldes.schema_name
