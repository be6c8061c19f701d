"""Each figure opens exactly the calls it counts: as many rows as its numerator and its denominator say."""

import uuid
from datetime import UTC, datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from fixtures.imports import imported
from fixtures.records import THREE, unpacked

from callhub.calls.models import Call, Visit
from callhub.calls.queries.lists import CallFilter
from callhub.calls.queries.populations import POPULATIONS, Limits, rows_behind
from callhub.lines.models import Agent
from kit.periods import Period
from reporting.kpi.definitions import ALL, SERVICE_LEVELS, definition
from reporting.kpi.queries import AGENT, QUEUE, counts_between, counts_of_period
from reporting.kpi.queries import ALL as ALL_CALLS
from reporting.kpi.rules import figure
from tenants.isolation.context import inside

MADRID = ZoneInfo("Europe/Madrid")
EVER = Period(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
QUEUES = ("", "oac", "tributs")
LIMITS = (Limits(4, 5), Limits(20, 5), Limits(0, 0), Limits(7, 9))


@pytest.fixture
def reference(caldes, tmp_path):
    for name in THREE:
        imported(caldes, unpacked("reference", name, tmp_path))
    return caldes


def listed(figure_id, limits, **filters):
    """How many rows stand behind numerator and denominator."""
    wanted = CallFilter(EVER.starts_at, EVER.ends_before, **filters)
    return tuple(rows_behind(one, limits, wanted).count() for one in POPULATIONS[figure_id])


def counted(figure_id, counts, limits):
    """What the figure says its numerator and denominator are; of seconds both are the cases they were taken from."""
    one = figure(counts, figure_id, limits.target_seconds, limits.short_abandon_seconds)
    is_seconds = definition(figure_id).unit == "seconds"
    whole = one.numerator if one.denominator is None else one.denominator
    return (int(whole if is_seconds else one.numerator), int(whole))


def test_every_definition_has_its_population_and_no_other_exists():
    assert set(POPULATIONS) == {one.id for one in ALL if one.has_rows}


def test_as_many_rows_are_listed_as_the_figure_counts(reference):
    with inside(reference):
        of_queues = {queue: counts_between(EVER, MADRID, *((QUEUE, queue) if queue else ())) for queue in QUEUES}
        asked = list(product(POPULATIONS, QUEUES, LIMITS))
        told = {one: counted(one[0], of_queues[one[1]], one[2]) for one in asked}
        assert {one: listed(one[0], one[2], queue=one[1]) for one in asked} == told


def test_the_published_example(reference):
    with inside(reference):
        assert listed("sl_answered", Limits(4), queue="oac") == (122, 241)
        assert listed("disaffection", Limits()) == (28, 50)
        assert listed("solution_index", Limits()) == (357, 407)
        assert listed("answered_by_person_rate", Limits()) == (407, 660)


def test_an_agents_visits_and_derivations_are_those_of_its_figures(reference):
    with inside(reference):
        agents = [name for name in Agent.objects.values_list("name", flat=True) if name]
        assert len(agents) > 3
        for agent in agents:
            counts = counts_between(EVER, MADRID, AGENT, agent)
            assert listed("sl_answered", Limits(4), agent=agent) == counted("sl_answered", counts, Limits(4)), agent
            assert listed("disaffection", Limits(), agent=agent) == counted("disaffection", counts, Limits()), agent


def test_a_visit_belongs_to_its_own_moment_and_a_derivation_to_that_of_its_call(reference):
    with inside(reference):
        moments = sorted(Visit.objects.values_list("entered_at", flat=True))
        middle = moments[len(moments) // 2]
        period = Period(EVER.starts_at, middle)
        counts = counts_between(period, MADRID)
        for figure_id in ("answer_rate", "disaffection", "answered_by_person_rate"):
            wanted = CallFilter(period.starts_at, period.ends_before)
            rows = tuple(rows_behind(one, Limits(), wanted).count() for one in POPULATIONS[figure_id])
            assert rows == counted(figure_id, counts, Limits())
            assert 0 < rows[0] < listed(figure_id, Limits())[0]


def test_visits_answered_whose_wait_no_record_tells_are_behind_no_service_level(caldes):
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with inside(caldes):
        call = Call.objects.create(
            id=uuid.UUID(int=1), pbx_id=1, key="1", direction="INBOUND", started_at=at, outcome="ANSWERED",
            queue_record=True, sources=1,
        )  # fmt: skip
        for wait in (3, 21, None):
            Visit.objects.create(call=call, queue="oac", entered_at=at, outcome="ANSWERED", wait_seconds=wait)
        counts = counts_of_period(EVER, MADRID)[ALL_CALLS, "", at]
        for figure_id in SERVICE_LEVELS:
            assert listed(figure_id, Limits()) == counted(figure_id, counts, Limits()) == (1, 2), figure_id
        assert listed("answer_rate", Limits()) == (3, 3)


def test_a_rejected_call_is_behind_the_whole_demand_beside_the_visits(caldes):
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with inside(caldes):
        for number, outcome in enumerate(("REJECTED", "ABANDONED", "CLOSED")):
            call = Call.objects.create(
                id=uuid.UUID(int=number), pbx_id=1, key=str(number), direction="INBOUND", started_at=at, outcome=outcome,
                queue_record=True, sources=1,
            )  # fmt: skip
            if outcome == "ABANDONED":
                for wait in (601, 659, 660, None):
                    Visit.objects.create(call=call, queue="oac", entered_at=at, outcome=outcome, wait_seconds=wait)
        counts = counts_of_period(EVER, MADRID)[ALL_CALLS, "", at]
        assert listed("sl_whole_demand", Limits()) == counted("sl_whole_demand", counts, Limits()) == (0, 5)
        for limits in (Limits(600, 600), Limits(599, 601), Limits(660, 660), Limits(661, 661)):
            for figure_id in ("sl_default", "sl_answered_or_abandoned_within"):
                assert listed(figure_id, limits) == counted(figure_id, counts, limits), (figure_id, limits)
