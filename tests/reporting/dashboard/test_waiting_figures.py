"""Figures that are still being computed say so, and nobody has to ask for them."""

from datetime import UTC, datetime

import pytest
from fixtures.imports import imported
from fixtures.records import unpacked

from reporting.kpi.actions import compute_changed, mark_changed
from reporting.kpi.models import Bucket, ChangedQuarter
from reporting.public.models import PublicCount
from reporting.public.tasks import sweep_figures
from tenants.isolation.context import inside
from tenants.people.rules import Role

STILL = "se están contando todavía"


@pytest.fixture
def reference(caldes, tmp_path):
    imported(caldes, unpacked("reference", "queue_log", tmp_path))
    return caldes


def test_the_dashboard_says_from_when_on_calls_still_wait_to_be_counted(reference, browse, person):
    client = browse("caldes", person(reference, Role.SUPERVISOR))
    assert STILL not in client.get("/").content.decode()
    with inside(reference):
        mark_changed({datetime(2026, 3, 2, 9, 15, tzinfo=UTC)})
    page = client.get("/").content.decode()
    assert STILL in page
    assert "2 de marzo de 2026" in page
    with inside(reference):
        compute_changed()
    assert STILL not in client.get("/").content.decode()


def test_a_town_whose_first_calls_still_wait_is_not_told_that_there_are_none(caldes, browse, person):
    client = browse("caldes", person(caldes, Role.SUPERVISOR))
    assert "Aún no hay llamadas" in client.get("/").content.decode()
    with inside(caldes):
        mark_changed({datetime(2026, 3, 2, 9, 15, tzinfo=UTC)})
    page = client.get("/").content.decode()
    assert STILL in page
    assert "Aún no hay llamadas" not in page


def test_what_an_import_left_uncounted_is_counted_and_published_in_both_towns(reference, arrecife, tmp_path):
    imported(arrecife, unpacked("edges", "queue_log", tmp_path))
    expected = {}
    for town in (reference, arrecife):
        with inside(town):
            expected[town.slug] = set(Bucket.objects.values_list("grain", "subject", "starts_at"))
            published = PublicCount.objects.filter(schema_name=town.schema_name).count()
            assert expected[town.slug]
            assert published
            mark_changed({at for _grain, _subject, at in expected[town.slug]})
            Bucket.objects.all().delete()
            PublicCount.objects.filter(schema_name=town.schema_name).delete()
    sweep_figures(timestamp=0)
    for town in (reference, arrecife):
        with inside(town):
            assert set(Bucket.objects.values_list("grain", "subject", "starts_at")) == expected[town.slug]
            assert PublicCount.objects.filter(schema_name=town.schema_name).exists()
            assert not ChangedQuarter.objects.exists()


def test_what_was_counted_by_somebody_killed_before_publishing_is_published(reference, arrecife):
    with inside(reference):
        PublicCount.objects.filter(schema_name=reference.schema_name).delete()
        assert not ChangedQuarter.objects.exists()
    sweep_figures(timestamp=0)
    with inside(reference):
        assert PublicCount.objects.filter(schema_name=reference.schema_name).exists()


def test_an_empty_dashboard_offers_an_import_to_whoever_may_do_one(caldes, browse, person):
    for role, is_offered in ((Role.SUPERVISOR, True), (Role.DATA_PROTECTION_OFFICER, False)):
        page = browse("caldes", person(caldes, role)).get("/").content.decode()
        assert "Aún no hay llamadas" in page
        assert ('class="btn main"' in page and 'href="/imports/upload/"' in page) is is_offered
