"""People are invited, change and go."""

import re
import threading
import uuid

import pytest
from django.db import connection
from django.utils import translation

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
    assert stranger.post(link, form)["Location"] == "/"
    assert stranger.get("/").status_code == 200, "who has just chosen a password does not type it again"
    assert browse("arrecife").get("/").status_code == 302
    assert stranger.post(link, form).status_code == 410
    with inside(caldes):
        assert User.objects.get(email="pau@example.org").role == Role.SUPERVISOR
        assert AuditEntry.objects.filter(verb="sign_in").count() == 2, "the administrator, and whoever was invited"
        verbs = set(AuditEntry.objects.values_list("verb", flat=True))
        assert {"invite_person", "create_person"} <= verbs
        assert all(AuditEntry.objects.values_list("reason", flat=True))


def test_no_role_is_chosen_beforehand_and_none_is_given_by_leaving_it_so(caldes, browse, person, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browse("caldes", person(caldes, Role.ADMINISTRATOR))
    roles = re.search(r"<select name=\"role\".*?</select>", client.get("/people/invite/").content.decode(), re.DOTALL)[
        0
    ]
    options = re.findall(r'<option value="(\w*)"( selected)?', roles)
    assert options[0][0] == ""
    assert [value for value, selected in options if selected and value] == []
    unsaid = client.post("/people/invite/", {"name": "Pau", "email": "pau@example.org", "role": ""})
    assert unsaid.status_code == 422
    with inside(caldes):
        assert not Invitation.objects.exists()


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
    for role, is_active in ((Role.SUPERVISOR, True), (Role.ADMINISTRATOR, False)):
        with inside(caldes), translation.override("en"), pytest.raises(actions.UnableToChangePerson, match="only"):
            actions.change_person(user=only, role=role, is_active=is_active, by=BY, reason="test")
    with inside(caldes):
        assert (User.objects.get().role, User.objects.get().is_active) == (Role.ADMINISTRATOR, True)


def test_the_last_administrator_cannot_remove_itself_on_the_page(caldes, browse, person, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    only = person(caldes, Role.ADMINISTRATOR)
    client = browse("caldes", only)
    form = {"role": "SUPERVISOR", "is_active": "on", "reason": "I go"}
    assert client.post(f"/people/{only.pk}/", form).status_code == 422
    assert client.get("/people/").status_code == 200, "nothing changed, the session lives"


def test_two_administrators_who_remove_each_other_at_once_leave_one(caldes, person):
    ones = [person(caldes, Role.ADMINISTRATOR, f"{name}@example.org") for name in ("anna", "pau")]
    start, told = threading.Barrier(2), []

    def remove(whom):
        with inside(caldes):
            start.wait()
            try:
                actions.change_person(user=whom, role=Role.SUPERVISOR, is_active=True, by=BY, reason="test")
            except actions.UnableToChangePerson:
                told.append(whom)
        connection.close()

    for _ in range(3):
        told.clear()
        with inside(caldes):
            User.objects.update(role=Role.ADMINISTRATOR.value)
        threads = [threading.Thread(target=remove, args=[one]) for one in ones]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with inside(caldes):
            assert User.objects.filter(role=Role.ADMINISTRATOR.value).count() == 1
        assert len(told) == 1


def test_another_role_ends_the_sessions_at_once(caldes, browse, person, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    anna, pau = person(caldes, Role.ADMINISTRATOR), person(caldes, Role.SUPERVISOR)
    administrator, supervisor = browse("caldes", anna), browse("caldes", pau)
    assert supervisor.get("/departments/").status_code == 200
    form = {"role": "DEPARTMENT_CONTACT", "is_active": "on", "reason": "another post"}
    assert administrator.post(f"/people/{pau.pk}/", form).status_code == 302
    assert supervisor.get("/departments/")["Location"].startswith("/account/login/")
    with inside(caldes):
        assert AuditEntry.objects.get(verb="change_person").details == {"role": "DEPARTMENT_CONTACT", "is_active": True}


def test_a_role_of_adtende_cannot_be_given_in_a_town(caldes, browse, person, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    anna, pau = person(caldes, Role.ADMINISTRATOR), person(caldes, Role.SUPERVISOR)
    client = browse("caldes", anna)
    form = {"role": "STAFF_ADMINISTRATOR", "is_active": "on", "reason": "test"}
    assert client.post(f"/people/{pau.pk}/", form).status_code == 422
    invitation = {"name": "X", "email": "x@example.org", "role": "STAFF_ADMINISTRATOR"}
    assert client.post("/people/invite/", invitation).status_code == 422


@pytest.mark.parametrize(("is_active", "words"), [(True, "signs in"), (False, "signed in")])
def test_who_has_a_sign_in_or_had_one_is_not_invited_again(is_active, words, caldes, person):
    pau = person(caldes, Role.SUPERVISOR)
    with inside(caldes), translation.override("en"):
        User.objects.update(is_active=is_active)
        with pytest.raises(actions.UnableToChangePerson, match=words):
            actions.invite_person(email=pau.email, name="Pau", role=Role.SUPERVISOR, by=BY, reason="test")
        assert not Invitation.objects.exists()


def test_people_and_invitations_of_another_town_are_a_404_like_ones_that_never_were(
    caldes, arrecife, browse, person, settings
):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browse("caldes", person(caldes, Role.ADMINISTRATOR))
    with inside(arrecife):
        other = User.objects.create(id=70_001, email="other@example.org", role=Role.SUPERVISOR.value)
        invited = actions.invite_person(email="b@example.org", name="B", role=Role.SUPERVISOR, by=BY, reason="test")
    form = {"role": "SUPERVISOR", "reason": "test"}
    for pk in (other.pk, 999_999):
        assert client.get(f"/people/{pk}/").status_code == 404
        assert client.post(f"/people/{pk}/", form).status_code == 404
    for key in (invited.invitation.uuid, uuid.uuid4()):
        assert client.post(f"/people/invitations/{key}/withdraw/").status_code == 404
    with inside(arrecife):
        assert User.objects.get().is_active
        assert Invitation.objects.get().withdrawn_at is None
        assert not AuditEntry.objects.exclude(verb="invite_person").exists()


def test_a_withdrawn_invitation_opens_nothing_and_an_accepted_one_stays_accepted(caldes, browse, person, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browse("caldes", person(caldes, Role.ADMINISTRATOR))
    with inside(caldes):
        invited = actions.invite_person(email="b@example.org", name="B", role=Role.SUPERVISOR, by=BY, reason="test")
    address = f"/people/invitations/{invited.invitation.uuid}/withdraw/"
    assert client.get(address).status_code == 404, "answers only to a form"
    assert client.post(address).status_code == 302
    assert browse("caldes").get(f"/people/accept/{invited.token}/").status_code == 410
    with inside(caldes):
        assert AuditEntry.objects.filter(verb="withdraw_invitation", subject="b@example.org").count() == 1


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
