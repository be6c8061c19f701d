"""T14: nothing kept by the site, a browser or a cache between them gives one town's page, or one person's, to another."""

import re
from datetime import UTC, datetime
from itertools import product

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.test import Client
from factories import DepartmentFactory
from support import owner_connection
from trust.addresses import named, paths

from reporting.public import kept
from shell.themes import cookie_name
from tenants.isolation.context import CONSOLE, inside
from tenants.people.access import PUBLIC, rule_of
from tenants.people.rules import Role


@pytest.fixture
def both(caldes, arrecife, browse, person, settings):
    """An administrator's browser in each town, whose department is called like the town."""
    settings.SECOND_FACTOR_REQUIRED = False
    found = {}
    for slug, town in (("caldes", caldes), ("arrecife", arrecife)):
        with inside(town):
            DepartmentFactory(id=5, name=f"Only in {slug}")
        found[slug] = browse(slug, person(town, Role.ADMINISTRATOR, "anna@example.org"))
    return found


def private_pages():
    """Names and paths of a town's private pages that ask for no object, and its department 5."""
    ids = dict.fromkeys(("calls", "pbx", "surveys", "people:withdraw"), "00000000-0000-4000-8000-000000000000")
    ids |= dict.fromkeys(("departments", "timetables", "payments", "people", "lines"), 5)
    private = {
        name for name, one in named(configured.TENANT_URLCONF).items() if PUBLIC not in rule_of(one.callback, one.name)
    }
    return {name: path for name, path in paths(configured.TENANT_URLCONF, ids).items() if name in private}


def test_a_private_page_is_kept_by_nobody_and_differs_by_cookie_and_host(both):
    for name, path in private_pages().items():
        response = both["caldes"].get(path)
        assert "no-store" in response.headers.get("Cache-Control", ""), name
        varies = {one.strip().lower() for one in response.headers["Vary"].split(",")}
        assert {"cookie", "host"} <= varies, (name, varies)
        assert "ETag" not in response.headers and "Last-Modified" not in response.headers, name


def test_the_same_address_asked_with_the_tag_or_the_date_of_another_town_gives_ones_own_page(both):
    first, second = both["caldes"], both["arrecife"]
    for path in ("/departments/", "/departments/5/", "/departments/?format=csv", "/departments/?text=only", "/calls/"):
        for _turn in range(2):
            own = first.get(path)
            asked = {
                "if-none-match": own.headers.get("ETag", '"any"'),
                "if-modified-since": "Wed, 25 Nov 2099 10:00:00 GMT",
            }
            theirs = second.get(path, headers=asked)
            assert theirs.status_code == 200, path
            assert "Only in caldes" not in theirs.content.decode(), path
            assert second.get(path, headers={"if-none-match": "*"}).status_code == 200, path
            assert "Only in arrecife" not in own.content.decode()
            if "departments" in path:
                assert "Only in arrecife" in theirs.content.decode()


def test_a_key_of_the_cache_is_another_one_in_each_town(caldes, arrecife):
    for number, side in enumerate((caldes, arrecife, CONSOLE)):
        with inside(side):
            assert cache.get("the same key") is None
            cache.set("the same key", number)
    for number, side in enumerate((caldes, arrecife, CONSOLE)):
        with inside(side):
            assert cache.get("the same key") == number


@pytest.fixture
def published(caldes):
    """A count that the public page shows."""
    with owner_connection() as owner:
        owner.execute(
            "INSERT INTO public.public_publiccount (schema_name, indicator, period, value, is_suppressed, as_at) "
            "VALUES (%s, 'calls', 'total', 4321, false, %s)",
            [caldes.schema_name, datetime(2026, 11, 24, tzinfo=UTC)],
        )
    kept._pages.clear()
    yield
    kept._pages.clear()


def front(language="", theme="", host=configured.BASE_HOST, **cookies):
    client = Client(headers={"host": host})
    for name, value in {configured.LANGUAGE_COOKIE_NAME: language, cookie_name(): theme, **cookies}.items():
        if value:
            client.cookies[name] = value
    return client.get("/")


def test_the_kept_public_page_is_one_for_each_language_and_theme(published):
    looks = list(product(("es", "ca", "en"), ("", "light", "dark")))
    for _turn in range(3):  # drawn, kept, kept
        for language, theme in looks:
            page = front(language, theme).content.decode()
            html = re.search(r"<html[^>]*>", page)[0]
            assert f'lang="{language}"' in html
            assert (f'data-theme="{theme}"' in html) == bool(theme), (html, theme)
    assert len({front(*one).content for one in looks}) == len(looks)


def test_the_kept_public_page_says_nothing_of_who_asked_for_it_first(published, both):
    """Notices, sign-in and port are of one request; the page is everybody's."""
    notice = both["caldes"].post("/preferences/language/", {"language": "es"})
    assert notice.status_code == 302
    signed_in = Client(headers={"host": "caldes.localhost"})
    signed_in.post("/account/login/", {"login": "anna@example.org", "password": "una contrasenya prou llarga"})
    signed_in.post("/departments/add/", {"name": "Cemetery", "is_active": "on", "reason": "new"})
    cookies = {name: one.value for name, one in signed_in.cookies.items()}
    assert "messages" in cookies, "the notice of what was done waits to be shown"
    first = front("es", host="localhost:8123", **cookies).content
    second = front("es", host="LOCALHOST.").content
    assert first == second
    assert b"8123" not in first
    assert not re.search(rb"Administrator|anna@example|Cemetery", first)


def test_the_kept_public_page_is_on_the_public_host_only(published):
    assert b"4321" in front("es").content or b"4.321" in front("es").content
    for host in ("caldes.localhost", "consola.localhost", "enlloc.localhost"):
        answer = front("es", host=host)
        assert b"4.321" not in answer.content, host
        assert "public" not in answer.headers.get("Cache-Control", ""), host
    varies = {one.strip().lower() for one in front("es").headers["Vary"].split(",")}
    assert {"host", "cookie", "accept-language"} <= varies


def test_an_address_with_a_question_is_never_kept(published):
    assert b"zqmark" not in front("es").content
    Client(headers={"host": configured.BASE_HOST}).get("/?text=zqmark")
    assert b"zqmark" not in front("es").content
