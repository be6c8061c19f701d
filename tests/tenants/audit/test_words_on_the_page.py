"""The page of who did what tells where an act came from, and what it was done to, in words."""

import pytest
from django.db import transaction
from django.utils import translation

from tenants.audit.actions import record
from tenants.audit.models import AuditEntry
from tenants.audit.rules import Actor, ActorKind
from tenants.audit.words import origin_in_words, subject_in_words
from tenants.isolation.context import inside
from tenants.people.rules import Role


@pytest.mark.parametrize(
    ("kind", "origin", "words"),
    [
        (ActorKind.JOB, "publish", "SCT itself, when it computes figures"),
        (ActorKind.JOB, "opening", "SCT itself, when it opens a municipality"),
        (ActorKind.JOB, "some_new_job", "some new job"),
        (ActorKind.COMMAND, "server-1", "Command line: server-1"),
        (ActorKind.PERSON, "192.0.2.7", "192.0.2.7"),
        (ActorKind.PUBLIC, "", ""),
    ],
)
def test_where_an_act_came_from(kind, origin, words):
    with translation.override("en"):
        assert origin_in_words(AuditEntry(actor_kind=kind.value, origin=origin)) == words


@pytest.mark.parametrize(
    ("verb", "subject", "words"),
    [
        ("start_departments", "7", "(7 in all)"),
        ("add_department", "7", "7"),  # a department may be called so
        ("start_departments", "Padró", "Padró"),
    ],
)
def test_what_an_act_was_done_to(verb, subject, words):
    with translation.override("en"):
        assert subject_in_words(AuditEntry(verb=verb, subject=subject)) == words


def test_the_page_shows_the_words_and_the_file_what_is_stored(caldes, browse, person, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browse("caldes", person(caldes, Role.ADMINISTRATOR))
    client.cookies["language"] = "en"
    with inside(caldes), transaction.atomic():
        job = Actor(ActorKind.JOB, "SCT", "publish")
        record(by=job, verb="publish_counts", subject="Caldes", reason="figures were computed")
        record(by=job, verb="start_departments", subject="7", reason="starter set by population")
    page = client.get("/audit/").content.decode()
    assert "SCT itself, when it computes figures" in page
    assert "took the starter set of departments (7 in all)" in page
    assert ">publish<" not in page
    assert ",publish" in client.get("/audit/?format=csv").content.decode()
    translation.deactivate()
