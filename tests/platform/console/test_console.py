"""Adtende's people see every town's state; municipal people never see the console."""

from tenants.isolation.context import CONSOLE, inside
from tenants.people.models import User
from tenants.people.rules import Role


def _staff(person, role=Role.STAFF_ADMINISTRATOR):
    with inside(CONSOLE):
        User.objects.all().update(is_active=False)
        known = User.objects.filter(email="olga@example.org").first()
        if known:
            User.objects.filter(pk=known.pk).update(is_active=True, role=role.value)
            return known
    return person(None, role, "olga@example.org")


def test_the_console_lists_towns_with_what_needs_a_look_first(towns, browse, person, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browse("consola", _staff(person))
    words = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert "Caldes de Montbui" in words
    assert "No calls imported yet" in words
    assert "Arrecife" not in client.get("/?text=montbui").content.decode()


def test_a_member_of_adtende_needs_a_second_factor(towns, browse, person, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    response = browse("consola", _staff(person)).get("/")
    assert response["Location"] == "/account/2fa/totp/activate/"


def test_a_municipal_sign_in_is_refused_on_the_console(caldes, browse, person):
    anna = person(caldes, Role.ADMINISTRATOR, "anna@example.org")
    refused = browse("consola").post(
        "/account/login/", {"login": anna.email, "password": "una contrasenya prou llarga"}
    )
    assert refused.status_code == 200


def test_health_tells_the_truth(towns, browse):
    assert browse("").get("/healthz").status_code == 200
    ready = browse("caldes").get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"database": "answers", "migrations": "complete"})
