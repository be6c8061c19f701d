"""The pages of figures: the same number under every link, of whom it is asked, by day, month and hour, and as CSV."""

import csv
import re
from html import unescape
from itertools import product

import pytest
from django.utils import translation
from fixtures.imports import imported
from fixtures.records import THREE, unpacked

from callhub.departments.models import Department, Extension
from callhub.lines.models import Agent
from reporting.kpi.definitions import LATEST, SERVICE_LEVELS
from tenants.isolation.context import inside
from tenants.people.rules import Role

DAY = "starts=2026-11-23&ends=2026-11-23"


@pytest.fixture
def reference(caldes, tmp_path):
    for name in THREE:
        imported(caldes, unpacked("reference", name, tmp_path))
    return caldes


@pytest.fixture
def english(browse):
    def signed_in(town, user):
        client = browse(town, user)
        client.cookies["language"] = "en"
        return client

    yield signed_in
    translation.deactivate()  # the other tests speak Spanish


@pytest.fixture
def reader(reference, english, person):
    return english("caldes", person(reference, Role.SUPERVISOR))


def text_of(response):
    assert response.status_code == 200
    return unescape(response.content.decode())


def rows_of(response):
    lines = [line for line in text_of(response).splitlines() if line]
    return list(csv.DictReader(line for line in lines if not line.startswith("#"))), lines[-1]


def links(page, start):
    """Addresses in the page itself, beside the menu, but the one that takes the filters away."""
    found = re.findall(r'href="([^"]+)"', page[page.index("<main") :])
    return [one for one in found if one.startswith(start) and "?" in one]


def test_every_link_from_the_dashboard_to_a_figure_keeps_the_period(reader):
    for address in ("/?days=7", "/?days=90", f"/?{DAY}", "/?month=2026-11", "/?days=7&until=2026-11-24"):
        page = text_of(reader.get(address))
        found = links(page, "/figures/") + links(page, "/charts/")
        assert len(found) > 10
        for link in found:
            assert set(address.removeprefix("/?").split("&")) <= set(link.split("?")[1].split("&")), link


def test_a_figure_is_the_same_number_on_every_page(reader):
    rows, filters = rows_of(reader.get(f"/figures/?{DAY}&queue=oac&target_seconds=4&format=csv"))
    told = {one["figure"]: one for one in rows}
    assert (told["sl_answered"]["numerator"], told["sl_answered"]["denominator"]) == ("122", "241")
    assert "queue: oac" in filters
    assert "T: 4 s" in filters
    listed = text_of(reader.get(f"/figures/?{DAY}&queue=oac&target_seconds=4"))
    (link,) = links(listed, "/figures/sl_answered/")
    opened = text_of(reader.get(link))
    for page in (listed, opened):
        assert "122 / 241" in page
        assert "T = 4 s, S = 5 s" in page
    for level in links(opened, "/figures/sl_"):
        assert {"queue=oac", "target_seconds=4"} <= set(level.split("?")[1].split("&"))


def test_numerator_and_denominator_lead_to_the_calls_behind_each(reader):
    page = text_of(reader.get("/figures/disaffection/?days=7&queue=oac"))
    behind = links(page, "/calls/?behind=")
    for part, link in zip(("numerator", "denominator"), behind, strict=True):
        assert link == f"/calls/?behind=disaffection&part={part}&starts=2026-11-17&ends=2026-11-23&queue=oac"
    limits = links(
        text_of(reader.get(f"/figures/sl_default/?{DAY}&target_seconds=4&short_abandon_seconds=0")), "/calls/?behind="
    )
    assert all(link.endswith("&target_seconds=4&short_abandon_seconds=0") for link in limits)
    assert len(links(text_of(reader.get(f"/figures/wait_median/?{DAY}")), "/calls/?behind=")) == 1


def test_every_figure_opens_with_definition_and_reason_or_value(reader):
    for says in LATEST:
        page = text_of(reader.get(f"/figures/{says.id}/?{DAY}"))
        assert says.formula in page
        assert says.exclusions in page
        assert ('class="fraction"' in page) != ('class="saying"' in page), says.id


def test_a_median_is_no_quotient(reader):
    page = text_of(reader.get(f"/figures/wait_median/?{DAY}"))
    numerator, denominator = re.findall(r'class="frac"><span>(\d+)</span>.*?</span>(\d+)</span>', page)[0]
    assert int(denominator) == 288
    assert 144 <= int(numerator) <= 288


def test_months_hours_and_days_add_up_to_the_period(reader):
    whole, _filters = rows_of(reader.get(f"/figures/?{DAY}&format=csv"))
    offered = next(one for one in whole if one["figure"] == "answer_rate")
    for by in ("day", "month", "hour"):
        rows, filters = rows_of(reader.get(f"/figures/answer_rate/?days=30&by={by}&format=csv"))
        assert f"by: {by}" in filters
        for part in ("numerator", "denominator"):
            assert sum(float(row[part] or 0) for row in rows) == float(offered[part]), by
    hours = [row["hour"] for row in rows_of(reader.get(f"/figures/answer_rate/?{DAY}&by=hour&format=csv"))[0]]
    assert hours == sorted(hours)
    assert all(re.fullmatch(r"\d\d:00", hour) for hour in hours)


def test_all_figures_by_day_as_csv(reader):
    rows, _filters = rows_of(reader.get("/figures/?days=7&by=day&rows=by&format=csv"))
    assert {row["figure"] for row in rows} == {one.id for one in LATEST if "all" in one.subjects}
    told = {row["day"]: row["value"] for row in rows if row["figure"] == "answered_by_person_rate"}
    assert len(told) == 7
    assert float(told["2026-11-23"]) == 407 / 660
    assert told["2026-11-22"] == ""


def test_the_figures_of_a_department_are_those_of_its_extensions(reader, reference):
    with inside(reference):
        made = Department.objects.create(name="Urbanisme", search_key="urbanisme")
        for number in range(300, 400):
            Extension.objects.create(number=str(number), department=made, search_key=str(number))
    rows, filters = rows_of(reader.get(f"/figures/?{DAY}&department={made.pk}&format=csv"))
    assert {row["figure"] for row in rows} == {one.id for one in LATEST if "department" in one.subjects}
    told = {row["figure"]: row for row in rows}
    assert (told["disaffection"]["numerator"], told["disaffection"]["denominator"]) == ("28", "50")
    assert "department: Urbanisme" in filters
    page = text_of(reader.get(f"/figures/disaffection/?{DAY}&department={made.pk}"))
    assert f"&department={made.pk}" in links(page, "/calls/?behind=")[0]
    page = text_of(reader.get(f"/figures/sl_default/?{DAY}&department={made.pk}"))
    assert "This figure is not kept for this part" in page


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER])
def test_the_figures_of_an_agent(reference, english, person, role):
    client = english("caldes", person(reference, role, "qui@example.org"))
    with inside(reference):
        agents = [name for name in Agent.objects.values_list("name", flat=True) if name]
    answered = 0
    for agent in agents:
        rows, filters = rows_of(client.get("/figures/", {"agent": agent, "days": 30, "format": "csv"}))
        told = {row["figure"]: row for row in rows}
        assert f"agent: {agent}" in filters
        answered += float(told["visits_answered"]["value"] or 0)
    assert answered == 288
    page = text_of(client.get("/figures/visits_answered/", {"agent": agents[0], "days": 30}))
    assert "By hour of the day" not in page


def test_contacts_of_departments_see_no_figure_of_an_agent(reference, browse, person):
    client = browse("caldes", person(reference, Role.DEPARTMENT_CONTACT))
    for address in ("/figures/", "/figures/visits_answered/?agent=x", "/figures/?format=csv"):
        assert client.get(address).status_code == 403


def test_the_other_town_has_neither_these_figures_nor_these_queues(reference, arrecife, english, person):
    client = english("arrecife", person(arrecife, Role.SUPERVISOR))
    rows, _filters = rows_of(client.get(f"/figures/?{DAY}&format=csv"))
    assert {row["value"] for row in rows} == {""}
    assert "oac" not in text_of(client.get(f"/figures/?{DAY}"))
    assert client.get(f"/figures/?{DAY}&queue=oac&format=csv").status_code == 404


COMPLAINTS = {
    "queue=nowhere": "Select a valid choice",
    "starts=2026-11-24&ends=2026-11-23": "The period ends before it starts.",
    "starts=1900-01-01&ends=2026-11-23": "Years go from 1980 to 2100.",
    "starts=2026-11-23&ends=9999-12-31": "Years go from 1980 to 2100.",
    "starts=1990-01-01&ends=2026-11-23": "A period has ten years at most.",
    "starts=soon": "Enter a valid date.",
    "target_seconds=-1": "greater than or equal to 0",
    "queue=oac&agent=Anna": "Choose a queue, a department or an agent: not more than one of them at once.",
}


def test_what_cannot_be_asked_is_said_beside_the_form(reader, reference):
    with inside(reference):
        Agent.objects.get_or_create(name="Anna")
    for (asked, complaint), address in product(COMPLAINTS.items(), ("/figures/", "/figures/sl_default/")):
        page = text_of(reader.get(f"{address}?{asked}"))
        assert complaint in page
        assert 'class="fraction"' not in page
        assert reader.get(f"{address}?{asked}&format=csv").status_code == 404


def test_a_day_out_of_reach_is_no_page(reader):
    days = ("9999-12-31", "0001-01-01", "soon", "2026-13-01")
    for until, address in product(days, ("/", "/figures/", "/figures/sl_default/", "/charts/days.csv")):
        assert reader.get(f"{address}?until={until}").status_code == 404
        assert reader.get(f"{address}?month={until[:7]}").status_code == 404


def test_a_service_level_never_stands_without_its_limits(reader):
    assert text_of(reader.get(f"/figures/?{DAY}")).count("T = 20 s, S = 5 s") >= len(SERVICE_LEVELS)
    for name in SERVICE_LEVELS:
        assert "T = 20 s, S = 5 s" in text_of(reader.get(f"/figures/{name}/?{DAY}"))


def test_the_dashboard_draws_what_was_answered_abandoned_and_solved(reader):
    page = text_of(reader.get("/?days=7"))
    assert "60 of 660 calls were abandoned while waiting" in page
    assert "The first line solved 357 of the 407 calls it answered" in page
    days, _filters = rows_of(reader.get("/charts/days.csv?days=7"))
    assert [(row["answered_by_person"], row["abandoned"]) for row in days if row["abandoned"] != "0"] == [("407", "60")]
    solved, _filters = rows_of(reader.get("/charts/solution.csv?days=7"))
    assert [(row["not_handed_on"], row["answered_by_person"]) for row in solved] == [("357", "407")]
    for chart in ("days", "demand", "solution", "waits", "disaffection", "disaffection_hours", "load"):
        assert f'id="{chart}"' in page
        assert f"/charts/{chart}.csv?days=7" in page
