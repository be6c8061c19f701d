"""The page of a switchboard's settings: what is unknown and why, and the difference between unknown and none."""

from html import unescape

import pytest
from django.utils import translation
from fixtures.imports import imported
from fixtures.records import unpacked

from callhub.pbx.models import Pbx
from tenants.isolation.context import inside
from tenants.people.rules import Role


@pytest.fixture
def pau(caldes, browse, person):
    client = browse("caldes", person(caldes, Role.SUPERVISOR))
    client.cookies["language"] = "en"
    yield client
    translation.deactivate()


@pytest.fixture
def pbx(caldes, tmp_path):
    imported(caldes, unpacked("edges", "queue_log", tmp_path))
    with inside(caldes):
        return Pbx.objects.get()


def chosen(town):
    with inside(town):
        return Pbx.objects.get().chosen


def test_what_nobody_knows_has_its_reason_in_the_reader_s_language(pau, pbx):
    address = f"/switchboards/{pbx.uuid}/"
    english = unescape(pau.get(address).content.decode())
    assert english.count("Not known") == 6
    assert "no context seen so far plays a menu" in english
    pau.cookies["language"] = "es"
    spanish = unescape(pau.get(address).content.decode())
    assert "no context seen so far" not in spanish
    assert "ningún contexto visto hasta ahora" in spanish


def test_none_is_told_apart_from_unknown_and_stays(caldes, pau, pbx):
    address = f"/switchboards/{pbx.uuid}/"
    told = {"reason": "we have no night", "closed_contexts_none": "on", "trunk_peers": "SIP/a\nSIP/b"}
    assert pau.post(address, told).status_code == 302
    assert chosen(caldes) == {"closed_contexts": [], "trunk_peers": ["SIP/a", "SIP/b"]}
    page = pau.get(address)
    assert page.context["form"].initial == {"closed_contexts_none": True, "trunk_peers": "SIP/a\nSIP/b"}
    words = unescape(page.content.decode())
    assert words.count("Not known") == 4
    assert "There is none<" in words
    assert pau.post(address, {"reason": "back to the proposals"}).status_code == 302
    assert chosen(caldes) == {}


def test_values_and_none_at_once_are_refused(caldes, pau, pbx):
    told = {"reason": "a slip", "menu_contexts": "ivr", "menu_contexts_none": "on"}
    response = pau.post(f"/switchboards/{pbx.uuid}/", told)
    assert response.status_code == 422
    assert "not both" in response.content.decode()
    assert chosen(caldes) == {}
