"""Internal disaffection by hour of the day: from the records to the chart, its table and its CSV."""

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from fixtures.imports import imported
from fixtures.records import THREE, records_of, stories_of, unpacked
from support import day_period

from reporting.dashboard.rules import HourOfDerivations, derivations_by_hour, worst_hour
from reporting.kpi.actions import _buckets, compute_changed
from reporting.kpi.counts import Counts
from reporting.kpi.queries import ALL, EXTENSION, QUEUE, by_subject, series
from tenants.isolation.context import inside
from tenants.people.rules import Role

MADRID, CANARY = ZoneInfo("Europe/Madrid"), ZoneInfo("Atlantic/Canary")
DAY = datetime(2026, 11, 23).date()


def of_hours(derived, missed):
    counts = Counts()
    counts.hours_derived.update(derived)
    counts.hours_missed.update(missed)
    return counts


@pytest.mark.parametrize(
    ("derived", "missed", "expected"),
    [
        ({}, {}, []),
        ({9: 4}, {}, [(9, 4, 0)]),
        ({9: 4, 12: 40}, {12: 10}, [(9, 4, 0), (10, 0, 0), (11, 0, 0), (12, 40, 10)]),
        ({0: 1, 1: 2}, {0: 1}, [(0, 1, 1), (1, 2, 0)]),
    ],
)
def test_hours_go_from_the_first_to_the_last_with_a_derivation(derived, missed, expected):
    found = derivations_by_hour(of_hours(derived, missed))
    assert [(h.hour, h.derived, h.not_picked_up) for h in found] == expected


@pytest.mark.parametrize(("derived", "missed", "rate"), [(29, 29, None), (30, 15, 0.5), (30, 0, 0.0), (0, 0, None)])
def test_an_hour_of_few_calls_has_no_percentage(derived, missed, rate):
    assert HourOfDerivations(9, derived, missed).rate == rate


@pytest.mark.parametrize(
    ("hours", "worst"),
    [
        ([], None),
        ([(9, 5, 5)], None),  # too few to say so
        ([(9, 30, 0), (10, 40, 0)], None),  # all is well
        ([(9, 5, 5), (10, 40, 10), (11, 100, 20)], 10),
        ([(9, 40, 10), (10, 80, 20)], 10),  # as bad, and more of them
    ],
)
def test_the_worst_hour_has_cases_enough(hours, worst):
    found = worst_hour([HourOfDerivations(*one) for one in hours])
    assert (found.hour if found else None) == worst


@pytest.mark.parametrize(("zone", "hour"), [(MADRID, 10), (CANARY, 9)])
def test_a_quarter_counts_in_the_hour_of_the_towns_clock(zone, hour):
    counts = Counts()
    for name, number in {"blind_total": 5, "blind_picked_up": 2, "blind_lost": 1, "blind_unknown": 2}.items():
        counts.add(name, number)
    at = datetime(2026, 11, 23, 9, 45, tzinfo=UTC)
    quarters = {(ALL, "", at): counts, (EXTENSION, "301", at): counts, (QUEUE, "oac", at): counts}
    kept = {(grain, kind): counts for grain, kind, _name, _at, counts in _buckets(quarters, zone, {})}
    for kind in (ALL, EXTENSION):
        assert dict(kept["D", kind].hours_derived) == {hour: 3}, "what became of two is not known"
        assert dict(kept["D", kind].hours_missed) == {hour: 1}
        assert not kept["Q", kind].hours_derived
    assert not kept["D", QUEUE].hours_derived


def test_genuine_derivations_are_counted_in_the_hour_their_call_came_in(caldes, tmp_path):
    stories = stories_of([one for name in THREE for one in records_of("reference", name)])
    derived, missed = Counter(), Counter()
    for story in stories.values():
        hour = datetime.fromtimestamp(story.call.started_at, MADRID).hour
        for derivation in story.derivations:
            if derivation.kind == "BLIND":
                derived[hour] += 1
                missed[hour] += derivation.result in ("RETURNED", "LOST")
    for name in THREE:
        imported(caldes, unpacked("reference", name, tmp_path))
    with inside(caldes):
        compute_changed()
        (day,) = series("D", day_period(DAY, MADRID)).values()
        extensions = by_subject(day_period(DAY, MADRID), EXTENSION)
    assert (sum(derived.values()), sum(missed.values())) == (50, 28)
    assert dict(day.hours_derived) == derived
    assert dict(day.hours_missed) == +missed
    together = Counts()
    for counts in extensions.values():
        together += counts
    assert together.hours_derived == day.hours_derived, "extensions add up to all"
    assert together.hours_missed == day.hours_missed


@pytest.fixture
def reader(caldes, browse, person):
    client = browse("caldes", person(caldes, Role.SUPERVISOR))
    client.cookies["language"] = "en"
    yield client
    translation.deactivate()  # the other tests speak Spanish


def test_the_dashboard_draws_the_hours_with_table_and_csv(caldes, reader, tmp_path):
    for name in THREE:
        imported(caldes, unpacked("reference", name, tmp_path))
    page = reader.get("/").content.decode()
    assert 'id="disaffection_hours"' in page
    assert "disaffection-hours-wide-title" in page
    rows = reader.get("/charts/disaffection_hours.csv?days=30").content.decode().splitlines()
    told = [line.split(",") for line in rows if "–" in line]
    assert sum(int(derived) for _hour, _missed, derived in told) == 50
    assert sum(int(missed) for _hour, missed, _derived in told) == 28


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("queue_log", "The records imported do not tell what became of derived calls."),
        ("cdr-custom.csv", "The records imported do not tell which calls were handed on."),
    ],
)
def test_the_page_says_why_there_is_no_hour(caldes, reader, tmp_path, name, why):
    imported(caldes, unpacked("reference", name, tmp_path))
    page = reader.get("/").content.decode()
    start = page.index('id="disaffection_hours"')
    assert why in page[start : page.index("</figure>", start)]
    assert "<svg" not in page[start : page.index("</figure>", start)]
