"""From the public page to the administrator's own sign-in, without talking to anybody."""

import re

import pytest
from django.conf import settings
from django.test import Client
from support import manage, owner_connection

from tenants.directory.models import Municipality
from tenants.directory.queries import forget_hosts
from tenants.isolation.context import inside
from tenants.opening.models import Application
from tenants.people.models import User
from tenants.people.rules import Role

START = "/open-account/"
KNOWN = {"name": "Olot", "slug": "olot", "language": "ca", "remark": ""}
PERSON = {
    "person": "Núria Vila", "post": "Secretària interventora", "email": "nuria@olot.example", "telephone": "972 27 91 00",
}  # fmt: skip


@pytest.fixture
def public(towns):
    """A browser on the public host, checking marks as the site does; no application is left afterwards."""
    yield Client(headers={"host": settings.BASE_HOST}, enforce_csrf_checks=True)
    with owner_connection() as owner:
        # Other tests count the municipalities in service: what was opened here is out of it again.
        opened = "SELECT schema_name FROM opening_application WHERE schema_name <> ''"
        owner.execute(f"UPDATE directory_municipality SET state = 'CLOSED' WHERE schema_name IN ({opened})")
        owner.execute("DELETE FROM public.opening_application")


def mark_of(response):
    return re.search(r'name="form_mark" value="([^"]+)"', response.content.decode())[1]


def send(public, ine="17114", **changed):
    """Fills the pages in and sends them; gives the last answer."""
    mark = mark_of(public.get(f"{START}{ine}/"))
    return public.post(f"{START}{ine}/", {**KNOWN, **PERSON, **changed, "form_mark": mark, "to": "send"})


def link_in(mail):
    return re.search(r"https?://[^/]+(/open-account/continue/\S+)", mail.body)[1]


def press(public, link, do, **more):
    return public.post(link, {"do": do, "form_mark": mark_of(public.get(link)), **more})


def provision():
    manage("open_applications")
    forget_hosts()


def test_the_secretary_of_olot_comes_from_the_public_page_to_her_own_sign_in(public, mailoutbox):
    assert b"Olot" in public.get(START, {"text": "olot"}).content
    first = public.get(f"{START}17114/")
    assert b"L01171143" in first.content
    carried = {**KNOWN, "form_mark": mark_of(first)}
    second = public.post(f"{START}17114/", {**carried, "to": "person"})
    assert second.status_code == 200 and b'name="slug" value="olot"' in second.content
    third = public.post(f"{START}17114/", {**carried, **PERSON, "to": "check"})
    assert b"nuria@olot.example" in third.content
    assert not Application.objects.exists(), "nothing is kept before it is sent"
    sent = public.post(f"{START}17114/", {**carried, **PERSON, "to": "send"})
    assert (sent.status_code, sent["Location"]) == (302, f"{START}sent/")
    assert public.cookies == {}

    (mail,) = mailoutbox
    assert mail.to == ["nuria@olot.example"]
    assert "Olot" in mail.subject
    link = link_in(mail)
    before = public.get(link)
    assert before.status_code == 200 and "no-store" in before["Cache-Control"]
    assert Application.objects.get().state == Application.State.STARTED, "looking at the link opens nothing"
    press(public, link, "open")
    waiting = public.get(link)
    assert (Application.objects.get().state, waiting["Refresh"]) == (Application.State.OPENING, "3")

    provision()
    opened = public.get(link)
    assert b"olot.localhost" in opened.content and "Refresh" not in opened
    town = Municipality.objects.get(slug="olot")
    assert (town.state, town.is_in_service, town.language) == (Municipality.State.TRIAL, True, "ca")
    entered = press(public, link, "enter")
    assert entered["Location"].startswith("http://olot.localhost")
    own = Client(headers={"host": "olot.localhost"})
    path = entered["Location"].partition("olot.localhost")[2]
    path = path[path.index("/") :]
    accepted = own.post(path, {"name": "Núria Vila", "password": "una contrasenya prou llarga"})
    assert accepted.status_code == 302
    with inside(town):
        assert User.objects.get().role == Role.ADMINISTRATOR.value
    again = press(public, link, "enter")
    assert again["Location"].endswith("/account/login/"), "somebody who is in is led to the sign-in"
