"""What a municipality sees and does: figures with their response rate, nothing of few answers, choices, texts and one call."""

import csv
import io
from datetime import timedelta

import pytest
from factories import CallFactory, DepartmentFactory, DerivationFactory, ExtensionFactory

from callhub.surveys import actions, queries
from callhub.surveys.models import Answer, Edition, Invitation, Way
from callhub.surveys.rules import Reply
from kit.periods import month_after, month_before
from tenants.audit.models import AuditEntry
from tenants.audit.rules import Actor, ActorKind
from tenants.directory.queries import today_of
from tenants.isolation.context import inside
from tenants.people.rules import Role

BY = Actor(ActorKind.PERSON, "Pau", "127.0.0.1", 1)
GOOD = {"does": "answer", "solved": "YES", "treatment": "9", "overall": "10", "text": ""}


@pytest.fixture
def pau(caldes, browse, person):
    client = browse("caldes", person(caldes, Role.SUPERVISOR))
    client.cookies["language"] = "en"
    return client


def say(town, number, overall, *, asked=0, month=None, agent="Agent/7", department=None, text=""):
    """So many answers about calls of a month, and so many more who were asked and said nothing."""
    day = month or today_of(town).replace(day=1)
    with inside(town):
        for place in range(number + asked):
            call = CallFactory(agent=agent)
            invitation = actions.ask(town=town, call=call, way=Way.MESSAGE, by=BY, reason="test").invitation
            Invitation.objects.filter(pk=invitation.pk).update(called_on=day, department=department)
            if place < number:
                invitation.refresh_from_db()
                reply = Reply("YES", overall, overall, text)
                actions.answer(invitation=invitation, reply=reply, language="ca", today=invitation.invited_on)


def rows_of(client):
    lines = client.get("/satisfaction/?format=csv").content.decode().splitlines()
    found = csv.DictReader(io.StringIO("\n".join(one for one in lines if not one.startswith("#"))))
    return {(one["part"], one["name"]): one for one in found}


def test_the_page_tells_how_many_were_asked_beside_what_they_said(pau, caldes, arrecife):
    say(arrecife, 6, 0)
    assert "Nobody has answered yet." in pau.get("/satisfaction/").content.decode()
    say(caldes, 30, 9, asked=10)
    say(caldes, 10, 3, asked=10)
    page = " ".join(pau.get("/satisfaction/").content.decode().split())
    assert "75.0" in page, "30 of 40 gave 8 or more"
    assert "between 59.8% and 85.8%" in page
    assert "66.7" in page, "40 of 60 answered"
    assert "7.5" in page, "the mean"
    total = rows_of(pau)["total", ""]
    assert (total["invited"], total["answered"], total["satisfied"]) == ("60", "40", "30")
    assert (total["satisfied_rate"], total["satisfied_low"], total["satisfied_high"]) == ("0.75", "0.5981", "0.8581")
    assert (total["response_rate"], total["overall_mean"]) == ("0.6667", "7.5")


def test_fewer_than_five_answers_tell_nothing_on_the_page_or_in_the_file(pau, caldes):
    say(caldes, 4, 9)
    page = pau.get("/satisfaction/").content.decode()
    assert "Fewer than five answers" in page
    assert "too few to tell" in page
    assert "9.0" not in page
    assert {one["answered"] for one in rows_of(pau).values()} == {"4"}
    assert {one[name] for one in rows_of(pau).values() for name in ("satisfied", "overall_mean", "solved")} == {""}


def test_a_department_of_few_answers_cannot_be_had_from_the_others(pau, caldes):
    with inside(caldes):
        planning, taxes = DepartmentFactory(name="Urbanisme"), DepartmentFactory(name="Hisenda")
    say(caldes, 12, 9, department=planning)
    say(caldes, 7, 9, department=taxes)
    say(caldes, 2, 0)
    told = {name: one["satisfied"] for (part, name), one in rows_of(pau).items() if part == "department"}
    assert told == {"Urbanisme": "12", "Hisenda": "", "First line": ""}


def test_agents_are_told_of_months_that_are_over_and_with_five_answers_only(pau, caldes):
    past = month_before(today_of(caldes))
    say(caldes, 9, 9, agent="Agent/7")
    say(caldes, 5, 9, agent="Agent/8", month=past)
    say(caldes, 6, 9, agent="Agent/9", month=past)
    say(caldes, 4, 1, agent="Agent/5", month=past)
    with inside(caldes):
        found = queries.by_agent(past, month_after(past))
        assert [(one.key, one.tally.answered) for one in found] == [("Agent/9", 6)], "the 4 alone would be the rest"
    page = pau.get("/satisfaction/").content.decode()
    assert "Agent/9" in page
    assert "Agent/5" not in page
    assert "Agent/7" not in page
    assert "Agent" not in pau.get("/satisfaction/?format=csv").content.decode()


def test_what_may_be_published_has_no_rate_under_thirty_answers(caldes):
    month = today_of(caldes).replace(day=1)

    def told():
        with inside(caldes):
            return queries.satisfaction_to_publish(month, month_after(month))

    assert told() == queries.PublicSatisfaction(0, None, None, None)
    say(caldes, 4, 9)
    assert told() == queries.PublicSatisfaction(None, None, None, None)
    say(caldes, 25, 9)
    assert told() == queries.PublicSatisfaction(29, None, None, None)
    say(caldes, 1, 3, asked=30)
    with inside(caldes):
        actions.write_down(
            town=caldes,
            call=CallFactory(),
            reply=Reply("YES", 10, 10),
            language="es",
            by=BY,
            reason="read aloud: not counted",
        )
    one = told()
    assert (one.answered, one.satisfied_rate, one.response_rate) == (30, 29 / 30, 0.5)
    assert one.satisfied_interval[0] < 29 / 30 < one.satisfied_interval[1]


def test_the_department_is_the_one_that_picked_the_call_up(caldes):
    with inside(caldes):
        extension = ExtensionFactory(number="301")
        picked_up, lost = CallFactory(), CallFactory()
        DerivationFactory(call=picked_up, target="301", result="PICKED_UP")
        DerivationFactory(call=lost, target="301", result="LOST")
        assert queries.department_of(picked_up) == extension.department
        assert queries.department_of(lost) is None


def test_whom_to_ask_is_chosen_in_editions(pau, caldes):
    page = pau.get("/satisfaction/asking/")
    assert page.status_code == 200
    form = {"is_on": "on", "sends_messages": "on", "one_in": "3"}
    assert pau.post("/satisfaction/asking/", {**form, "edition": "0"}).status_code == 302
    late = pau.post("/satisfaction/asking/", {**form, "one_in": "9", "edition": "0"})
    assert (late.status_code, "Somebody changed this meanwhile" in late.content.decode()) == (422, True)
    for wrong in ("0", "1001", "many", ""):
        assert pau.post("/satisfaction/asking/", {**form, "one_in": wrong, "edition": "1"}).status_code == 422, wrong
    assert pau.post("/satisfaction/asking/", {"one_in": "3", "edition": "1"}).status_code == 302
    with inside(caldes):
        told = list(Edition.objects.values_list("number", "is_on", "sends_messages", "one_in"))
        assert told == [(2, False, False, 3), (1, True, True, 3)]
        assert not queries.is_asking()
        assert AuditEntry.objects.filter(verb="choose_asking").count() == 2


def test_a_text_is_published_or_held_back_with_a_reason_and_replied_to(pau, caldes):
    say(caldes, 1, 2, text="Una hora esperant! <b>Anna</b> 612345678")
    with inside(caldes):
        path = f"/satisfaction/texts/{Answer.objects.get().pk}/"
    page = pau.get("/satisfaction/texts/").content.decode()
    assert "Una hora esperant! &lt;b&gt;Anna&lt;/b&gt; [···]" in page
    assert "To be read" in page
    without = pau.post(path, {"state": "HELD_BACK", "why": ""})
    assert (without.status_code, "Say why" in without.content.decode()) == (422, True)
    assert pau.post(path, {"state": "NONE"}).status_code == 422
    assert pau.post(path, {"state": "HELD_BACK", "why": "It names somebody."}).status_code == 302
    assert "It names somebody." in pau.get("/satisfaction/texts/?state=HELD_BACK").content.decode()
    assert pau.post(path, {"state": "PUBLISHED"}).status_code == 302
    assert pau.post(path, {"state": "REPLY", "reply": "Ens sap greu."}).status_code == 302
    with inside(caldes):
        one = Answer.objects.get()
        assert (one.text_state, one.text_reason, one.reply) == ("PUBLISHED", "", "Ens sap greu.")
        lines = AuditEntry.objects.filter(verb__in=["hold_text_back", "publish_text", "reply_to_text"])
        assert lines.count() == 3
        assert "esperant" not in str(list(lines.values()))


def test_a_supervisor_says_a_code_or_writes_down_what_a_citizen_said(pau, caldes):
    with inside(caldes):
        first, second = CallFactory(), CallFactory()
    page = pau.post(f"/satisfaction/calls/{first.pk}/", {"does": "code"}).content.decode()
    assert "Say this code to the citizen" in page
    again = pau.post(f"/satisfaction/calls/{first.pk}/", {"does": "code"}).content.decode()
    assert "a call is asked about once" in again
    assert pau.post(f"/satisfaction/calls/{second.pk}/", {**GOOD, "overall": ""}).status_code == 422
    assert pau.post(f"/satisfaction/calls/{second.pk}/", GOOD).status_code == 302
    pau.post(f"/satisfaction/calls/{second.pk}/", {**GOOD, "overall": "0"})
    assert "This call has its answer" in pau.get(f"/satisfaction/calls/{second.pk}/").content.decode()
    pau.post(f"/satisfaction/calls/{first.pk}/", GOOD)
    with inside(caldes):
        assert [(one.way, one.overall) for one in Answer.objects.all()] == [("READ", 10)] * 2
        assert AuditEntry.objects.filter(verb="write_down_answer").count() == 2


def test_a_link_goes_by_mail_to_an_address_that_is_not_kept(pau, caldes, browse, mailoutbox, monkeypatch):
    with inside(caldes):
        call = CallFactory()
    path = f"/satisfaction/calls/{call.pk}/"
    assert pau.post(path, {"does": "mail", "email": "nobody"}).status_code == 422

    def fails(*args, **kwargs):
        raise OSError("no server")

    with monkeypatch.context() as broken:
        broken.setattr("callhub.surveys.delivery.send_mail", fails)
        assert "nobody was asked" in pau.post(path, {"does": "mail", "email": "a@example.org"}).content.decode()
    with inside(caldes):
        assert not Invitation.objects.exists()
    assert pau.post(path, {"does": "mail", "email": "nuria@example.org"}).status_code == 302
    (mail,) = mailoutbox
    link = mail.body.split()[-1]
    assert browse("caldes").get(link.partition("localhost")[2].lstrip(":0123456789")).status_code == 200
    with inside(caldes):
        assert "nuria" not in str(list(Invitation.objects.values())) + str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize("role", [Role.DEPARTMENT_CONTACT, Role.DATA_PROTECTION_OFFICER])
def test_contacts_see_nothing_and_the_data_protection_officer_changes_nothing(role, caldes, browse, person):
    client = browse("caldes", person(caldes, role))
    with inside(caldes):
        call = CallFactory()
    may_read = 200 if role == Role.DATA_PROTECTION_OFFICER else 403
    assert client.get("/satisfaction/").status_code == client.get("/satisfaction/texts/").status_code == may_read
    assert client.get("/satisfaction/asking/").status_code == 403
    assert client.post(f"/satisfaction/calls/{call.pk}/", {"does": "code"}).status_code == 403


def test_months_before_the_last_twelve_are_not_told(pau, caldes):
    say(caldes, 6, 9, month=(today_of(caldes) - timedelta(days=500)).replace(day=1))
    assert rows_of(pau)["total", ""]["answered"] == "0"
