"""T54: no address changes anything without the token of its own form, from another origin, or by GET."""

import json

import pytest
from django.conf import settings as configured
from django.test import Client
from support import owner_connection, sign_in
from trust.addresses import paths
from trust.marked_town import fill, ids_of

from tenants.people.rules import Role

# They change a cookie of whoever looks and nothing else, so that a public page needs no cookie of its own.
EXEMPT = {"set_language", "set_theme"}
WITHOUT_COOKIE = {
    "surveys:code",
    "surveys:answer",
}  # believed by the mark of their own form; other methods they do not know
SIGNED = {"payments:webhook"}  # believed by the signature of what is sent, and only by that
FORM = {
    "name": "Forged", "email": "forged@example.org", "role": "ADMINISTRATOR", "reason": "forged", "label": "Forged",
    "number": "399", "password": "una contrasenya ben llarga", "text": "forged", "is_in_use": "", "is_active": "",
}  # fmt: skip
SIGNED_IN = {"django_session", "usersessions_usersession"}  # who was here when, which every request keeps


@pytest.fixture
def town(caldes, tmp_path):
    """Caldes with a row in every table, and the path of every address."""
    return caldes, paths(configured.TENANT_URLCONF, ids_of(fill(caldes, "zqcaldes", "77112", tmp_path)))


@pytest.fixture
def anna(town, person, settings):
    """An administrator's browser that checks tokens, as real ones do not, and the site does."""
    settings.SECOND_FACTOR_REQUIRED = False
    signed = Client(headers={"host": "caldes.localhost"})
    sign_in(signed, person(town[0], Role.ADMINISTRATOR, "anna@example.org"))
    signed.get("/people/invite/")
    strict = Client(headers={"host": "caldes.localhost"}, enforce_csrf_checks=True)
    strict.cookies = signed.cookies
    return strict


def stored(town):
    """A fingerprint of every table of the municipality and of the public schema, without sessions and counted tries."""
    found = {}
    with owner_connection() as owner:
        tables = owner.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN (%s, 'public')", [town.schema_name]
        ).fetchall()
        for schema, table in tables:
            if table in SIGNED_IN | {"limits"} or table.startswith("procrastinate"):
                continue
            found[schema, table] = owner.execute(
                f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {schema}.{table} t"
            ).fetchone()
    return found


def changed(before, after):
    return sorted(table for table in after if before.get(table) != after[table])


def requests_of(path, token):
    """One forged request a way: what is sent, and with which headers."""
    with_token = {**FORM, "csrfmiddlewaretoken": token}
    own = "http://caldes.localhost"
    yield "without a token", FORM, {}
    yield "with a wrong token", {**FORM, "csrfmiddlewaretoken": "x" * 64}, {}
    yield "from another town's page", with_token, {"origin": "http://arrecife.localhost"}
    yield "from a stranger's page", with_token, {"origin": "https://evil.example"}
    yield "from a page without origin", with_token, {"origin": "null"}
    yield "from the host with another port", with_token, {"origin": f"{own}:8123"}
    yield "as JSON that calls itself text", json.dumps(with_token), {"content-type": "text/plain"}
    yield "as JSON", json.dumps(with_token), {"content-type": "application/json"}


def test_no_address_changes_anything_for_a_forged_request(town, anna):
    caldes, addresses = town
    token = anna.cookies[configured.CSRF_COOKIE_NAME].value
    before = stored(caldes)
    for name, path in addresses.items():
        for way, data, headers in requests_of(path, token):
            kind = {"content_type": headers["content-type"]} if "content-type" in headers else {}
            response = anna.post(path, data, headers={k: v for k, v in headers.items() if k != "content-type"}, **kind)
            assert response.status_code == (302 if name in EXEMPT else 403), (name, way, response.status_code)
        for method in ("put", "patch", "delete"):
            response = getattr(anna, method)(path, FORM, content_type="application/json")
            assert response.status_code in ({403, 302, 405} if name in EXEMPT | WITHOUT_COOKIE else {403}), (
                name,
                method,
            )
    assert changed(before, stored(caldes)) == []


def test_the_same_form_with_its_token_does_something(town, anna):
    """The guard of the test above: with the token the same request is taken."""
    caldes, addresses = town
    before = stored(caldes)
    form = {**FORM, "role": "SUPERVISOR", "csrfmiddlewaretoken": anna.cookies[configured.CSRF_COOKIE_NAME].value}
    response = anna.post(addresses["people:invite"], form, headers={"origin": "http://caldes.localhost"})
    assert response.status_code == 302
    assert {table for _schema, table in changed(before, stored(caldes))} == {"people_invitation", "audit_auditentry"}


def test_a_sign_in_cannot_be_forged(town, person):
    caldes, addresses = town
    person(caldes, Role.SUPERVISOR, "pau@example.org")
    strict = Client(headers={"host": "caldes.localhost"}, enforce_csrf_checks=True)
    for name in ("account_login", "account_logout", "account_reset_password"):
        form = {"login": "pau@example.org", "email": "pau@example.org", "password": "una contrasenya prou llarga"}
        assert strict.post(addresses[name], form).status_code == 403, name


def test_looking_at_any_page_changes_no_row(town, anna):
    caldes, addresses = town
    before = stored(caldes)
    for name, path in addresses.items():
        for query in ("", "?format=csv", "?text=a&page=2"):
            for method in ("get", "head", "options"):
                getattr(anna, method)(path + query)
        assert changed(before, stored(caldes)) == [], name


@pytest.mark.parametrize(
    ("host", "urlconf"), [("localhost", configured.PUBLIC_URLCONF), ("consola.localhost", configured.STAFF_URLCONF)]
)
def test_the_public_site_and_the_console_take_no_forged_request(host, urlconf, town, outsider, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client = Client(headers={"host": host})
    if host.startswith("consola"):
        sign_in(client, outsider(Role.STAFF_ADMINISTRATOR))
    strict = Client(headers={"host": host}, enforce_csrf_checks=True)
    strict.cookies = client.cookies
    ids = {"payments": 1, "people": 1, "people:withdraw": "00000000-0000-4000-8000-000000000000"}
    before = stored(town[0])
    for name, path in paths(urlconf, ids).items():
        strict.get(path)
        for way, data, headers in requests_of(path, "x" * 32):
            kind = {"content_type": headers["content-type"]} if "content-type" in headers else {}
            answer = strict.post(path, data, headers={k: v for k, v in headers.items() if k != "content-type"}, **kind)
            expected = 302 if name in EXEMPT else 400 if name in SIGNED else 403
            assert answer.status_code == expected, (name, way, answer.status_code)
    counted = {("public", "payments_refuseddelivery")}  # how many were refused, and nothing of what they said
    assert set(changed(before, stored(town[0]))) <= counted
