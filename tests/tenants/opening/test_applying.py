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
    with owner_connection() as owner:
        owner.execute("DELETE FROM public.opening_application")
        owner.execute("DELETE FROM public.limits")
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
    carried = {**KNOWN, "slug": "olot-obert", "form_mark": mark_of(first)}
    second = public.post(f"{START}17114/", {**carried, "to": "person"})
    assert second.status_code == 200 and b'name="slug" value="olot-obert"' in second.content
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
    assert b"olot-obert.localhost" in opened.content and "Refresh" not in opened
    town = Municipality.objects.get(slug="olot-obert")
    assert (town.state, town.is_open, town.is_in_service) == (Municipality.State.TRIAL, True, False)
    entered = press(public, link, "enter")
    assert entered["Location"].startswith("http://olot-obert.localhost")
    own = Client(headers={"host": "olot-obert.localhost"})
    path = entered["Location"].partition("olot-obert.localhost")[2]
    path = path[path.index("/") :]
    accepted = own.post(path, {"name": "Núria Vila", "password": "una contrasenya prou llarga"})
    assert accepted.status_code == 302
    with inside(town):
        assert User.objects.get().role == Role.ADMINISTRATOR.value
    again = press(public, link, "enter")
    assert again["Location"].endswith("/account/login/"), "somebody who is in is led to the sign-in"


def test_whoever_asks_is_told_the_same_whether_or_not_somebody_applied_before(public, mailoutbox):
    first, second = send(public), send(public, slug="olot-dos", email="altra@olot.example")
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert len(mailoutbox) == 2


def test_one_address_gets_five_links_a_day_and_is_told_the_same_the_sixth_time(public, mailoutbox):
    answers = [send(public) for _ in range(6)]
    assert {one["Location"] for one in answers} == {f"{START}sent/"}
    assert len(mailoutbox) == 5


def test_one_connection_gets_twenty_links_an_hour_and_is_told_so(public, mailoutbox):
    with owner_connection() as owner:
        owner.execute("DELETE FROM public.limits")
    statuses = [send(public, email=f"p{number}@olot.example").status_code for number in range(21)]
    assert statuses == [302] * 20 + [429]
    assert len(mailoutbox) == 20
    with owner_connection() as owner:
        owner.execute("DELETE FROM public.limits")


def test_the_token_is_kept_only_as_a_digest_and_a_changed_link_leads_nowhere(public, mailoutbox):
    send(public)
    link = link_in(mailoutbox[0])
    token = link.strip("/").rpartition("/")[2]
    kept = Application.objects.get()
    assert token not in str(vars(kept)) and len(token) == 22
    assert public.get(link[:-2] + ("A/" if link[-2] != "A" else "B/")).status_code == 404
    assert public.get(f"{START}continue/{kept.token_digest}/").status_code == 404


def test_what_was_answered_is_kept_and_the_link_goes_on_weeks_later(public, mailoutbox):
    send(public, remark="La Garrotxa")
    with owner_connection() as owner:
        owner.execute("UPDATE opening_application SET created_at = now() - interval '20 days'")
    page = public.get(link_in(mailoutbox[0])).content.decode()
    assert all(text in page for text in ("Núria Vila", "olot.localhost", "La Garrotxa", "+34972279100"))


def test_a_given_up_application_opens_nothing_and_says_so(public, mailoutbox):
    send(public)
    link = link_in(mailoutbox[0])
    press(public, link, "give_up")
    assert Application.objects.get().state == Application.State.GIVEN_UP
    refused = public.post(link, {"do": "open", "form_mark": mark_of(public.get(START + "17114/"))})
    assert refused.status_code == 409
    provision()
    assert not Municipality.objects.filter(slug="olot", state="TRIAL").exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"slug": "adm1n"}, "slug"), ({"slug": "caldes"}, "slug"), ({"slug": "ca1des"}, "slug"), ({"slug": "Olot!"}, "slug"),
        ({"language": "xx"}, "language"), ({"name": ""}, "name"), ({"email": "nobody"}, "email"), ({"telephone": "93"}, "telephone"),
        ({"telephone": "112"}, "telephone"), ({"post": ""}, "post"), ({"person": ""}, "person"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_above_with_a_link_to_its_field_and_what_was_typed_stays(changed, field, public, mailoutbox):
    public.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    answer = send(public, **changed)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#id_{field}' in html
    if not next(iter(changed.values())):
        assert "Write the " in html, "the list of errors can be read alone"
    other = "nuria@olot.example" if field != "email" else "972 27 91 00"
    assert other in html
    assert not Application.objects.exists() and mailoutbox == []


@pytest.mark.parametrize("mark", ["", "x" * 40, "abc:def:ghi"])
def test_a_form_without_a_mark_of_ours_is_refused(mark, public, mailoutbox):
    public.get(f"{START}17114/")
    data = {**KNOWN, **PERSON, "to": "send", "form_mark": mark}
    assert public.post(f"{START}17114/", data).status_code == 403
    assert not Application.objects.exists() and mailoutbox == []


def test_a_form_of_ours_sent_from_another_site_is_refused(public):
    data = {**KNOWN, **PERSON, "to": "send", "form_mark": mark_of(public.get(f"{START}17114/"))}
    for origin in ("http://caldes.localhost", "https://evil.example", "null"):
        assert public.post(f"{START}17114/", data, headers={"origin": origin}).status_code == 403
    assert public.post(f"{START}17114/", data, headers={"origin": "http://localhost"}).status_code == 302


def test_a_town_hall_that_has_an_account_is_told_so_before_it_types_anything(public):
    assert public.get(f"{START}08033/").status_code == 409
    assert public.get(f"{START}99999/").status_code == 404


def test_contact_data_goes_thirty_days_after_the_end_and_never_before(public, mailoutbox):
    from tenants.isolation.context import PUBLIC_SITE
    from tenants.opening.actions import erase_contact_data

    for number in range(4):
        send(public, email=f"p{number}@olot.example")
    one, two, three, four = Application.objects.all()
    with owner_connection() as owner:
        change = "UPDATE opening_application SET state = %s, ended_at = now() - %s::interval, created_at = now() - %s::interval WHERE id = %s"
        owner.execute(change, ["OPEN", "31 days", "40 days", one.pk])
        owner.execute(change, ["GIVEN_UP", "29 days", "40 days", two.pk])
        owner.execute(change, ["STARTED", None, "31 days", three.pk])
    with inside(PUBLIC_SITE):
        assert erase_contact_data(days=30) == 2
        assert erase_contact_data(days=30) == 0
    left = {one.pk for one in Application.objects.exclude(email="")}
    assert left == {two.pk, four.pk}
    gone = Application.objects.get(pk=three.pk)
    assert (gone.person, gone.telephone, gone.token_digest, gone.state) == ("", "", None, "GIVEN_UP")


BODY = {
    "name": "Diputació de prova", "tax_id": "P0800000B", "language": "ca", "person": "Pau Soler", "post": "Gerent",
    "email": "pau@diputacio.example", "telephone": "934022222",
}  # fmt: skip


def test_a_county_council_applies_with_its_tax_id_and_adtende_checks_it(public, mailoutbox, settings):
    settings.APPLICATIONS_TO = "altes@adtende.example"
    mark = mark_of(public.get(f"{START}other/"))
    assert public.post(f"{START}other/", {**BODY, "form_mark": mark})["Location"] == f"{START}sent/"
    link = link_in(mailoutbox[0])
    press(public, link, "open")
    found = Application.objects.get()
    assert (found.state, found.tax_id) == (Application.State.VERIFIED, "P0800000B")
    assert mailoutbox[1].to == ["altes@adtende.example"] and "P0800000B" in mailoutbox[1].body
    assert "Adtende" in public.get(link).content.decode()


@pytest.mark.parametrize(
    ("tax_id", "said"),
    [
        ("P0800000A", "with P0800000 it would be B"),
        ("B65432109", "with B6543210 it would be 6"),
        ("12345678Z", "a letter, seven digits"),
        ("P08", "a letter, seven digits"),
    ],
)
def test_a_wrong_tax_id_is_explained(tax_id, said, public, mailoutbox):
    mark = mark_of(public.get(f"{START}other/"))
    answer = public.post(
        f"{START}other/", {**BODY, "tax_id": tax_id, "form_mark": mark}, headers={"accept-language": "en"}
    )
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert mailoutbox == []
