"""T01: default deny. Every address has a rule, and the rule is what happens."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, get_resolver

from tenants.people.access import PUBLIC, SIGNED_IN, rule_of
from tenants.people.rules import MUNICIPAL_ROLES, Role

KINDS = {"public": settings.PUBLIC_URLCONF, "tenant": settings.TENANT_URLCONF, "staff": settings.STAFF_URLCONF}


def _addresses(urlconf):
    def walk(patterns, prefix):
        for one in patterns:
            if isinstance(one, URLPattern):
                yield prefix + str(one.pattern), one
            else:
                yield from walk(one.url_patterns, prefix + str(one.pattern))

    return list(walk(get_resolver(urlconf).url_patterns, "/"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_address_has_a_declared_rule(kind):
    without = [path for path, one in _addresses(KINDS[kind]) if rule_of(one.callback, one.name or "") is None]
    assert without == []


def _plain(path):
    return "<" not in path and "(" not in path


PRIVATE = [
    (path, one)
    for path, one in _addresses(settings.TENANT_URLCONF)
    if _plain(path) and PUBLIC not in (rule_of(one.callback, one.name or "") or {PUBLIC})
]


def test_a_stranger_is_sent_to_the_sign_in_from_every_private_page(caldes, browse):
    client = browse("caldes")
    for path, _one in PRIVATE:
        response = client.get(path)
        assert response.status_code == 302, path
        assert response["Location"].startswith("/account/login/"), path


@pytest.mark.parametrize("role", sorted(MUNICIPAL_ROLES))
def test_each_role_opens_what_its_rule_says_and_nothing_else(role, caldes, browse, person, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browse("caldes", person(caldes, role))
    for path, one in PRIVATE:
        rule = rule_of(one.callback, one.name)
        if (
            one.name in {"start", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"}
            or "recovery" in path
        ):
            continue  # answers only to a form, or only with a second factor
        status = client.get(path).status_code
        if SIGNED_IN in rule or role in rule:
            assert status in {200, 302}, (path, status)
        else:
            assert status == 403, (path, status)


def test_a_towns_sign_in_and_session_mean_nothing_in_the_other_town(caldes, arrecife, browse, person, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    anna = person(caldes, Role.ADMINISTRATOR, "anna@example.org")
    client = browse("caldes", anna)
    assert client.get("/").status_code == 200
    other = Client(headers={"host": "arrecife.localhost"})
    other.cookies = client.cookies
    assert other.get("/").status_code == 302
    console = Client(headers={"host": "consola.localhost"})
    console.cookies = client.cookies
    assert console.get("/").status_code == 302
    refused = browse("arrecife").post(
        "/account/login/", {"login": anna.email, "password": "una contrasenya prou llarga"}
    )
    assert refused.status_code == 200


def test_an_administrator_without_second_factor_is_sent_to_set_it_up(caldes, browse, person, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    client = browse("caldes", person(caldes, Role.ADMINISTRATOR))
    response = client.get("/calls/")
    assert (response.status_code, response["Location"]) == (302, "/account/2fa/totp/activate/")
    assert browse("caldes", person(caldes, Role.SUPERVISOR)).get("/calls/").status_code == 200


def test_nobody_signs_up_by_themselves(caldes, browse):
    browse("caldes").post("/account/signup/", {"email": "nou@example.org", "password1": "una contrasenya prou llarga"})
    from tenants.isolation.context import inside
    from tenants.people.models import User

    with inside(caldes):
        assert not User.objects.exists()


def test_asking_for_a_new_password_tells_nobody_who_exists(caldes, browse, person, mailoutbox):
    person(caldes, Role.SUPERVISOR, "existeix@example.org")
    known = browse("caldes").post("/account/password/reset/", {"email": "existeix@example.org"})
    unknown = browse("caldes").post("/account/password/reset/", {"email": "ningu@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_private_pages_are_not_kept_by_any_cache(caldes, browse, person):
    response = browse("caldes", person(caldes, Role.SUPERVISOR)).get("/calls/")
    assert "no-store" in response["Cache-Control"]


def test_the_content_policy_forbids_inline_script(caldes, browse):
    policy = browse("").get("/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
