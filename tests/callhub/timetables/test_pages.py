"""Hours and closed days on their pages: written, changed, undone, and never the other town's."""

import re
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from factories import DepartmentFactory

from callhub.timetables import actions, queries
from callhub.timetables.models import Edition
from callhub.timetables.rules import NEVER, Timetable
from tenants.audit.models import AuditEntry
from tenants.audit.rules import Actor, ActorKind
from tenants.directory.models import Municipality
from tenants.directory.queries import today_of
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


def post(client, town, path, data):
    """Sends a form made of the edition that holds, where ``data`` names no other."""
    with inside(town):
        seen = queries.number_of(queries.current_edition())
    return client.post(path, {"edition": str(seen), **data})


def test_general_hours_are_written_and_undone(pau, caldes, arrecife):
    page = pau.get("/timetables/general/").content.decode()
    assert 'value="9:00–14:00"' in page, "a week to correct, not to type"
    assert "Nobody has written" in pau.get("/timetables/").content.decode()
    assert post(pau, caldes, "/timetables/general/", {**WEEK, "day_1": "9:00-14:00, 16:30-19:00"}).status_code == 302
    assert hours(caldes).of(None).week[1] == ((540, 840), (990, 1140))
    assert "Tue 9:00–14:00, 16:30–19:00; Wed–Fri 9:00–14:00" in pau.get("/timetables/").content.decode()
    assert hours(arrecife).timetables == {}
    assert post(pau, caldes, "/timetables/general/", {"day_0": "9-13"}).status_code == 302
    assert post(pau, caldes, "/timetables/undo/", {"edition": "2"}).status_code == 302
    assert hours(caldes).of(None).week[1] == ((540, 840), (990, 1140)), "as before the latest change"
    post(pau, caldes, "/timetables/undo/", {"edition": "2"})
    assert hours(caldes).of(None).week[1], "what is not the latest any more is not undone"
    post(pau, caldes, "/timetables/undo/", {"edition": "1"})
    assert hours(caldes).timetables == {}
    assert post(pau, caldes, "/timetables/general/", WEEK).status_code == 302, "a number is never used again"
    with inside(caldes):
        assert set(AuditEntry.objects.values_list("verb", flat=True)) >= {"change_timetable", "undo_hours"}
        assert list(Edition.objects.values_list("number", "is_undone")) == [(3, False), (2, True), (1, True)]


@pytest.mark.parametrize(
    ("language", "days"), [("es", "Lunes Domingo"), ("ca", "Dilluns Diumenge"), ("en", "Monday Sunday")]
)
def test_the_days_of_the_form_begin_with_a_capital_in_every_language(pau, language, days):
    page = pau.get("/timetables/general/", HTTP_ACCEPT_LANGUAGE=language).content.decode()
    labels = re.findall(r"<label[^>]*>\s*(\w+)", page)
    assert {*days.split()} <= {*labels}, labels


def test_a_department_has_its_own_hours_until_it_gives_them_back(pau, caldes):
    with inside(caldes):
        pk = DepartmentFactory(name="Urbanisme").pk
    post(pau, caldes, "/timetables/general/", WEEK)
    assert "The general ones" in pau.get("/timetables/").content.decode()
    post(pau, caldes, f"/timetables/{pk}/", {"day_2": "10-12"})
    assert "Wed 10:00–12:00" in pau.get("/timetables/").content.decode()
    assert hours(caldes).of(pk).week[0] == ()
    post(pau, caldes, f"/timetables/{pk}/", {"drop": "1"})
    assert pk not in hours(caldes).timetables
    assert post(pau, caldes, "/timetables/general/", {"drop": "1"}).status_code == 404


def test_seasons_are_added_changed_and_taken_away(pau, caldes):
    post(pau, caldes, "/timetables/general/", WEEK)
    summer = {"name": "Summer", "first": "15/6", "last": "15/9", "day_0": "8-14"}
    assert post(pau, caldes, "/timetables/general/?season=new", summer).status_code == 302
    assert "Summer, from 15 June to 15 September: Mon 8:00–14:00" in pau.get("/timetables/").content.decode()
    assert 'value="15/6"' in pau.get("/timetables/general/?season=0").content.decode()
    assert post(pau, caldes, "/timetables/general/?season=0", {**summer, "name": "Estiu"}).status_code == 302
    assert [one.name for one in hours(caldes).of(None).seasons] == ["Estiu"]
    post(pau, caldes, "/timetables/general/", {"day_0": "9-13"})
    assert len(hours(caldes).of(None).seasons) == 1, "the usual week changes alone"
    for wrong in ("31/6", "0/1", "june", "15/13"):
        answer = post(pau, caldes, "/timetables/general/?season=0", {**summer, "first": wrong})
        assert (answer.status_code, "no day of the year" in answer.content.decode()) == (422, True), wrong
    for nowhere in ("2", "7", "x", "-1", "²"):
        assert pau.get(f"/timetables/general/?season={nowhere}").status_code == 404, nowhere
    post(pau, caldes, "/timetables/general/?season=0", {"drop": "1"})
    assert hours(caldes).of(None).seasons == ()


def test_what_is_no_opening_time_keeps_what_was_typed_and_changes_nothing(pau, caldes):
    answer = post(pau, caldes, "/timetables/general/", {"day_0": "mornings", "day_1": "9-14, 13-15"})
    page = answer.content.decode()
    assert (answer.status_code, 'value="mornings"' in page) == (422, True)
    assert "is no opening time" in page
    assert "meet in time" in page
    assert hours(caldes).timetables == {}


def test_holidays_are_there_before_anybody_types_and_can_be_worked(pau, caldes):
    year = today_of(caldes).year + 1
    page = pau.get("/timetables/closed-days/").content.decode()
    assert f"25 December {year}" in page
    christmas = f"{year}-12-25"
    post(pau, caldes, "/timetables/closed-days/keep/", {"work": christmas})
    assert hours(caldes).working == {date(year, 12, 25)}
    assert "Open all the same" in pau.get("/timetables/closed-days/").content.decode()
    post(pau, caldes, "/timetables/closed-days/keep/", {"close": christmas})
    assert hours(caldes).working == frozenset()
    post(pau, caldes, "/timetables/closed-days/keep/", {"day": f"{year}-12-24", "name": "Nit"})
    assert hours(caldes).closed == {date(year, 12, 24): "Nit"}
    post(pau, caldes, "/timetables/closed-days/keep/", {"work": f"{year}-12-24"})
    assert hours(caldes).closed == {}
    assert post(pau, caldes, "/timetables/closed-days/keep/", {"work": f"{year}-12-23"}).status_code == 404
    for day in ("1999-01-01", f"{today_of(caldes) - timedelta(days=1)}", f"{year + 1}-01-01"):
        refused = post(pau, caldes, "/timetables/closed-days/keep/", {"day": day, "name": "x"})
        assert (refused.status_code, "Choose a day from today" in refused.content.decode()) == (422, True), day
    assert hours(caldes).closed == {}


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


def written(*, seen, week=NEVER):
    return actions.keep_timetable(
        department=None, timetable=Timetable(week), subject="x", seen=seen, by=BY, reason="test"
    )


def test_is_open_by_the_towns_own_clock(caldes, arrecife):
    at = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)  # 9:30 in Caldes, 8:30 in Arrecife
    for town, expected in ((caldes, True), (arrecife, False)):
        with inside(town):
            actions.keep_timetable(
                department=None, timetable=Timetable((((540, 840),),) * 7), subject="x", seen=0, by=BY, reason="test"
            )
            kept = queries.current_hours()
            assert queries.open_at(town, kept, at, [None, 7]) == ({None, 7} if expected else set())
            assert not queries.open_at(town, kept, datetime(2026, 12, 25, 11, tzinfo=UTC), [None]), "Christmas"


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
                written(seen=0)
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


LONG = (((540, 840),),) * 7
MEANWHILE = "Somebody changed the hours meanwhile"


def edition_in(page):
    """The edition that each form of a page says it was made of."""
    (number,) = set(re.findall(r'name="edition" value="([^"]*)"', page.content.decode()))
    return number


def test_who_saves_a_form_of_an_earlier_edition_is_told_and_replaces_nothing(pau, caldes):
    assert edition_in(pau.get("/timetables/general/")) == "0"
    post(pau, caldes, "/timetables/general/", {**WEEK, "day_0": "8-15"})
    pages = ("/timetables/general/", "/timetables/general/?season=new", "/timetables/closed-days/", "/timetables/")
    assert {edition_in(pau.get(path)) for path in pages} == {"1"}
    year = today_of(caldes).year + 1
    summer = {"name": "Summer", "first": "15/6", "last": "15/9", "day_0": "8-14"}
    forms = [
        ("/timetables/general/", WEEK),
        ("/timetables/general/?season=new", summer),
        ("/timetables/general/?season=9", summer),  # a place that is not there any more
        ("/timetables/closed-days/keep/", {"day": f"{year}-12-24", "name": "Nit"}),
        ("/timetables/closed-days/keep/", {"work": f"{year}-12-25"}),
        ("/timetables/closed-days/keep/", {"close": f"{year}-12-23"}),  # so is this day
        ("/timetables/undo/", {}),
    ]
    for seen in ("0", "2", "", "x", "²", "-1"):
        for path, data in forms:
            page = pau.post(path, {**data, "edition": seen}, follow=True).content.decode()
            assert MEANWHILE in page, (seen, path)
    assert MEANWHILE in pau.post("/timetables/general/", WEEK, follow=True).content.decode(), "a form that does not say"
    with inside(caldes):
        assert Edition.objects.count() == 1
        assert queries.current_hours().of(None).week[0] == ((480, 900),)


def keep_fair_and_summer(pau, caldes):
    """The week and its two seasons, in this order."""
    post(pau, caldes, "/timetables/general/", WEEK)
    for name, day in (("Fair", "1/5"), ("Summer", "15/6")):
        season = {"name": name, "first": day, "last": "15/9", "day_0": "8-14"}
        post(pau, caldes, "/timetables/general/?season=new", season)


def test_a_season_of_another_place_is_not_replaced(pau, caldes):
    keep_fair_and_summer(pau, caldes)
    seen = edition_in(pau.get("/timetables/general/?season=0"))
    post(pau, caldes, "/timetables/general/?season=0", {"drop": "1"})  # somebody else; the summer is the first now
    pau.post("/timetables/general/?season=0", {"drop": "1", "edition": seen})
    assert [one.name for one in hours(caldes).of(None).seasons] == ["Summer"]


def test_an_undo_and_a_change_at_once_do_not_mix(caldes, monkeypatch):
    with inside(caldes):
        written(seen=0)
        written(seen=1, week=LONG)
    changing, told = threading.Event(), {}

    def act(name, what):
        try:
            with inside(caldes):
                what()
                told[name] = "done"
        except actions.ChangedMeanwhile:
            told[name] = "told"
        finally:
            connection.close()

    plain = actions.to_json

    def slowly(kept):
        changing.set()
        undoing.join(timeout=1)  # it waits for us, so this time passes
        return plain(kept)

    def undo():
        changing.wait(timeout=30)
        actions.undo_hours(seen=2, by=BY, reason="test")

    undoing = threading.Thread(target=act, args=("undo", undo))
    change = threading.Thread(target=act, args=("change", lambda: written(seen=2)))
    monkeypatch.setattr(actions, "to_json", slowly)
    for one in (undoing, change):
        one.start()
    for one in (undoing, change):
        one.join(timeout=30)
    assert told == {"change": "done", "undo": "told"}
    with inside(caldes):
        assert list(Edition.objects.values_list("number", "is_undone")) == [(3, False), (2, False), (1, False)]


def test_of_two_who_change_one_edition_one_after_the_other_the_second_is_told(caldes):
    with inside(caldes):
        written(seen=0)
        written(seen=1, week=LONG)
        with pytest.raises(actions.ChangedMeanwhile):
            written(seen=1)
        assert queries.current_hours().of(None).week == LONG


def test_what_was_typed_into_an_outdated_form_is_shown_again_and_can_be_kept(pau, caldes):
    keep_fair_and_summer(pau, caldes)
    seen = edition_in(pau.get("/timetables/general/?season=1"))
    post(pau, caldes, "/timetables/general/?season=0", {"drop": "1"})  # somebody else; the summer is the first now
    typed = {"name": "Summer", "first": "20/6", "last": "15/9", "day_0": "8-13"}
    page = pau.post("/timetables/general/?season=1", {**typed, "edition": seen})
    told = page.content.decode()
    assert page.status_code == 409 and MEANWHILE in told
    assert 'value="20/6"' in told and 'value="8-13"' in told and 'action="?season=0"' in told
    assert hours(caldes).of(None).seasons[0].first == (6, 15), "nothing was kept yet"
    assert pau.post("/timetables/general/?season=0", {**typed, "edition": edition_in(page)}).status_code == 302
    assert [one.first for one in hours(caldes).of(None).seasons] == [(6, 20)]
    day = {"day": f"{today_of(caldes).year + 1}-12-24", "name": "Nit de Nadal"}
    assert (
        'value="Nit de Nadal"' in pau.post("/timetables/closed-days/keep/", {**day, "edition": seen}).content.decode()
    )
