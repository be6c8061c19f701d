"""People are invited, change and go."""

import re

import pytest

from tenants.audit.models import AuditEntry
from tenants.audit.rules import Actor, ActorKind
from tenants.isolation.context import inside
from tenants.people import actions
from tenants.people.models import Invitation, User
from tenants.people.rules import Role

BY = Actor(ActorKind.PERSON, "Anna", "127.0.0.1", 1)


def test_an_invitation_goes_by_mail_works_once_and_is_recorded(caldes, browse, person, mailoutbox, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browse("caldes", person(caldes, Role.ADMINISTRATOR))
    response = client.post("/people/invite/", {"name": "Pau", "email": "pau@example.org", "role": "SUPERVISOR"})
    assert response.status_code == 302
    link = re.search(r"https?://caldes\.localhost(/people/accept/\S+)", mailoutbox[0].body)[1]
    stranger = browse("caldes")
    form = {"name": "Pau Font", "password": "una altra contrasenya llarga"}
    assert stranger.get(link).status_code == 200
    assert stranger.post(link, form).status_code == 302
    assert stranger.post(link, form).status_code == 410
    with inside(caldes):
        assert User.objects.get(email="pau@example.org").role == Role.SUPERVISOR
        verbs = set(AuditEntry.objects.values_list("verb", flat=True))
        assert {"invite_person", "create_person"} <= verbs
        assert all(AuditEntry.objects.values_list("reason", flat=True))


def test_the_token_is_not_stored(caldes):
    with inside(caldes):
        invited = actions.invite_person(email="a@example.org", name="A", role=Role.SUPERVISOR, by=BY, reason="test")
        assert invited.token not in str(Invitation.objects.values())


def test_a_token_of_one_town_opens_nothing_in_the_other(caldes, arrecife, browse):
    with inside(caldes):
        invited = actions.invite_person(email="a@example.org", name="A", role=Role.SUPERVISOR, by=BY, reason="test")
    assert browse("arrecife").get(f"/people/accept/{invited.token}/").status_code == 410


def test_the_last_administrator_cannot_be_removed(caldes, person):
    only = person(caldes, Role.ADMINISTRATOR)
    with inside(caldes), pytest.raises(actions.UnableToChangePerson, match="only administrator"):
        actions.change_person(user=only, role=Role.SUPERVISOR, is_active=True, by=BY, reason="test")


def test_removing_access_ends_the_sessions_at_once(caldes, browse, person):
    pau = person(caldes, Role.SUPERVISOR)
    client = browse("caldes", pau)
    assert client.get("/calls/").status_code == 200
    with inside(caldes):
        actions.change_person(user=pau, role=Role.SUPERVISOR, is_active=False, by=BY, reason="left the town hall")
    assert client.get("/calls/").status_code == 302


def test_a_weak_password_is_refused(caldes):
    with inside(caldes), pytest.raises(actions.UnableToChangePerson):
        actions.create_person(
            email="a@example.org", name="A", role=Role.SUPERVISOR, password="curta", by=BY, reason="test"
        )
