"""Second factor, recovery codes, sessions and forgotten passwords, walked as people do; each act leaves its line."""

import re

import pytest
from allauth.mfa.totp.internal import auth as totp
from support import PASSWORD

from tenants.audit.models import AuditEntry
from tenants.isolation.context import inside
from tenants.people.models import User
from tenants.people.rules import Role

NEW_PASSWORD = "una altra frase ben llarga"
STEP = 59_000_000  # the half minute that it always is in these tests


@pytest.fixture(autouse=True)
def clock(monkeypatch, settings):
    """Codes do not expire between two lines of a test."""
    settings.SECOND_FACTOR_REQUIRED = True
    now = {"step": STEP}
    monkeypatch.setattr(totp, "yield_hotp_counters_from_time", lambda: iter([now["step"]]))
    return now


def code_of(secret, clock):
    return totp.format_hotp_value(totp.hotp_value(secret, clock["step"]))


def verbs(town):
    with inside(town):
        return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


def pass_password(client, person, password=PASSWORD):
    return client.post("/account/login/", {"login": person.email, "password": password})


def pass_code(client, code):
    return client.post("/account/2fa/authenticate/", {"code": code})


def prove_again(client, path):
    """What changes how one signs in asks for the password once more."""
    assert client.get(path)["Location"].startswith("/account/reauthenticate/")
    assert client.post(f"/account/reauthenticate/?next={path}", {"password": PASSWORD})["Location"] == path


def is_signed_in(client):
    return client.get("/account/sessions/").status_code == 200


@pytest.fixture
def anna(caldes, browse, person, clock):
    """An administrator with a second factor: her sign-in, her browser, her secret and her recovery codes."""
    who = person(caldes, Role.ADMINISTRATOR)
    client = browse("caldes", who)
    prove_again(client, "/account/2fa/totp/activate/")
    page = client.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)[1]
    done = client.post("/account/2fa/totp/activate/", {"code": code_of(secret, clock)})
    assert done["Location"] == "/account/2fa/recovery-codes/"
    codes = re.findall(r"<li>(\d{8})</li>", client.get("/account/2fa/recovery-codes/").content.decode())
    clock["step"] += 1
    return {"who": who, "client": client, "secret": secret, "codes": codes}


def test_an_administrator_without_second_factor_gets_nowhere_before_switching_it_on(caldes, browse, person, clock):
    client = browse("caldes", person(caldes, Role.ADMINISTRATOR))
    for path in ("/", "/calls/", "/people/", "/account/sessions/", "/account/password/change/"):
        assert client.get(path)["Location"] == "/account/2fa/totp/activate/", path
    assert client.post("/people/invite/", {"email": "x@example.org"})["Location"] == "/account/2fa/totp/activate/"
    prove_again(client, "/account/2fa/totp/activate/")
    assert client.post("/account/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    assert client.get("/")["Location"] == "/account/2fa/totp/activate/"


def test_once_it_is_switched_on_every_page_opens_and_the_act_is_recorded(caldes, anna):
    assert len(anna["codes"]) == 10
    assert anna["client"].get("/people/").status_code == 200
    assert verbs(caldes) == ["sign_in", "switch_on_second_factor"]


def test_the_password_alone_signs_nobody_in_who_has_a_second_factor(caldes, anna, browse, clock):
    client = browse("caldes")
    assert pass_password(client, anna["who"])["Location"] == "/account/2fa/authenticate/"
    assert not is_signed_in(client)
    assert pass_code(client, "000000").status_code == 200
    assert not is_signed_in(client)
    assert pass_code(client, code_of(anna["secret"], clock)).status_code == 302
    assert is_signed_in(client)
    assert verbs(caldes).count("sign_in") == 2, "a try that failed is no sign-in"


def test_a_code_that_was_used_is_refused(anna, browse, clock):
    code = code_of(anna["secret"], clock)
    first, second = browse("caldes"), browse("caldes")
    pass_password(first, anna["who"])
    pass_code(first, code)
    pass_password(second, anna["who"])
    assert pass_code(second, code).status_code == 200
    assert (is_signed_in(first), is_signed_in(second)) == (True, False)


def test_a_code_of_two_steps_ago_is_refused(anna, browse, clock):
    old = code_of(anna["secret"], clock)
    clock["step"] += 2
    client = browse("caldes")
    pass_password(client, anna["who"])
    pass_code(client, old)
    assert not is_signed_in(client)


def test_a_recovery_code_works_once(anna, browse):
    first, second = browse("caldes"), browse("caldes")
    pass_password(first, anna["who"])
    pass_code(first, anna["codes"][0])
    pass_password(second, anna["who"])
    pass_code(second, anna["codes"][0])
    assert (is_signed_in(first), is_signed_in(second)) == (True, False)
    pass_code(second, anna["codes"][1])
    assert is_signed_in(second)


def test_new_recovery_codes_make_the_old_ones_useless_and_are_recorded(caldes, anna, browse):
    anna["client"].post("/account/2fa/recovery-codes/generate/")
    client = browse("caldes")
    pass_password(client, anna["who"])
    pass_code(client, anna["codes"][0])
    assert not is_signed_in(client)
    assert "make_recovery_codes" in verbs(caldes)


def test_switching_it_off_is_recorded_and_leads_back_to_switching_it_on(caldes, anna):
    anna["client"].post("/account/2fa/totp/deactivate/")
    assert "switch_off_second_factor" in verbs(caldes)
    assert anna["client"].get("/")["Location"] == "/account/2fa/totp/activate/"


def test_a_secret_or_code_is_in_no_audit_line(caldes, anna):
    with inside(caldes):
        told = str(list(AuditEntry.objects.values()))
    assert anna["secret"] not in told
    assert anna["codes"][0] not in told


def test_from_the_list_of_sessions_the_other_ones_are_ended(caldes, browse, person):
    pau = person(caldes, Role.SUPERVISOR)
    here, there = browse("caldes", pau), browse("caldes", pau)
    assert here.get("/account/sessions/").content.decode().count("127.0.0.1") == 2
    assert is_signed_in(there)
    here.post("/account/sessions/")
    assert (is_signed_in(here), is_signed_in(there)) == (True, False)
    assert verbs(caldes)[-1] == "end_sessions"


def test_another_password_ends_the_other_sessions_and_is_recorded(caldes, browse, person):
    pau = person(caldes, Role.SUPERVISOR)
    here, there = browse("caldes", pau), browse("caldes", pau)
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert here.post("/account/password/change/", {**form, "oldpassword": "no és aquesta"}).status_code == 200
    assert "change_password" not in verbs(caldes)
    assert here.post("/account/password/change/", form).status_code == 302
    assert (is_signed_in(here), is_signed_in(there)) == (True, False)
    with inside(caldes):
        entry = AuditEntry.objects.get(verb="change_password")
    assert (entry.actor_id, entry.origin, NEW_PASSWORD in str(entry.__dict__)) == (pau.pk, "127.0.0.1", False)


def test_when_the_audit_line_cannot_be_written_the_password_stays(caldes, browse, person, monkeypatch):
    from tenants.people.views import sign_in

    client = browse("caldes", person(caldes, Role.SUPERVISOR))
    monkeypatch.setattr(sign_in, "record", lambda **line: 1 / 0)
    client.raise_request_exception = False
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post("/account/password/change/", form).status_code == 500
    with inside(caldes):
        assert User.objects.get().check_password(PASSWORD)


def ask_for_link(client, email):
    answer = client.post("/account/password/reset/", {"email": email}, follow=True)
    return answer.status_code, answer.redirect_chain, answer.content.decode().replace(email, "")


def test_a_forgotten_password_says_the_same_for_known_and_unknown_addresses(caldes, browse, person, mailoutbox):
    person(caldes, Role.SUPERVISOR, "existeix@example.org")
    known = ask_for_link(browse("caldes"), "existeix@example.org")
    unknown = ask_for_link(browse("caldes"), "ningu@example.org")
    assert known == unknown
    links = [mail.to for mail in mailoutbox if "/password/reset/key/" in mail.body]
    assert links == [["existeix@example.org"]]


def test_the_link_of_a_forgotten_password_works_once_and_ends_all_sessions(
    caldes, arrecife, browse, person, mailoutbox
):
    pau = person(caldes, Role.SUPERVISOR)
    there = browse("caldes", pau)
    ask_for_link(browse("caldes"), pau.email)
    link = re.search(r"https?://caldes\.localhost(/account/password/reset/key/\S+)", mailoutbox[-1].body)[1]
    assert "password1" not in browse("arrecife").get(link, follow=True).content.decode(), "it is no link of the other"
    client = browse("caldes")
    form = client.get(link, follow=True).redirect_chain[-1][0]
    assert client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}).status_code == 302
    assert not is_signed_in(there)
    assert not is_signed_in(client), "whoever has the mailbox still needs to sign in"
    assert verbs(caldes)[-1] == "reset_password"
    assert "password1" not in browse("caldes").get(link, follow=True).content.decode()
    assert pass_password(browse("caldes"), pau, NEW_PASSWORD).status_code == 302


def test_a_reset_link_is_never_built_from_a_strangers_host_header(caldes, browse, person, mailoutbox):
    pau = person(caldes, Role.SUPERVISOR)
    answer = browse("caldes").post(
        "/account/password/reset/", {"email": pau.email}, headers={"x-forwarded-host": "evil.example"}
    )
    assert answer.status_code == 302
    assert all("evil.example" not in mail.body for mail in mailoutbox)
