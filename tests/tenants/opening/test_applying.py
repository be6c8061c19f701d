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
    "name": "Diputació de prova", "kind": "COUNTY_COUNCIL", "tax_id": "P0800000B", "province": "08", "population": "120.000",
    "language": "ca",
}  # fmt: skip
BODY_PERSON = {
    "slug": "diputacio-de-prova", "person": "Pau Soler", "post": "Gerent", "email": "pau@diputacio.example",
    "telephone": "934022222",
}  # fmt: skip


def send_body(public, to="send", **changed):
    mark = mark_of(public.get(f"{START}other/"))
    return public.post(
        f"{START}other/",
        {**BODY, **BODY_PERSON, **changed, "form_mark": mark, "to": to},
        headers={"accept-language": "en"},
    )


def test_a_county_council_describes_itself_and_opens_its_account_without_talking_to_anybody(
    public, mailoutbox, settings, browse
):
    settings.APPLICATIONS_TO = "altes@adtende.example"
    settings.SECOND_FACTOR_REQUIRED = False
    mark = mark_of(public.get(f"{START}other/"))
    second = public.post(f"{START}other/", {**BODY, "form_mark": mark, "to": "body_person"}).content.decode()
    assert 'name="slug" value="diputacio-de-prova"' in second, "an address is proposed"
    checked = send_body(public, to="check").content.decode()
    assert "120,000" in checked and "as stated by yourselves" in checked and "/prices/?where=120000" in checked
    assert send_body(public)["Location"] == f"{START}sent/"
    link = link_in(mailoutbox[0])
    press(public, link, "open")
    assert Application.objects.get().state == Application.State.OPENING
    assert mailoutbox[1].to == ["altes@adtende.example"]
    assert "P0800000B" in mailoutbox[1].body and "120.000" in mailoutbox[1].body
    provision()
    town = Municipality.objects.get(slug="diputacio-de-prova")
    assert (town.kind, town.tax_id, town.ine_code, town.province) == (
        "COUNTY_COUNCIL",
        "P0800000B",
        "08000",
        "Barcelona",
    )
    assert (town.population, town.is_population_stated, town.time_zone) == (120_000, True, "Europe/Madrid")
    host = f"{town.slug}.localhost"
    entered = press(public, link, "enter")["Location"]
    own = Client(headers={"host": host, "accept-language": "en"})
    own.post(entered[entered.index("/people/") :], {"name": "Pau Soler", "password": "una contrasenya prou llarga"})
    own.post("/account/login/", {"login": "pau@diputacio.example", "password": "una contrasenya prou llarga"})
    page = own.get("/getting-started/").content.decode()
    assert "Diputació de prova" in page and "Town hall of Diputació" not in page
    assert "as stated by yourselves" in page
    contract = own.get("/billing/contract/choose/").content.decode()
    assert 'value="P0800000B"' in contract and 'value="Diputació de prova"' in contract, "the invoice's buyer is known"


def test_a_body_has_its_own_schema_and_role_and_counts_for_nobody_elses_citizens(public, mailoutbox):
    from reporting.public.queries import public_board

    send_body(public, slug="diputacio-a-part")
    press(public, link_in(mailoutbox[0]), "open")
    provision()
    town = Municipality.objects.get(tax_id="P0800000B", state="TRIAL")
    with owner_connection() as owner:
        made = owner.execute(
            "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = %(s)s), (SELECT count(*) FROM pg_roles WHERE rolname = %(s)s)",
            {"s": town.schema_name},
        ).fetchone()
        covered = public_board().covered
        owner.execute(
            "UPDATE directory_municipality SET state = 'ACTIVE', trial_ends_on = NULL WHERE schema_name = %s",
            [town.schema_name],
        )
    board = public_board()
    assert made == (1, 1)
    assert [one.covered for one in board.towns if one.name == "Diputació de prova"] == [None]
    assert board.covered == covered, "what a body states of itself is no Padrón, and its towns may be here too"


def test_a_tax_id_opens_once_and_the_second_is_told(public, mailoutbox):
    for slug in ("diputacio-primera", "diputacio-segona"):
        send_body(public, slug=slug)
    first, second = (link_in(mail) for mail in mailoutbox[:2])
    press(public, first, "open")
    press(public, second, "open")
    provision()
    assert Municipality.objects.filter(tax_id="P0800000B", state="TRIAL").count() == 1
    assert "This body has an account already" in public.get(second, headers={"accept-language": "en"}).content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"tax_id": "P0800000A"}, "with P0800000 it would be B"),
        ({"tax_id": "B65432109"}, "with B6543210 it would be 6"),
        ({"tax_id": "12345678Z"}, "a letter, seven digits"),
        ({"tax_id": "P08"}, "a letter, seven digits"),
        ({"population": "many"}, "a number from 1 to 10 million"),
        ({"population": "0"}, "a number from 1 to 10 million"),
        ({"population": ""}, "how many inhabitants"),
        ({"kind": "TOWN_HALL"}, "Select a valid choice"),
        ({"kind": ""}, "what kind of body"),
        ({"province": "99"}, "Select a valid choice"),
        ({"name": ""}, "Write the name"),
        ({"slug": "adm1n"}, "reserved"),
        ({"slug": "ca1des"}, "already the address"),
        ({"email": "nobody"}, "valid email"),
    ],
)
def test_what_is_wrong_about_a_body_is_explained_and_nothing_is_sent(changed, said, public, mailoutbox):
    answer = send_body(public, **changed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert mailoutbox == []
    assert not Application.objects.exists()


def test_what_corrects_our_data_reaches_adtende_and_nothing_else_does(public, mailoutbox, settings):
    settings.APPLICATIONS_TO = "altes@adtende.example"
    for number, remark in enumerate(("We are 36,000 by now", "")):
        send(public, remark=remark, slug=f"olot-{number}-obert", email=f"p{number}@olot.example")
    for mail in list(mailoutbox):
        press(public, link_in(mail), "open")
    (told,) = [mail for mail in mailoutbox if mail.to == ["altes@adtende.example"]]
    assert "We are 36,000 by now" in told.body and "17114" in told.body


@pytest.mark.parametrize(
    ("at", "typed"), [("known", {"name": "Olot la Vella", "slug": "O!"}), ("person", {"person": "N", "email": "no"})]
)
def test_another_language_or_theme_in_the_middle_keeps_what_was_typed(at, typed, public):
    mark = mark_of(public.get(f"{START}17114/"))
    answers = {**KNOWN, **PERSON, **typed, "form_mark": mark, "at": at}
    spoken = public.post(f"{START}17114/", {**answers, "speak": "ca"})
    page = spoken.content.decode()
    assert (spoken.status_code, spoken.cookies["language"].value) == (200, "ca")
    assert '<html lang="ca"' in page and f'name="at" value="{at}"' in page
    for name, value in {**KNOWN, **PERSON, **typed}.items():
        if name not in {"language", "remark"}:
            assert re.search(rf'name="{name}"[^>]* value="{re.escape(value)}"', page), name
    dark = public.post(f"{START}17114/", {**answers, "theme": "dark"})
    assert (dark.status_code, dark.cookies["theme"].value) == (200, "dark")
    assert 'data-theme="dark"' in dark.content.decode()
    assert not Application.objects.exists()


def test_a_language_in_the_middle_changes_the_page_of_a_body_and_the_one_behind_the_link(public, mailoutbox):
    mark = mark_of(public.get(f"{START}other/"))
    page = public.post(
        f"{START}other/", {**BODY, "name": "Mancomunitat", "form_mark": mark, "at": "body", "speak": "en"}
    )
    assert 'value="Mancomunitat"' in page.content.decode() and "Which body is it?" in page.content.decode()
    send(public, slug="olot-de-nit")
    link = link_in(mailoutbox[0])
    with owner_connection() as owner:
        owner.execute(
            "UPDATE opening_application SET state = 'VERIFIED', trouble = 'ADDRESS_TAKEN', verified_at = now()"
        )
    typed = public.post(link, {"slug": "olot-meu", "form_mark": mark, "speak": "en"})
    assert 'value="olot-meu"' in typed.content.decode() and '<html lang="en"' in typed.content.decode()
    assert Application.objects.get().slug == "olot-de-nit"
