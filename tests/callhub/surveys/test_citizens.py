"""A citizen answers about a call: once, in time, in five languages, and nobody finds out whether there is anything to find."""

import re
import threading
from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.db import connection
from factories import CallFactory
from support import owner_connection

from callhub.surveys import actions, rules
from callhub.surveys.definitions import LANGUAGES
from callhub.surveys.models import Answer, Invitation, Way
from callhub.surveys.rules import Reply
from callhub.surveys.views import citizens
from tenants.audit.rules import Actor, ActorKind
from tenants.directory.queries import today_of
from tenants.isolation.context import inside

BY = Actor(ActorKind.PERSON, "Pau", "127.0.0.1", 1)
GOOD = {"solved": "PARTLY", "treatment": "7", "overall": "8", "text": ""}


def asked(town, way=Way.MESSAGE, **call):
    with inside(town):
        return actions.ask(town=town, call=CallFactory(**call), way=way, by=BY, reason="test")


def mark_of(page):
    return re.search(r'name="form_mark" value="([^"]+)"', page.content.decode())[1]


def send(client, path, **data):
    page = client.get(path)
    return client.post(path, {"form_mark": mark_of(page), **GOOD, **data})


def answers(town):
    with inside(town):
        return list(Answer.objects.all())


@pytest.fixture
def citizen(caldes, browse):
    """Somebody with a link, on no sign-in."""
    return browse("caldes")


def test_a_citizen_answers_without_account_or_cookie_and_only_the_digest_of_the_token_was_kept(citizen, caldes):
    token = asked(caldes).secret
    page = citizen.get(f"/survey/{token}/?lang=ca")
    assert (page.status_code, page["X-Robots-Tag"], "no-store" in page["Cache-Control"]) == (200, "noindex", True)
    assert '<html lang="ca"' in page.content.decode()
    assert "checked" not in page.content.decode(), "nothing is chosen for anybody"
    assert "<script" not in page.content.decode()
    thanks = send(citizen, f"/survey/{token}/", text="Truqui'm al 612 345 678")
    assert (thanks.status_code, thanks.cookies, citizen.cookies) == (200, {}, {})
    (one,) = answers(caldes)
    assert (one.solved, one.treatment, one.overall, one.text) == ("PARTLY", 7, 8, "Truqui'm al [···]")
    with owner_connection() as owner:
        kept = owner.execute(f"SELECT i::text FROM {caldes.schema_name}.surveys_invitation i").fetchall()
        assert token not in str(kept)
        said = owner.execute(f"SELECT a::text FROM {caldes.schema_name}.surveys_answer a").fetchall()
    with inside(caldes):
        call = Invitation.objects.get().call_id
    assert str(call) not in str(said)
    assert "612" not in str(said)


def test_a_second_answer_is_told_that_the_first_is_kept(citizen, caldes):
    token = asked(caldes).secret
    mark = mark_of(citizen.get(f"/survey/{token}/"))
    send(citizen, f"/survey/{token}/")
    again = citizen.post(f"/survey/{token}/", {"form_mark": mark, **GOOD, "overall": "0"})
    assert again.status_code == 200
    assert LANGUAGES["es"].kept in citizen.get(f"/survey/{token}/", {"lang": "es"}).content.decode()
    assert [one.overall for one in answers(caldes)] == [8]


def test_of_two_answers_at_once_one_is_kept(caldes):
    invitation, today, seen = asked(caldes).invitation, today_of(caldes), []

    def answer():
        with inside(caldes):
            try:
                actions.answer(invitation=invitation, reply=Reply("YES", 9, 9), language="es", today=today)
                seen.append("kept")
            except actions.UnableToAnswer as error:
                seen.append(str(error))
        connection.close()

    threads = [threading.Thread(target=answer) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(seen) == ["answered", "answered", "answered", "kept"]
    assert len(answers(caldes)) == 1


def test_after_the_closing_day_nothing_is_asked_or_kept(citizen, caldes):
    one = asked(caldes)
    mark = mark_of(citizen.get(f"/survey/{one.secret}/"))
    assert one.invitation.closes_on == today_of(caldes) + timedelta(days=14)
    with inside(caldes):
        Invitation.objects.update(closes_on=today_of(caldes))
        assert citizen.get(f"/survey/{one.secret}/").status_code == 200, "the last day is a day to answer"
    with inside(caldes):
        Invitation.objects.update(closes_on=today_of(caldes) - timedelta(days=1))
    assert citizen.get(f"/survey/{one.secret}/").status_code == 410
    assert citizen.post(f"/survey/{one.secret}/", {"form_mark": mark, **GOOD}).status_code == 410
    with inside(caldes), pytest.raises(actions.UnableToAnswer, match="over"):
        actions.answer(invitation=one.invitation, reply=Reply("YES", 9, 9), language="es", today=today_of(caldes))
    assert answers(caldes) == []


def test_the_token_of_the_other_town_is_a_404_like_a_wrong_one(citizen, caldes, arrecife, browse):
    theirs = asked(arrecife).secret
    bodies = set()
    for wrong in (theirs, "x" * 22, "ACDE3467", "no", "x" * 500):
        page = citizen.get(f"/survey/{wrong}/")
        assert page.status_code == 404, wrong
        bodies.add(page.content)
    assert len(bodies) == 1
    assert browse("arrecife").get(f"/survey/{theirs}/").status_code == 200


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_page_speaks_the_language_that_is_chosen(citizen, caldes, language):
    token, words = asked(caldes).secret, LANGUAGES[language]

    def says(response, *sentences):
        page = response.content.decode()
        assert f'<html lang="{language}"' in page
        for one in sentences:
            assert one.replace("'", "&#x27;") in page, one

    path = f"/survey/{token}/?lang={language}"
    says(citizen.get(path), words.intro, words.solved, words.treatment, words.overall, words.send)
    says(send(citizen, path, overall="11"), words.look_again, words.choose)
    says(send(citizen, path), words.thanks, words.thanks_text)
    says(citizen.get(path), words.kept, words.kept_text)
    says(citizen.get("/survey/nothing/", {"lang": language}), words.unknown, words.unknown_text)
    says(citizen.get("/survey/", {"lang": language}), words.code_title, words.code_label, words.code_hint)
    by_browser = citizen.get("/survey/", headers={"accept-language": f"fr;q=0.9, {language};q=0.8"})
    assert by_browser["Content-Language"] == language
    assert [one.language for one in answers(caldes)] == [language]


@pytest.mark.parametrize(
    "wrong",
    [
        {"solved": ""},
        {"solved": "MAYBE"},
        {"treatment": "11"},
        {"treatment": "-1"},
        {"overall": "8.5"},
        {"overall": ""},
    ],
)
def test_an_answer_off_the_scale_is_asked_again_and_keeps_what_was_chosen(citizen, caldes, wrong):
    token = asked(caldes).secret
    page = send(citizen, f"/survey/{token}/", text="gracias", **wrong)
    assert page.status_code == 422
    assert "gracias" in page.content.decode()
    assert 'href="#question-' in page.content.decode()
    assert answers(caldes) == []


def test_a_form_of_somebody_elses_page_is_refused(citizen, caldes):
    token = asked(caldes).secret
    assert citizen.post(f"/survey/{token}/", GOOD).status_code == 403
    mark = mark_of(citizen.get(f"/survey/{token}/"))
    forged = citizen.post(f"/survey/{token}/", {"form_mark": mark, **GOOD}, headers={"origin": "https://evil.example"})
    assert forged.status_code == 403
    assert answers(caldes) == []


def test_a_code_is_typed_as_it_was_heard(citizen, caldes):
    code = asked(caldes, Way.CODE).secret
    assert len(code) == 8
    page = citizen.get("/survey/?lang=gl")
    typed = f" {code[:4].lower()}-{code[4:]}"
    answer = citizen.post("/survey/?lang=gl", {"form_mark": mark_of(page), "code": typed})
    assert (answer.status_code, answer["Location"]) == (302, f"/survey/{code}/?lang=gl")
    assert send(citizen, answer["Location"]).status_code == 200
    assert [(one.way, one.language) for one in answers(caldes)] == [("CODE", "gl")]


def test_whoever_guesses_waits_an_hour_and_whoever_has_a_link_does_not(citizen, caldes, browse):
    token = asked(caldes).secret
    mark = mark_of(citizen.get("/survey/"))
    statuses = [
        citizen.post("/survey/", {"form_mark": mark, "code": "ACDE3467"}).status_code
        for _try in range(citizens.WRONG_TRIES_AN_HOUR + 1)
    ]
    assert statuses == [422] * citizens.WRONG_TRIES_AN_HOUR + [429]
    late = citizen.get(f"/survey/{token}/")
    assert (late.status_code, late["Retry-After"]) == (429, "3600")
    elsewhere = {"REMOTE_ADDR": "192.0.2.8"}
    assert browse("caldes").get(f"/survey/{token}/", **elsewhere).status_code == 200
    with inside(caldes):
        cache.set("survey:guessed", 200, 60)
    assert browse("caldes").get("/survey/ACDE3467/", **elsewhere).status_code == 429, "codes, from anywhere"
    assert browse("caldes").get(f"/survey/{token}/", **elsewhere).status_code == 200, "a link is no guess"


def test_a_call_is_asked_about_once_and_only_when_a_person_answered_a_citizen(caldes):
    call = asked(caldes).invitation.call_id
    with inside(caldes):
        from callhub.calls.models import Call

        with pytest.raises(actions.UnableToAsk):
            actions.ask(town=caldes, call=Call.objects.get(pk=call), way=Way.CODE, by=BY, reason="test")
    for wrong in ({"direction": "OUTBOUND"}, {"answered_by_person": False}, {"answered_by_person": None}):
        with pytest.raises(actions.UnableToAsk):
            asked(caldes, **wrong)
    with inside(caldes):
        assert Invitation.objects.count() == 1


def test_a_token_kept_by_a_caller_is_the_one_of_the_database(caldes):
    one = asked(caldes)
    with inside(caldes):
        assert Invitation.objects.get().digest == rules.digest_of(configured.SECRET_KEY.encode(), one.secret)
