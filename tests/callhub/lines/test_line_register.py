"""A public number is held by one municipality at a time, and nobody learns by whom."""

import threading

import pytest
from django.db import IntegrityError, connection
from support import owner_connection

from callhub.lines import actions
from callhub.lines.models import Line
from tenants.audit.models import AuditEntry
from tenants.audit.rules import Actor, ActorKind
from tenants.directory.models import RegisteredLine
from tenants.isolation.context import CONSOLE, PUBLIC_SITE, inside
from tenants.people.rules import Role

NUMBER = "+34931234567"
BY = Actor(ActorKind.PERSON, "Pau", "127.0.0.1", 1)


@pytest.fixture
def english(browse, person):
    """Somebody of a town's supervisors, reading English."""

    def on(town):
        client = browse(town.slug, person(town, Role.SUPERVISOR))
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    return on


def add(client, number="93 123 45 67"):
    return client.post("/lines/numbers/add/", {"number": number, "label": "OAC"})


def lines(town):
    with inside(town):
        return list(Line.objects.values_list("number", "name", "state"))


def registered(town):
    with inside(town):
        return list(RegisteredLine.objects.values_list("number", flat=True))


def change(client, town, **form):
    with inside(town):
        pk = Line.objects.get().pk
    return client.post(f"/lines/numbers/{pk}/", {"label": "OAC", **form})


def test_a_line_added_by_hand_is_kept_in_e164_and_registered(caldes, english):
    assert add(english(caldes)).status_code == 302
    assert lines(caldes) == [(NUMBER, "OAC", "IN_USE")]
    assert registered(caldes) == [NUMBER]
    with inside(caldes):
        assert AuditEntry.objects.get(verb="add_line").subject == NUMBER


@pytest.mark.parametrize("number", ["93123456", "abc", "+34 123", "931234567 ext. 3 or so", "1" * 30])
def test_what_nobody_can_dial_is_refused(number, caldes, english):
    answer = add(english(caldes), number)
    assert answer.status_code == 422
    assert "is not a telephone number" in answer.content.decode()
    assert lines(caldes) == []


def test_a_number_of_another_town_is_refused_without_saying_whose(caldes, arrecife, english):
    add(english(arrecife))
    answer = add(english(caldes), "+34 931 234 567")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This number is already registered on this platform." in page
    assert "rrecife" not in page.partition("already registered")[2]
    assert (lines(caldes), registered(caldes)) == ([], [])
    with inside(caldes):
        assert not AuditEntry.objects.filter(verb="add_line").exists()


def test_the_same_number_twice_in_one_town_is_refused(caldes, english):
    client = english(caldes)
    add(client)
    again = add(client, NUMBER)
    assert again.status_code == 422
    assert "among your lines already" in again.content.decode()


def test_each_town_has_its_own_short_code(caldes, arrecife, english):
    assert [add(english(town), "010").status_code for town in (caldes, arrecife)] == [302, 302]
    assert (registered(caldes), registered(arrecife)) == ([], [])


def test_a_line_seen_in_records_is_a_proposal_until_somebody_confirms_it(caldes, arrecife, english):
    for town in (caldes, arrecife):
        with inside(town):
            Line.objects.create(number=NUMBER)
    assert registered(caldes) == []
    client = english(caldes)
    assert "Seen in records" in client.get("/lines/numbers/").content.decode()
    assert change(client, caldes).status_code == 302, "a proposal can be named"
    assert registered(caldes) == []
    assert change(client, caldes, is_in_use="on", reason="our own").status_code == 302
    assert lines(caldes) == [(NUMBER, "OAC", "IN_USE")]
    with inside(caldes):
        assert AuditEntry.objects.filter(verb="confirm_line", reason="our own").exists()
    refused = change(english(arrecife), arrecife, is_in_use="on", reason="ours too")
    assert refused.status_code == 422
    assert "already registered on this platform" in refused.content.decode()
    assert lines(arrecife) == [(NUMBER, "", "PROPOSED")]


def test_a_proposal_that_nobody_can_dial_stays_one(caldes, english):
    with inside(caldes):
        Line.objects.create(number="s")
    assert change(english(caldes), caldes, is_in_use="on", reason="test").status_code == 422
    assert lines(caldes) == [("s", "", "PROPOSED")]


def test_adding_a_number_that_records_proposed_confirms_it(caldes, english):
    with inside(caldes):
        Line.objects.create(number=NUMBER)
    assert add(english(caldes)).status_code == 302
    assert lines(caldes) == [(NUMBER, "OAC", "IN_USE")]


def test_a_line_out_of_use_stays_known_and_its_number_is_free_again(caldes, arrecife, english):
    client = english(caldes)
    add(client)
    assert change(client, caldes, reason="ported away").status_code == 302
    assert lines(caldes) == [(NUMBER, "OAC", "OUT_OF_USE")]
    assert add(english(arrecife)).status_code == 302
    back = change(client, caldes, is_in_use="on", reason="back")
    assert back.status_code == 422
    assert (registered(caldes), registered(arrecife)) == ([], [NUMBER])


def test_a_town_sees_its_own_numbers_only_and_nobody_else_sees_any(caldes, arrecife):
    with inside(arrecife):
        RegisteredLine.objects.create(number=NUMBER, schema_name=arrecife.schema_name)
    with inside(caldes):
        assert not RegisteredLine.objects.exists()
        assert RegisteredLine.objects.filter(number=NUMBER).delete()[0] == 0
    for side in (PUBLIC_SITE, CONSOLE):
        with inside(side), pytest.raises(Exception, match="permission denied"):
            RegisteredLine.objects.exists()
    connection.close()
    assert registered(arrecife) == [NUMBER]


def test_the_database_itself_refuses_a_number_twice_and_one_that_is_none(caldes, arrecife):
    with owner_connection() as owner:
        owner.execute(
            "INSERT INTO public.directory_registeredline (number, schema_name) VALUES (%s, %s)",
            [NUMBER, arrecife.schema_name],
        )
    with inside(caldes), pytest.raises(IntegrityError) as told:
        RegisteredLine.objects.create(number=NUMBER, schema_name=caldes.schema_name)
    assert arrecife.schema_name not in str(told.value)
    with inside(caldes), pytest.raises(IntegrityError):
        RegisteredLine.objects.create(number="931234567", schema_name=caldes.schema_name)


def test_of_two_towns_that_add_a_number_at_once_one_gets_it(caldes, arrecife):
    start, told = threading.Barrier(2), []

    def work(town):
        with inside(town):
            start.wait()
            try:
                actions.add_line(number=NUMBER, label="", by=BY, reason="test")
            except actions.UnableToKeep:
                told.append(town.slug)
        connection.close()

    threads = [threading.Thread(target=work, args=[town]) for town in (caldes, arrecife)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1
    assert len(registered(caldes)) + len(registered(arrecife)) == 1
