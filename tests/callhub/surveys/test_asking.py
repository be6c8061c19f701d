"""The jobs: who is sent a link, who is reminded, and what is never asked twice or told to a log."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from factories import CallFactory, PbxFactory
from support import owner_connection

from callhub.calls.models import Call
from callhub.surveys import actions, tasks
from callhub.surveys.models import Edition, Invitation
from callhub.surveys.rules import Reply
from kit.telephones import is_mobile
from tenants.audit.models import AuditEntry
from tenants.audit.rules import Actor, ActorKind
from tenants.directory.queries import today_of
from tenants.isolation.context import inside

BY = Actor(ActorKind.PERSON, "Pau", "127.0.0.1", 1)
MOBILE = "612345678"


@pytest.fixture
def outbox(settings, tmp_path):
    """Where messages are written instead of sent; gives a function that reads them."""
    settings.SURVEY_OUTBOX = tmp_path / "messages"

    def read():
        files = sorted(settings.SURVEY_OUTBOX.glob("*.jsonl")) if settings.SURVEY_OUTBOX.exists() else []
        return [json.loads(line) for one in files for line in one.read_text().splitlines()]

    return read


def choose(town, one_in=1, *, is_on=True, sends_messages=True):
    with inside(town):
        latest = Edition.objects.first()
        actions.choose_asking(
            is_on=is_on,
            sends_messages=sends_messages,
            one_in=one_in,
            seen=latest.number if latest else 0,
            by=BY,
            reason="x",
        )
    with owner_connection() as owner:  # chosen the day before yesterday
        owner.execute(f"UPDATE {town.schema_name}.surveys_edition SET made_at = made_at - interval '2 days'")


def calls(town, *numbers, **call):
    with inside(town):
        defaults = {"started_at": timezone.now() - timedelta(hours=1), **call}
        return [CallFactory(caller=number, **defaults) for number in numbers]


def test_only_mobile_telephones_of_home_get_a_message():
    told = {"+34612345678": True, "+34712345678": True, "+34938650000": False, "+33612345678": False, "010": False}
    assert {one: is_mobile(one) for one in told} == told


def test_citizens_whose_call_a_person_answered_get_one_link_that_opens(caldes, arrecife, browse, outbox):
    choose(caldes)
    calls(caldes, MOBILE, f"+34{MOBILE}", "938650000", "301", "")
    calls(caldes, "612345679", answered_by_person=False)
    calls(caldes, "612345670", direction="OUTBOUND")
    calls(caldes, "612345671", is_hidden=True)
    calls(caldes, "612345672", started_at=timezone.now() - timedelta(days=3))
    with inside(caldes):
        sample = PbxFactory(id=77, is_sample=True).pk
    calls(caldes, "612345673", pbx_id=sample)
    calls(arrecife, "612345674")
    tasks.ask_citizens(0)
    tasks.ask_citizens(0)
    (sent,) = outbox()
    assert sent["to"] == f"+34{MOBILE}"
    assert "com va anar" in sent["text"], "in the language of the town"
    path = re.search(r"localhost(?::\d+)?(/survey/[\w-]{22}/)", sent["text"])[1]
    assert browse("caldes").get(path).status_code == 200
    assert browse("arrecife").get(path).status_code == 404
    with inside(caldes):
        line = AuditEntry.objects.get(verb="ask_citizens")
        assert (line.subject, MOBILE in str(line.details)) == ("1", False)


@pytest.mark.parametrize("choice", [{"is_on": False}, {"sends_messages": False}])
def test_nobody_is_asked_unless_the_municipality_chose_it(caldes, outbox, choice):
    calls(caldes, MOBILE)
    tasks.ask_citizens(0)
    choose(caldes, **choice)
    tasks.ask_citizens(0)
    assert outbox() == []


def test_a_citizen_is_not_asked_again_within_thirty_days(caldes, outbox):
    choose(caldes)
    calls(caldes, MOBILE)
    tasks.ask_citizens(0)
    calls(caldes, MOBILE)
    tasks.ask_citizens(0)
    assert len(outbox()) == 1
    with inside(caldes):
        Invitation.objects.update(invited_on=today_of(caldes) - timedelta(days=31))
    calls(caldes, MOBILE)
    tasks.ask_citizens(0)
    assert len(outbox()) == 2


def test_a_message_that_is_not_taken_is_tried_again_and_its_number_is_in_no_log(caldes, outbox, settings, caplog):
    choose(caldes)
    calls(caldes, MOBILE)
    settings.SURVEY_MESSAGES = "callhub.surveys.delivery.send_mail"  # takes no such arguments
    tasks.ask_citizens(0)
    with inside(caldes):
        assert not Invitation.objects.exists()
    assert "a message was not sent" in caplog.text
    assert MOBILE not in caplog.text
    settings.SURVEY_MESSAGES = "callhub.surveys.delivery.into_file"
    tasks.ask_citizens(0)
    assert len(outbox()) == 1


def test_who_did_not_answer_is_reminded_once_after_three_days_with_the_same_link(caldes, outbox):
    choose(caldes)
    calls(caldes, MOBILE, "612345679", "612345670")
    tasks.ask_citizens(0)
    tasks.remind_citizens(0)
    assert len(outbox()) == 3, "not on the day itself"
    with inside(caldes):
        today = today_of(caldes)
        first, second, third = Invitation.objects.order_by("id")
        Invitation.objects.update(invited_on=today - timedelta(days=3))
        actions.answer(invitation=first, reply=Reply("YES", 9, 9), language="es", today=today)
        Call.objects.filter(pk=second.call_id).delete()
    tasks.remind_citizens(0)
    tasks.remind_citizens(0)
    sent = outbox()
    assert len(sent) == 4
    links = [one["text"].split()[-1] for one in sent if one["to"] == sent[-1]["to"]]
    assert links[0] == links[1]
    with inside(caldes):
        assert [one.reminded_on for one in Invitation.objects.order_by("id")] == [None, None, today]
        assert AuditEntry.objects.get(verb="remind_citizens").subject == "1"
    assert third.pk
