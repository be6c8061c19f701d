"""Adtende's people see every town's state, the most harmful first; municipal people never see the console."""

from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone
from support import PASSWORD, owner_connection

from tenants.isolation.context import CONSOLE, inside
from tenants.people.access import PUBLIC, rule_of
from tenants.people.models import User
from tenants.people.rules import MUNICIPAL_ROLES, STAFF_ROLES, Role

ADMINISTRATOR, SUPERVISOR, AGENT, FINANCE = (
    Role.STAFF_ADMINISTRATOR,
    Role.STAFF_SUPERVISOR,
    Role.STAFF_AGENT,
    Role.STAFF_FINANCE,
)
EVERYBODY = {ADMINISTRATOR, SUPERVISOR, AGENT, FINANCE}
WHO_SEES = {
    "/": EVERYBODY,
    "/payments/": {ADMINISTRATOR, FINANCE},
    "/invoices/": {ADMINISTRATOR, FINANCE},
    "/month-close/": {ADMINISTRATOR, FINANCE},
    "/month-close/issue/": {ADMINISTRATOR, FINANCE},
    "/month-close/confirm/": {ADMINISTRATOR, FINANCE},
    "/people/": {ADMINISTRATOR},
    "/people/invite/": {ADMINISTRATOR},
    "/audit/": {ADMINISTRATOR},
    "/account/reauthenticate/": EVERYBODY,
    "/account/password/change/": EVERYBODY,
    "/account/sessions/": EVERYBODY,
    "/account/2fa/": EVERYBODY,
    "/account/2fa/reauthenticate/": EVERYBODY,
    "/account/2fa/totp/activate/": EVERYBODY,
}
ONLY_WITH_SECOND_FACTOR = {
    "/account/2fa/totp/deactivate/",
    "/account/2fa/recovery-codes/",
    "/account/2fa/recovery-codes/generate/",
    "/account/2fa/recovery-codes/download/",
}


@pytest.fixture
def staff(person):
    """staff(Role.STAFF_AGENT) is Olga of Adtende with that role, the only one who may sign in there."""

    def make(role=ADMINISTRATOR):
        with inside(CONSOLE):
            User.objects.all().update(is_active=False)
            known = User.objects.filter(email="olga@example.org").first()
            if known:
                User.objects.filter(pk=known.pk).update(is_active=True, role=role.value)
                return known
        return person(None, role, "olga@example.org")

    return make


def private_addresses():
    """Every address of the console that is not for everybody and names no row."""

    def walk(patterns, prefix):
        for one in patterns:
            if not isinstance(one, URLPattern):
                yield from walk(one.url_patterns, prefix + str(one.pattern))
            elif PUBLIC not in (rule_of(one.callback, one.name or "") or ()):
                yield prefix + str(one.pattern)

    return {path for path in walk(get_resolver(configured.STAFF_URLCONF).url_patterns, "/") if "<" not in path}


def publish(town, calls, as_at, is_suppressed=False):
    with owner_connection() as owner:
        owner.execute(
            "INSERT INTO public.public_publiccount (schema_name, indicator, period, value, is_suppressed, as_at) "
            "VALUES (%s, 'calls', 'total', %s, %s, %s)",
            [town.schema_name, calls, is_suppressed, as_at],
        )


def words_of(client, address="/"):
    return client.get(address, headers={"accept-language": "en"}).content.decode()


def test_the_console_lists_towns_with_what_needs_a_look_first(towns, browse, staff, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browse("consola", staff())
    words = words_of(client)
    assert "Caldes de Montbui" in words
    assert "No calls imported yet" in words
    assert "Arrecife" not in words_of(client, "/?text=montbui")


def test_a_service_that_went_quiet_comes_before_one_that_never_began_and_the_larger_town_first(
    caldes, arrecife, browse, staff, settings
):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browse("consola", staff())

    def order():
        words = words_of(client).partition("<tbody>")[2]
        return sorted((caldes, arrecife), key=lambda town: words.index(town.name))

    assert order() == [arrecife, caldes]  # neither began, and Arrecife has more inhabitants
    publish(caldes, 1200, timezone.now() - timedelta(days=4))
    assert order() == [caldes, arrecife]
    assert "No new figures for more than three days" in words_of(client)
    publish(arrecife, 1200, timezone.now() - timedelta(days=4))
    assert order() == [arrecife, caldes]


def test_a_town_that_is_closing_is_not_called_closed(caldes, arrecife, browse, staff, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browse("consola", staff())
    for town in (caldes, arrecife):
        publish(town, 1200, timezone.now())
    rows = words_of(client).partition("<tbody>")[2]
    assert rows.count(">In order<") == 2
    with owner_connection() as owner:
        try:
            for state, badge in (("CLOSING", "Being closed"), ("CLOSED", "Closed")):
                change = "UPDATE public.directory_municipality SET state = %s WHERE slug = 'arrecife'"
                owner.execute(change, [state])
                rows = words_of(client).partition("<tbody>")[2]
                assert rows.index(arrecife.name) < rows.index(caldes.name)
                row = rows[rows.index(arrecife.name) :].partition("</tr>")[0]
                assert f">{badge}<" in row
        finally:
            owner.execute("UPDATE public.directory_municipality SET state = 'ACTIVE' WHERE slug = 'arrecife'")


def test_when_nothing_is_wrong_the_console_says_so_and_at_what_time(caldes, browse, staff, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    publish(caldes, 1200, timezone.now())
    words = words_of(browse("consola", staff()), "/?text=montbui")
    assert "Everything is in order, " in words
    assert "1,200" in words


def test_few_calls_are_written_as_such_and_none_is_no_zero(caldes, arrecife, browse, staff, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browse("consola", staff())
    publish(caldes, None, timezone.now(), is_suppressed=True)
    assert "&lt;5" in words_of(client, "/?text=montbui")
    assert ",<5," in words_of(client, "/?text=montbui&format=csv")
    assert ">0<" not in words_of(client, "/?text=arrecife")


def test_a_search_without_a_match_says_so_and_not_that_all_is_well(towns, browse, staff, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    words = words_of(browse("consola", staff()), "/?text=zzzz")
    assert "No municipality matches." in words
    assert "Everything is in order" not in words


def test_every_private_address_of_the_console_is_in_the_table_of_roles():
    assert private_addresses() == set(WHO_SEES) | ONLY_WITH_SECOND_FACTOR


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_each_role_of_adtende_sees_its_own_addresses_only(role, caldes, browse, staff, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browse("consola", staff(role))
    for address, allowed in WHO_SEES.items():
        status = client.get(address).status_code
        assert status in ({200, 302, 405} if role in allowed else {403}), address
    for address in ONLY_WITH_SECOND_FACTOR:
        assert client.get(address).status_code in {302, 403, 404}, address


@pytest.mark.parametrize("role", sorted(STAFF_ROLES - {ADMINISTRATOR}))
def test_only_an_administrator_of_adtende_invites(role, caldes, browse, staff, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    invitation = {"email": "nou@example.org", "role": ADMINISTRATOR.value}
    assert browse("consola", staff(role)).post("/people/invite/", invitation).status_code == 403


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_each_role_of_adtende_needs_a_second_factor(role, caldes, browse, staff, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    client = browse("consola", staff(role))
    for address in ("/", "/people/", "/audit/"):
        assert client.get(address)["Location"] == "/account/2fa/totp/activate/"


def test_a_stranger_sees_nothing_of_the_console(towns, browse):
    for address in private_addresses():
        response = browse("consola").get(address)
        assert (response.status_code, response["Location"].startswith("/account/login/")) == (302, True), address


@pytest.mark.parametrize("role", sorted(MUNICIPAL_ROLES))
def test_municipal_people_are_refused_on_the_console(role, caldes, browse, person, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    somebody = person(caldes, role)
    refused = browse("consola").post("/account/login/", {"login": somebody.email, "password": PASSWORD})
    assert refused.status_code == 200
    at_home = browse("caldes", somebody)
    carried = Client(headers={"host": configured.STAFF_HOST})
    carried.cookies = at_home.cookies
    for address in WHO_SEES:
        response = carried.get(address)
        assert (response.status_code, response["Location"].startswith("/account/login/")) == (302, True), address


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_people_of_adtende_are_refused_on_a_towns_host(role, caldes, browse, staff, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    olga = staff(role)
    refused = browse("caldes").post("/account/login/", {"login": olga.email, "password": PASSWORD})
    assert refused.status_code == 200
    at_home = browse("consola", olga)
    carried = Client(headers={"host": f"caldes.{configured.BASE_HOST}"})
    carried.cookies = at_home.cookies
    for address in ("/", "/calls/", "/imports/", "/people/", "/audit/", "/departments/"):
        response = carried.get(address)
        assert (response.status_code, response["Location"].startswith("/account/login/")) == (302, True), address


def test_the_console_has_no_page_of_a_town(caldes, browse, staff, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browse("consola", staff())
    for address in ("/calls/", "/imports/", "/figures/", "/departments/"):
        assert client.get(address).status_code == 404, address


def test_health_tells_the_truth(towns, browse):
    assert browse("").get("/healthz").status_code == 200
    ready = browse("caldes").get("/readyz")
    assert (ready.status_code, ready.json()["migrations"]) == (200, "complete")
