"""The report of the month before is sent once, to the people chosen, when its figures are complete."""

from datetime import UTC, date, datetime

import pytest
from django.core import mail
from fixtures.records import unpacked

from reporting.exports import tasks
from reporting.exports.actions import choose_recipients, send_report
from reporting.exports.models import Recipient
from reporting.kpi.actions import compute_changed, mark_changed
from tenants.audit.actions import actor_of_command
from tenants.audit.models import AuditEntry
from tenants.isolation.context import inside
from tenants.people.rules import Role

NOVEMBER = date(2026, 11, 1)
MAIN = "reporting.exports.tasks.today_of"


@pytest.fixture
def recorded(caldes, tmp_path):
    """Caldes with calls on 23 November and on the last day of the month."""
    from fixtures.imports import imported

    for name in ("queue_log", "cel.csv"):
        imported(caldes, unpacked("edges", name, tmp_path))
    return caldes


def add_call(town, at):
    from factories import CallFactory, VisitFactory

    with inside(town):
        call = CallFactory(started_at=at, key=f"at {at:%d}")
        VisitFactory(call=call, entered_at=at)
        mark_changed({at})
        compute_changed()


@pytest.fixture
def chosen(caldes, person):
    """Anna, who reads Spanish, and Pau, who reads Catalan."""
    people = [
        person(caldes, Role.ADMINISTRATOR, "anna@example.org"),
        person(caldes, Role.SUPERVISOR, "pau@example.org"),
    ]
    with inside(caldes):
        people[0].language = "es"
        people[0].save()
        choose_recipients(people=people, by=actor_of_command(), reason="test")
    return people


def on(monkeypatch, day):
    monkeypatch.setattr(MAIN, lambda _town: day)


def sent(town):
    with inside(town):
        tasks.send_month_before(town)
    return [one.to[0] for one in mail.outbox]


def test_each_is_sent_it_once_with_the_paper_and_in_their_language(recorded, chosen, monkeypatch):
    add_call(recorded, datetime(2026, 11, 30, 10, tzinfo=UTC))
    on(monkeypatch, date(2026, 12, 1))
    assert sorted(sent(recorded)) == ["anna@example.org", "pau@example.org"]
    assert sorted(sent(recorded)) == ["anna@example.org", "pau@example.org"]  # nothing more
    by_person = {one.to[0]: one for one in mail.outbox}
    assert by_person["anna@example.org"].subject == "Informe del teléfono de noviembre de 2026"
    assert by_person["pau@example.org"].subject.startswith("Informe del telèfon")
    assert "/reports/2026-11/" in by_person["anna@example.org"].body
    ((name, content, kind),) = by_person["anna@example.org"].attachments
    assert (name, kind) == ("sct-caldes-2026-11.pdf", "application/pdf") and content.startswith(b"%PDF")
    with inside(recorded):
        assert AuditEntry.objects.filter(verb="send_report").count() == 2
        assert set(Recipient.objects.values_list("latest_month", flat=True)) == {NOVEMBER}


def test_it_waits_while_the_records_do_not_reach_the_end_of_the_month(recorded, chosen, monkeypatch):
    on(monkeypatch, date(2026, 12, 1))
    assert sent(recorded) == []
    add_call(recorded, datetime(2026, 12, 1, 8, tzinfo=UTC))  # records go on: nobody called at the end of November
    on(monkeypatch, date(2026, 12, 2))
    assert len(sent(recorded)) == 2


def test_it_waits_while_figures_wait_to_be_computed(recorded, chosen, monkeypatch):
    add_call(recorded, datetime(2026, 11, 30, 10, tzinfo=UTC))
    with inside(recorded):
        mark_changed({datetime(2026, 11, 23, 10, tzinfo=UTC)})
    on(monkeypatch, date(2026, 12, 1))
    assert sent(recorded) == []


def test_who_is_no_more_chosen_or_cannot_sign_in_any_more_is_sent_nothing(recorded, chosen, monkeypatch):
    add_call(recorded, datetime(2026, 11, 30, 10, tzinfo=UTC))
    with inside(recorded):
        choose_recipients(people=chosen[:1], by=actor_of_command(), reason="test")
        chosen[0].is_active = False
        chosen[0].save()
    on(monkeypatch, date(2026, 12, 1))
    assert sent(recorded) == []


def test_a_mail_that_fails_is_sent_the_next_morning_and_keeps_no_other_waiting(recorded, chosen, monkeypatch):
    add_call(recorded, datetime(2026, 11, 30, 10, tzinfo=UTC))
    on(monkeypatch, date(2026, 12, 1))
    whole = tasks._send

    def failing(person, *others):
        if person.email == "anna@example.org":
            raise OSError("no mail server")
        whole(person, *others)

    monkeypatch.setattr(tasks, "_send", failing)
    assert sent(recorded) == ["pau@example.org"]
    monkeypatch.setattr(tasks, "_send", whole)
    assert sent(recorded) == ["pau@example.org", "anna@example.org"]


def test_choosing_somebody_again_does_not_send_the_month_again(recorded, chosen, monkeypatch):
    add_call(recorded, datetime(2026, 11, 30, 10, tzinfo=UTC))
    on(monkeypatch, date(2026, 12, 1))
    sent(recorded)
    with inside(recorded):
        choose_recipients(people=[], by=actor_of_command(), reason="test")
        choose_recipients(people=chosen, by=actor_of_command(), reason="test")
        pk = Recipient.objects.first().pk
        assert not send_report(recipient=pk, month=NOVEMBER, send=lambda _p: None, by=actor_of_command(), reason="test")
    assert len(sent(recorded)) == 2


def test_the_other_town_is_sent_nothing(recorded, arrecife, chosen, monkeypatch):
    add_call(recorded, datetime(2026, 11, 30, 10, tzinfo=UTC))
    on(monkeypatch, date(2026, 12, 1))
    assert sent(arrecife) == []


def test_who_is_sent_it_is_chosen_on_its_page(anna, caldes, person):
    pau = person(caldes, Role.SUPERVISOR, "pau@example.org")
    laia = person(caldes, Role.DEPARTMENT_CONTACT, "laia@example.org")
    page = anna.get("/reports/recipients/").content.decode()
    assert "pau@example.org" in page and "laia@example.org" not in page
    assert "It is sent to nobody by e-mail yet." in anna.get("/reports/").content.decode()
    answer = anna.post("/reports/recipients/", {"people": [pau.pk]}, follow=True)
    assert "to Supervisor." in answer.content.decode()
    assert (
        "is not one of the available choices"
        in anna.post("/reports/recipients/", {"people": [laia.pk]}).content.decode()
    )
    with inside(caldes):
        assert [one.user_id for one in Recipient.objects.filter(is_wanted=True)] == [pau.pk]
        assert AuditEntry.objects.get(verb="choose_report_recipients").details == {"people": ["pau@example.org"]}


def test_nobody_of_the_other_town_can_be_chosen(anna, caldes, arrecife, person):
    with inside(arrecife):
        other = person(arrecife, Role.SUPERVISOR, "aday@example.org")
        type(other).objects.filter(pk=other.pk).update(id=9_345)
    answer = anna.post("/reports/recipients/", {"people": [9_345]})
    assert "is not one of the available choices" in answer.content.decode()
    with inside(caldes):
        assert not Recipient.objects.exists()


def test_only_keepers_choose(caldes, browse, person, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    officer = browse("caldes", person(caldes, Role.DATA_PROTECTION_OFFICER, "dpd@example.org"))
    assert officer.get("/reports/recipients/").status_code == 403
    assert "/reports/recipients/" not in officer.get("/reports/").content.decode()
