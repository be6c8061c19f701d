"""Queues, agents and lines are added, named, searched and put out of use; nothing is ever lost."""

import pytest

from callhub.lines.models import Agent, Line, Queue
from tenants.audit.models import AuditEntry
from tenants.isolation.context import inside
from tenants.people.rules import Role

MODELS = {"queues": Queue, "agents": Agent, "numbers": Line}


@pytest.fixture
def pau(caldes, browse, person):
    client = browse("caldes", person(caldes, Role.SUPERVISOR))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def make(town, kind, name, **more):
    with inside(town):
        field = "number" if kind == "numbers" else "name"
        return MODELS[kind].objects.create(**{field: name}, **more).pk


def verbs(town):
    with inside(town):
        return list(AuditEntry.objects.exclude(verb="sign_in").order_by("id").values_list("verb", flat=True))


@pytest.mark.parametrize("kind", ["queues", "agents"])
def test_one_that_a_record_named_gets_the_name_people_use(kind, pau, caldes):
    pk = make(caldes, kind, "oac")
    assert pau.post(f"/lines/{kind}/{pk}/", {"label": "Atenció ciutadana", "is_in_use": "on"}).status_code == 302
    for text in ("oac", "atencio", "CIUTADANA aten"):
        assert "Atenció ciutadana" in pau.get(f"/lines/{kind}/", {"text": text}).content.decode()
    assert "Atenció" not in pau.get(f"/lines/{kind}/?text=padro").content.decode()
    assert verbs(caldes) == [f"change_{kind[:-1]}"]


def test_the_name_of_a_queue_is_what_the_list_of_calls_offers(pau, caldes):
    make(caldes, "queues", "oac", label="Atenció ciutadana")
    assert "Atenció ciutadana" in pau.get("/calls/?queue=oac").content.decode()


@pytest.mark.parametrize("kind", ["queues", "agents"])
def test_one_is_added_before_any_record_names_it_and_only_once(kind, pau, caldes):
    form = {"name": "tributs", "label": "Tributs"}
    assert pau.post(f"/lines/{kind}/add/", form).status_code == 302
    again = pau.post(f"/lines/{kind}/add/", form)
    assert again.status_code == 422
    assert "“tributs” already" in again.content.decode()
    assert verbs(caldes) == [f"add_{kind[:-1]}"]


@pytest.mark.parametrize("kind", ["queues", "agents"])
def test_out_of_use_needs_a_reason_and_loses_nothing(kind, pau, caldes):
    pk = make(caldes, kind, "oac")
    assert pau.post(f"/lines/{kind}/{pk}/", {"label": ""}).status_code == 422
    assert pau.post(f"/lines/{kind}/{pk}/", {"label": "", "reason": "closed in October"}).status_code == 302
    with inside(caldes):
        assert not MODELS[kind].objects.get(pk=pk).is_active
        assert AuditEntry.objects.filter(reason="closed in October").exists()
    assert "Not in use" in pau.get(f"/lines/{kind}/").content.decode()


def test_a_record_that_names_a_queue_again_leaves_it_as_it_is(caldes):
    from callhub.calls.actions.stories import _introduce

    make(caldes, "queues", "oac", label="OAC", is_active=False)
    with inside(caldes):
        _introduce("lines_queue", {"oac", "padro"})
        _introduce("lines_line", {"+34931234567"}, column="number")
        assert list(Queue.objects.values_list("name", "label", "is_active")) == [
            ("oac", "OAC", False),
            ("padro", "", True),
        ]
        assert Line.objects.get().state == Line.State.PROPOSED


@pytest.mark.parametrize("kind", MODELS)
def test_another_towns_is_a_404_like_one_that_never_was(kind, pau, arrecife):
    pk = make(arrecife, kind, "+34928812345" if kind == "numbers" else "ajena", id=70_001)
    form = {"label": "x", "is_in_use": "on", "reason": "test"}
    for one in (pk, 999_999):
        assert pau.get(f"/lines/{kind}/{one}/").status_code == 404
        assert pau.post(f"/lines/{kind}/{one}/", form).status_code == 404
    assert "ajena" not in pau.get(f"/lines/{kind}/").content.decode()
    assert verbs(arrecife) == []


def test_there_are_three_lists_and_no_fourth(pau):
    for path in ("/lines/other/", "/lines/other/add/", "/lines/other/1/"):
        assert pau.get(path).status_code == 404


def test_the_data_protection_officer_reads_and_is_offered_nothing_that_would_be_refused(caldes, browse, person):
    client = browse("caldes", person(caldes, Role.DATA_PROTECTION_OFFICER))
    for kind in MODELS:
        pk = make(caldes, kind, "+34931234567" if kind == "numbers" else "oac")
        page = client.get(f"/lines/{kind}/").content.decode()
        for path in (f"/lines/{kind}/add/", f"/lines/{kind}/{pk}/"):
            assert path not in page
            assert client.get(path).status_code == client.post(path).status_code == 403
