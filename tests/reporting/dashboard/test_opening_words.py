"""What the dashboard says first, and its chart of waits: from records to the page."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.utils import translation
from fixtures.imports import imported
from fixtures.records import THREE, unpacked

from kit.periods import days_between
from reporting.dashboard.queries import Board
from reporting.dashboard.rules import DepartmentLoad, day_to_tell
from reporting.dashboard.sentences import exceptions, opening, target_of_disaffection
from reporting.kpi.counts import Counts
from reporting.kpi.queries import Fill
from reporting.kpi.rules import figure
from tenants.people.rules import Role

MONDAY = date(2026, 11, 23)


def of(**numbers):
    counts = Counts()
    for name, number in numbers.items():
        counts.add(name, number)
    return counts


def day_of(calls):
    return of(inbound=calls, answered_by_person=calls // 2) if calls else Counts()


@pytest.mark.parametrize(
    ("calls", "place"),
    [
        ([], None),
        ([0, 0], None),
        ([40, 50], 1),
        ([40, 90, 6, 2], 1),  # Friday, not the Sunday after it
        ([90, 6, 2, 30], 3),
        ([4, 6, 2, 0], 2),  # a village: few calls are all there are
        ([90, 0, 0, 0, 0, 0, 0, 2], 7),  # more than a week ago is no news
        ([90, 0, 0, 0, 0, 0, 2, 0, 0], 0),  # the week ends with the latest call, not with the period
    ],
)
def test_the_day_told_is_the_latest_with_calls_enough_to_judge_it(calls, place):
    assert day_to_tell([(MONDAY + timedelta(days=n), day_of(number)) for n, number in enumerate(calls)]) == place


def board_of(told, usual=None, since=None, loads=(), total=None):
    first, past = MONDAY, MONDAY + timedelta(days=7)
    days = [(day, Counts()) for day in days_between(first, past)]
    return Board(
        first, past, total or Counts(), days, "day", [], told, usual, since, list(loads), [], 8, Fill(None, None)
    )


@pytest.mark.parametrize(
    ("told", "usual", "since", "sentence"),
    [
        (100, 80, None, "On Monday 23 November 100 calls came in. That is 25.0% more than usual on that weekday."),
        (100, 101, None, "On Monday 23 November 100 calls came in. That is what is usual on that weekday."),
        (2, 4, None, "On Monday 23 November 2 calls came in. Usual on that weekday: 4."),
        (100, 20, None, "On Monday 23 November 100 calls came in. Usual on that weekday: 20."),
        (100, None, 1, "After it, up to Wednesday 25 November: 1 call, none answered by a person."),
        (100, None, 7, "After it, up to Wednesday 25 November: 7 calls; a person answered 3."),
    ],
)
def test_few_calls_get_no_percentage_and_what_came_later_is_told(told, usual, since, sentence):
    later = (MONDAY + timedelta(days=2), day_of(since)) if since else None
    with translation.override("en"):
        said = opening(board_of((MONDAY, day_of(told)), usual, later)).replace("\xa0", " ").replace(" %", "%")
    assert sentence in said


def test_what_misses_its_target_comes_before_what_costs_more():
    loads = [DepartmentLoad(7, "Works", 50, 60.0, 40, 20), DepartmentLoad(0, "Without department", 9, 9.0, 60, 45)]
    waiting = of(offered=1000, abandoned=500, answered=500)
    with translation.override("en"):
        told = exceptions(board_of((MONDAY, day_of(100)), loads=loads, total=waiting))
    assert [notice.state for notice in told] == ["bad", "bad", "warn"]
    assert told[0].sentence == "Extensions without a department did not pick up 45 of 60 calls."
    assert told[1].sentence == "Works did not pick up 20 of the 40 calls handed to it."
    assert all("From 23 November to 29 November." in notice.detail for notice in told[:2])


@pytest.fixture
def reader(caldes, browse, person, tmp_path):
    for name in THREE:
        imported(caldes, unpacked("reference", name, tmp_path))
    client = browse("caldes", person(caldes, Role.SUPERVISOR))
    client.cookies["language"] = "en"
    yield client
    translation.deactivate()  # the other tests speak Spanish


@pytest.mark.parametrize(
    ("missed", "followed", "words"),
    [(6, 30, "met"), (7, 30, "not met"), (20, 29, ""), (0, 0, "")],
)
def test_the_target_of_disaffection_is_told_in_words_where_there_are_cases_enough(missed, followed, words):
    counts = of(blind_total=followed, blind_lost=missed, blind_picked_up=followed - missed)
    with translation.override("en"):
        told = target_of_disaffection(figure(counts, "disaffection"))
    assert told.get("target", "").rpartition(": ")[2] == words


@pytest.mark.parametrize("days", [30, 90, 365])
def test_the_waits_are_drawn_with_table_and_csv(reader, days):
    page = unescape(reader.get(f"/?days={days}").content.decode())
    start = page.index('id="waits"')
    chart = page[start : page.index("</figure>", start)]
    assert "<svg" in chart
    assert re.search(r"Half wait \d+\ss at most", page)
    answer = reader.get(f"/charts/waits.csv?days={days}").content.decode()
    rows = [line for line in answer.splitlines() if not line.startswith("#")]
    assert len(rows) == 2, "all genuine calls are of one day"
    assert all(float(number) > 0 for number in rows[1].split(",")[1:])
