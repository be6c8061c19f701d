"""Tries to sign in are counted by internet address over the whole platform, and nobody can lend their address."""

import pytest
from support import PASSWORD

from tenants.people.rules import Role


@pytest.fixture
def english(browse):
    """Browsers that speak English, so that the refusal can be read here."""

    def on(slug):
        client = browse(slug)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    return on


def refused(answer):
    return answer.status_code == 429 or "Too many failed login attempts" in answer.content.decode()


def try_once(client, number, **headers):
    """Whether a wrong try for person ``number`` was refused unseen."""
    form = {"login": f"{number}@example.org", "password": "no és aquesta, segur"}
    return refused(client.post("/account/login/", form, headers=headers))


def try_often(client, times, **headers):
    return [try_once(client, number, **headers) for number in range(times)]


def test_an_address_that_used_its_tries_on_one_town_has_none_left_on_the_other(caldes, arrecife, english):
    assert try_often(english("caldes"), 11) == [False] * 10 + [True]
    assert try_often(english("arrecife"), 1) == [True]


def test_a_forged_header_buys_no_tries(caldes, english, settings):
    settings.TRUSTED_PROXIES = 1
    client = english("caldes")
    answers = [
        try_once(client, number, **{"x-forwarded-for": f"198.51.100.{number}, 203.0.113.7"}) for number in range(11)
    ]
    assert answers == [False] * 10 + [True]


def test_behind_a_proxy_one_address_does_not_use_up_the_tries_of_another(caldes, english, person, settings):
    settings.TRUSTED_PROXIES = 1
    pau = person(caldes, Role.SUPERVISOR)
    client = english("caldes")
    assert try_often(client, 11, **{"x-forwarded-for": "203.0.113.7"})[-1]
    form = {"login": pau.email, "password": PASSWORD}
    assert client.post("/account/login/", form, headers={"x-forwarded-for": "203.0.113.8"}).status_code == 302


def test_tries_for_a_person_are_counted_by_municipality(caldes, arrecife, english, person, settings):
    settings.TRUSTED_PROXIES = 1
    for town in (caldes, arrecife):
        person(town, Role.SUPERVISOR, "pau@example.org")
    client = english("caldes")
    wrong = {"login": "pau@example.org", "password": "no és aquesta, segur"}
    for number in range(6):
        answer = client.post("/account/login/", wrong, headers={"x-forwarded-for": f"203.0.113.{number}"})
    assert refused(answer), "spread over many addresses, five tries for one person are all there are"
    right = {"login": "pau@example.org", "password": PASSWORD}
    assert refused(client.post("/account/login/", right, headers={"x-forwarded-for": "203.0.113.99"}))
    other = english("arrecife").post("/account/login/", right, headers={"x-forwarded-for": "203.0.113.99"})
    assert other.status_code == 302, "nobody of one town locks out somebody of another"
