"""The page of one import: what became of it, where its calls and figures are, and what happens when its worker dies."""

import re
import uuid
from datetime import date, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from fixtures.imports import imported, requested
from fixtures.records import unpacked

from callhub.pbx import queries
from callhub.pbx.actions import request_undo, undo_import
from callhub.pbx.adapters import SourceFormat
from callhub.pbx.models import Import
from tenants.audit.actions import actor_of_command
from tenants.isolation.context import inside
from tenants.people.rules import Role

MADRID = ZoneInfo("Europe/Madrid")
MAPPING = {"arrived": ["start"], "key": ["id"]}
INTERRUPTED = "it is taken up again by itself within three minutes"


@pytest.fixture
def pau(caldes, browse, person):
    client = browse("caldes", person(caldes, Role.SUPERVISOR))
    client.cookies["language"] = "en"
    yield client
    translation.deactivate()


def words(client, batch):
    response = client.get(f"/imports/{batch.uuid}/")
    assert response.status_code == 200
    page = unescape(response.content.decode())
    return page[page.index("<main") :]


def table(town, tmp_path, starts):
    path = tmp_path / "calls.csv"
    path.write_text("id,start\n" + "".join(f"{n},{start}\n" for n, start in enumerate(starts)))
    return imported(town, path, SourceFormat.TABLE, mapping=MAPPING)


def test_a_finished_import_leads_to_its_calls_and_to_their_figures(caldes, pau, tmp_path):
    page = words(pau, imported(caldes, unpacked("reference", "queue_log", tmp_path)))
    assert "new calls" in page
    assert "Its calls are of 23 November 2026." in page
    days = "?starts=2026-11-23&ends=2026-11-23"
    for address in (f"/calls/{days}", f"/{days}"):
        assert f'href="{address}"' in page
        assert pau.get(address).status_code == 200


def test_days_are_those_of_the_town_s_clock_and_of_the_first_and_last_call(caldes, pau, tmp_path):
    batch = table(caldes, tmp_path, ["2026-11-24 00:10:00", "2026-11-26 23:50:00", "2026-11-25 12:00:00"])
    assert "Its calls go from 24 November 2026 to 26 November 2026." in words(pau, batch)
    with inside(caldes):
        assert queries.days_of_import(batch, MADRID) == (date(2026, 11, 24), date(2026, 11, 26))
        assert queries.days_of_import(batch, ZoneInfo("UTC")) == (date(2026, 11, 23), date(2026, 11, 26))


def test_of_a_long_file_of_files_one_after_the_other_no_day_is_missed(caldes, tmp_path, monkeypatch):
    monkeypatch.setattr(queries, "ROWS_LOOKED_AT", 4)
    first = date(2026, 1, 1)
    days = [first + timedelta(days=n) for n in range(60)]
    batch = table(caldes, tmp_path, [f"{day} 10:00:00" for day in [*days[30:], *days[:30]]])
    with inside(caldes):
        assert queries.days_of_import(batch, MADRID) == (days[0], days[-1])


def test_an_import_without_calls_has_no_such_links(caldes, pau, tmp_path):
    path = tmp_path / "queue_log"
    path.write_text("1795450000|NONE|oac|PJSIP/1|ADDMEMBER|\n")
    page = words(pau, imported(caldes, path))
    assert "/calls/?starts=" not in page


def test_more_years_than_a_page_of_figures_shows_lead_to_the_calls_alone(caldes, pau, tmp_path):
    page = words(pau, table(caldes, tmp_path, ["2010-01-01 10:00:00", "2026-11-23 10:00:00"]))
    assert 'href="/calls/?starts=2010-01-01&ends=2026-11-23"' in page
    assert 'href="/?starts=' not in page


def test_an_undone_import_says_that_it_was_taken_back_and_not_that_its_calls_are_new(caldes, pau, tmp_path):
    batch = imported(caldes, unpacked("edges", "queue_log", tmp_path))
    with inside(caldes):
        undo_import(batch=batch, by=actor_of_command(), reason="test")
    page = words(pau, batch)
    assert "This import was taken back" in page
    assert "new calls" not in page
    assert "/calls/?starts=" not in page


def test_while_it_is_undone_the_page_says_so(caldes, pau, tmp_path):
    batch = imported(caldes, unpacked("edges", "queue_log", tmp_path))
    with inside(caldes):
        request_undo(batch=batch, by=actor_of_command(), reason="test")
    assert "The import is being undone." in words(pau, batch)


def test_a_file_discarded_before_its_columns_were_told_says_so(caldes, pau, tmp_path):
    path = tmp_path / "calls.csv"
    path.write_text("id,start\n1,2026-11-23 10:00:00\n")
    batch = requested(caldes, path, SourceFormat.TABLE)
    with inside(caldes):
        request_undo(batch=batch, by=actor_of_command(), reason="test")
    page = words(pau, batch)
    assert "The file was discarded before anything of it was imported." in page
    assert "new calls" not in page


@pytest.mark.parametrize(
    ("state", "has_worker", "seconds", "is_told"),
    [
        ("RUNNING", True, 40, True),
        ("UNDOING", True, 40, True),
        ("RUNNING", True, 3, False),  # it lives
        ("RUNNING", False, 40, False),  # given back: a job tries again
        ("WAITING", False, 40, False),  # another import may come first
        ("FAILED", True, 40, False),
    ],
)
def test_an_import_whose_worker_died_says_that_it_goes_on_by_itself(
    caldes, pau, tmp_path, state, has_worker, seconds, is_told
):
    batch = requested(caldes, unpacked("edges", "queue_log", tmp_path))
    alive_at = timezone.now() - timedelta(seconds=seconds)
    with inside(caldes):
        claim = uuid.uuid4() if has_worker else None
        Import.objects.update(state=state, claimed_by=claim, alive_at=alive_at)
    page = words(pau, batch)
    assert (INTERRUPTED in page) == is_told
    assert len(re.findall("data-running", page)) == (state != "FAILED")
