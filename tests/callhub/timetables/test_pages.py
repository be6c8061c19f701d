"""Hours and closed days on their pages: written, changed, undone, and never the other town's."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from factories import DepartmentFactory

from callhub.timetables import actions, queries
from callhub.timetables.models import Edition
from callhub.timetables.rules import NEVER, Timetable
from tenants.audit.models import AuditEntry
from tenants.audit.rules import Actor, ActorKind
from tenants.directory.models import Municipality
from tenants.isolation.context import inside
from tenants.people.rules import Role

BY = Actor(ActorKind.PERSON, "Pau", "127.0.0.1", 1)
WEEK = {f"day_{day}": "9:00-14:00" for day in range(5)}


@pytest.fixture
def pau(caldes, browse, person):
    client = browse("caldes", person(caldes, Role.SUPERVISOR))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def hours(town):
    with inside(town):
        return queries.current_hours()


def test_general_hours_are_written_and_undone(pau, caldes, arrecife):
    page = pau.get("/timetables/general/").content.decode()
    assert 'value="9:00–14:00"' in page, "a week to correct, not to type"
    assert "Nobody has written" in pau.get("/timetables/").content.decode()
    assert pau.post("/timetables/general/", {**WEEK, "day_1": "9:00-14:00, 16:30-19:00"}).status_code == 302
    assert hours(caldes).of(None).week[1] == ((540, 840), (990, 1140))
    assert "Tue 9:00–14:00, 16:30–19:00; Wed–Fri 9:00–14:00" in pau.get("/timetables/").content.decode()
    assert hours(arrecife).timetables == {}
    assert pau.post("/timetables/general/", {"day_0": "9-13"}).status_code == 302
    assert pau.post("/timetables/undo/", {"number": "2"}).status_code == 302
    assert hours(caldes).of(None).week[1] == ((540, 840), (990, 1140)), "as before the latest change"
    pau.post("/timetables/undo/", {"number": "2"})
    assert hours(caldes).of(None).week[1], "what is not the latest any more is not undone"
    pau.post("/timetables/undo/", {"number": "1"})
    assert hours(caldes).timetables == {}
    assert pau.post("/timetables/general/", WEEK).status_code == 302, "a number is never used again"
    with inside(caldes):
        assert set(AuditEntry.objects.values_list("verb", flat=True)) >= {"change_timetable", "undo_hours"}
        assert list(Edition.objects.values_list("number", "is_undone")) == [(3, False), (2, True), (1, True)]


def test_a_department_has_its_own_hours_until_it_gives_them_back(pau, caldes):
    with inside(caldes):
        pk = DepartmentFactory(name="Urbanisme").pk
    pau.post("/timetables/general/", WEEK)
    assert "The general ones" in pau.get("/timetables/").content.decode()
    pau.post(f"/timetables/{pk}/", {"day_2": "10-12"})
    assert "Wed 10:00–12:00" in pau.get("/timetables/").content.decode()
    assert hours(caldes).of(pk).week[0] == ()
    pau.post(f"/timetables/{pk}/", {"drop": "1"})
    assert pk not in hours(caldes).timetables
    assert pau.post("/timetables/general/", {"drop": "1"}).status_code == 404


def test_seasons_are_added_changed_and_taken_away(pau, caldes):
    pau.post("/timetables/general/", WEEK)
    summer = {"name": "Summer", "first": "15/6", "last": "15/9", "day_0": "8-14"}
    assert pau.post("/timetables/general/?season=new", summer).status_code == 302
    assert "Summer, from 15 June to 15 September: Mon 8:00–14:00" in pau.get("/timetables/").content.decode()
    assert 'value="15/6"' in pau.get("/timetables/general/?season=0").content.decode()
    assert pau.post("/timetables/general/?season=0", {**summer, "name": "Estiu"}).status_code == 302
    assert [one.name for one in hours(caldes).of(None).seasons] == ["Estiu"]
    pau.post("/timetables/general/", {"day_0": "9-13"})
    assert len(hours(caldes).of(None).seasons) == 1, "the usual week changes alone"
    for wrong in ("31/6", "0/1", "june", "15/13"):
        answer = pau.post("/timetables/general/?season=0", {**summer, "first": wrong})
        assert (answer.status_code, "no day of the year" in answer.content.decode()) == (422, True), wrong
    for nowhere in ("2", "7", "x", "-1", "²"):
        assert pau.get(f"/timetables/general/?season={nowhere}").status_code == 404, nowhere
    pau.post("/timetables/general/?season=0", {"drop": "1"})
    assert hours(caldes).of(None).seasons == ()


def test_what_is_no_opening_time_keeps_what_was_typed_and_changes_nothing(pau, caldes):
    answer = pau.post("/timetables/general/", {"day_0": "mornings", "day_1": "9-14, 13-15"})
    page = answer.content.decode()
    assert (answer.status_code, 'value="mornings"' in page) == (422, True)
    assert "is no opening time" in page
    assert "meet in time" in page
    assert hours(caldes).timetables == {}


def test_holidays_are_there_before_anybody_types_and_can_be_worked(pau, caldes):
    year = datetime.now(UTC).year + 1
    page = pau.get("/timetables/closed-days/").content.decode()
    assert f"25 December {year}" in page
    christmas = f"{year}-12-25"
    pau.post("/timetables/closed-days/keep/", {"work": christmas})
    assert hours(caldes).working == {date(year, 12, 25)}
    assert "Open all the same" in pau.get("/timetables/closed-days/").content.decode()
    pau.post("/timetables/closed-days/keep/", {"close": christmas})
    assert hours(caldes).working == frozenset()
    pau.post("/timetables/closed-days/keep/", {"day": f"{year}-12-24", "name": "Nit"})
    assert hours(caldes).closed == {date(year, 12, 24): "Nit"}
    pau.post("/timetables/closed-days/keep/", {"work": f"{year}-12-24"})
    assert hours(caldes).closed == {}
    assert pau.post("/timetables/closed-days/keep/", {"work": f"{year}-12-23"}).status_code == 404
    refused = pau.post("/timetables/closed-days/keep/", {"day": "1999-01-01", "name": "x"})
    assert (refused.status_code, "Choose a day of" in refused.content.decode()) == (422, True)


def test_the_published_local_days_of_2026_are_known_and_a_body_has_its_regions(caldes):
    days = {one.day for one in queries.closed_days(caldes, queries.Hours(), 2026, "ca") if one.is_local}
    assert len(days) == 2
    assert not queries.lacks_local_days(caldes, queries.Hours(), 2026)
    assert queries.lacks_local_days(caldes, queries.Hours(), 2031)
    assert not queries.lacks_local_days(caldes, queries.Hours().with_closed(date(2031, 5, 1), "own"), 2031)
    body = Municipality(name="Diputació", kind="COUNTY_COUNCIL", ine_code="08000", time_zone="Europe/Madrid")
    named = {one.day: one.name for one in queries.closed_days(body, queries.Hours(), 2026, "ca")}
    assert date(2026, 9, 11) in named
    assert not queries.lacks_local_days(body, queries.Hours(), 2031)


def test_is_open_by_the_towns_own_clock(caldes, arrecife):
    at = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)  # 9:30 in Caldes, 8:30 in Arrecife
    for town, expected in ((caldes, True), (arrecife, False)):
        with inside(town):
            actions.keep_timetable(
                department=None, timetable=Timetable((((540, 840),),) * 7), subject="x", by=BY, reason="test"
            )
            assert queries.is_open(town, at) is expected
            assert not queries.is_open(town, datetime(2026, 12, 25, 11, tzinfo=UTC)), "Christmas"


def test_the_data_protection_officer_reads_and_others_are_refused(caldes, arrecife, browse, person):
    marta = browse("caldes", person(caldes, Role.DATA_PROTECTION_OFFICER))
    assert marta.get("/timetables/").status_code == 200
    assert marta.get("/timetables/closed-days/").status_code == 200
    assert marta.post("/timetables/closed-days/keep/", {"day": "2026-12-24", "name": "x"}).status_code == 403
    assert marta.get("/timetables/general/").status_code == 403
    stranger = browse("arrecife")
    assert stranger.get("/timetables/")["Location"].startswith("/account/login/")


def test_of_two_who_change_the_same_edition_at_once_one_is_told(caldes, monkeypatch):
    both = threading.Barrier(2, timeout=30)
    found = []
    plain = actions.to_json

    def at_once(kept):
        both.wait()
        return plain(kept)

    monkeypatch.setattr(actions, "to_json", at_once)

    def change():
        try:
            with inside(caldes):
                actions.keep_timetable(department=None, timetable=Timetable(NEVER), subject="x", by=BY, reason="test")
                found.append("kept")
        except actions.UnableToKeepHours as error:
            found.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=change) for _ in range(2)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    assert sorted(found, key=len)[0] == "kept"
    assert len(found) == 2
    assert "meanwhile" in sorted(found, key=len)[1] or "mientras" in sorted(found, key=len)[1]
    with inside(caldes):
        assert Edition.objects.count() == 1
