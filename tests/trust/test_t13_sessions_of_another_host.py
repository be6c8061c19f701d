"""T13 and T15: who is signed in on one host is nobody on another, with session, CSRF token and password alike."""

import re
from itertools import permutations

import pytest
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.test import Client
from support import PASSWORD, sign_in
from trust.addresses import named, paths

from tenants.isolation.context import CONSOLE, inside
from tenants.people.access import PUBLIC, rule_of
from tenants.people.models import Invitation, User
from tenants.people.rules import Role

HOSTS = {slug: f"{slug}.{configured.BASE_HOST}" for slug in ("caldes", "arrecife", "consola")}
URLCONFS = {
    "caldes": configured.TENANT_URLCONF,
    "arrecife": configured.TENANT_URLCONF,
    "consola": configured.STAFF_URLCONF,
}


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def people(caldes, arrecife, person, outsider):
    """One sign-in for each host, all with the same address and password; each is number 7 of its schema."""

    def seventh(town, made):
        with inside(town or CONSOLE):
            User.objects.filter(pk=made.pk).update(id=7)
        made.pk = made.id = 7
        return made

    return {
        "caldes": seventh(caldes, person(caldes, Role.ADMINISTRATOR, "anna@example.org")),
        "arrecife": seventh(arrecife, person(arrecife, Role.ADMINISTRATOR, "anna@example.org")),
        "consola": outsider(Role.STAFF_ADMINISTRATOR, "anna@example.org"),
    }


def signed_in(slug, who, **options):
    client = Client(headers={"host": HOSTS[slug]}, **options)
    sign_in(client, who)
    return client


def with_cookies_of(client, slug, **options):
    other = Client(headers={"host": HOSTS.get(slug, configured.BASE_HOST)}, **options)
    other.cookies.load({name: one.value for name, one in client.cookies.items()})
    return other


def private_paths(slug):
    """Paths of the host that ask for somebody signed in and name no object."""
    private = {n for n, one in named(URLCONFS[slug]).items() if PUBLIC not in (rule_of(one.callback, one.name) or ())}
    ids = dict.fromkeys(("payments", "people", "departments", "timetables", "lines", "departments:extension"), 1)
    uuid = "00000000-0000-4000-8000-000000000000"
    ids |= dict.fromkeys(("calls", "pbx", "surveys", "people:withdraw"), uuid)
    return [path for name, path in paths(URLCONFS[slug], ids).items() if name in private]


def test_a_session_is_good_on_the_host_that_gave_it_and_on_no_other(people):
    clients = {here: signed_in(here, people[here]) for here in HOSTS}
    for here, client in clients.items():
        for there in HOSTS:
            replayed = with_cookies_of(client, there)
            for path in private_paths(there):
                response = replayed.get(path)
                is_signed_in = not response.get("Location", "").startswith("/account/login/")
                assert is_signed_in == (here == there), (here, there, path, response.status_code)


MARK_OF_A_FORM = re.compile(r'name="form_mark" value="[^"]+"')  # another one in each form, whoever asks


def test_the_public_site_knows_nobody_and_answers_the_same_with_any_cookie(people):
    for here, who in people.items():
        client = signed_in(here, who)
        for name, path in paths(configured.PUBLIC_URLCONF, {}).items():
            replayed = with_cookies_of(client, "").get(path)  # first: what is kept is drawn with these cookies
            stranger = Client(headers={"host": configured.BASE_HOST}).get(path)
            told = [
                (one.status_code, MARK_OF_A_FORM.sub("", one.content.decode(errors="replace")))
                for one in (replayed, stranger)
            ]
            assert told[0] == told[1], (here, name)
            assert who.name not in replayed.content.decode(errors="replace"), (here, name)


def test_a_session_and_its_csrf_token_change_nothing_on_another_host(people, caldes, arrecife):
    form = {"email": "nou@example.org", "name": "Nou", "role": "SUPERVISOR"}
    clients = {here: signed_in(here, people[here]) for here in HOSTS}
    for here, there in permutations(HOSTS, 2):
        client = clients[here]
        client.get("/people/invite/")
        with_token = {**form, "csrfmiddlewaretoken": client.cookies[configured.CSRF_COOKIE_NAME].value}
        replayed = with_cookies_of(client, there, enforce_csrf_checks=True)
        assert replayed.post("/people/invite/", with_token)["Location"].startswith("/account/login/")
        # The browser of somebody signed in there, sent by a page of here: the origin tells.
        forged = with_cookies_of(clients[there], there, enforce_csrf_checks=True)
        forged.cookies[configured.CSRF_COOKIE_NAME] = with_token["csrfmiddlewaretoken"]
        posted = forged.post("/people/invite/", with_token, headers={"origin": f"http://{HOSTS[here]}"})
        assert posted.status_code == 403, (here, there)
        assert forged.post("/people/invite/", {**form, "csrfmiddlewaretoken": "x" * 32}).status_code == 403
    for side in (caldes, arrecife, CONSOLE):
        with inside(side):
            assert not Invitation.objects.filter(email="nou@example.org").exists()


@pytest.mark.parametrize("role", [Role.STAFF_AGENT, Role.STAFF_ADMINISTRATOR])
def test_somebody_of_adtende_is_nobody_on_a_towns_host(role, caldes, arrecife, outsider, browse):
    marta = outsider(role)
    client = signed_in("consola", marta)
    assert client.get("/").status_code == 200
    for slug in ("caldes", "arrecife"):
        assert with_cookies_of(client, slug).get("/")["Location"].startswith("/account/login/")
        refused = browse(slug).post("/account/login/", {"login": marta.email, "password": PASSWORD})
        assert refused.status_code == 200, "the password is not known there"
        assert browse(slug).get("/")["Location"].startswith("/account/login/")


def test_the_administrator_of_a_town_is_nobody_on_the_console(caldes, person, browse):
    anna = person(caldes, Role.ADMINISTRATOR, "nomes-caldes@example.org")
    refused = browse("consola").post("/account/login/", {"login": anna.email, "password": PASSWORD})
    assert refused.status_code == 200
    assert with_cookies_of(signed_in("caldes", anna), "consola").get("/")["Location"].startswith("/account/login/")


def test_a_copied_session_row_is_good_only_where_it_was_signed_for_its_person(people, caldes, arrecife):
    """Worse than a replay: the very row of the session, put into the other town's table."""
    client = signed_in("caldes", people["caldes"])
    key = client.cookies[configured.SESSION_COOKIE_NAME].value
    with inside(caldes):
        row = Session.objects.get(pk=key)
    with inside(arrecife):
        Session.objects.create(session_key=row.session_key, session_data=row.session_data, expire_date=row.expire_date)
    assert with_cookies_of(client, "arrecife").get("/")["Location"].startswith("/account/login/")
