"""The page of billing: the calls of this month, what they will come to and cost, and the months that are closed."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from fixtures.imports import imported

from billing.usage.actions import close_month
from billing.usage.models import ClosedMonth
from billing.usage.queries import quote_of, quote_of_calls
from callhub.pbx.adapters import SourceFormat
from reporting.kpi.actions import compute_changed
from tenants.audit.actions import actor_of_command
from tenants.isolation.context import inside
from tenants.people.rules import Role

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


@pytest.fixture
def anna(anna, monkeypatch):
    monkeypatch.setattr("tenants.directory.queries.timezone.now", lambda: NOW)
    yield anna
    translation.deactivate()


@pytest.fixture
def busy(caldes, tmp_path):
    """Two answered calls on each day from 1 October until yesterday."""
    lines = []
    day = datetime(2026, 10, 1, 9, tzinfo=UTC)
    for number in range(55):
        for call in range(2):
            at = int(day.timestamp()) + number * 86_400 + call * 600
            lines += [
                f"{at}|{at}.1|oac|NONE|ENTERQUEUE||600111222|1",
                f"{at + 5}|{at}.1|oac|Anna|CONNECT|5|x|1",
                f"{at + 65}|{at}.1|oac|Anna|COMPLETECALLER|5|60|1",
            ]
    path = tmp_path / "queue_log"
    path.write_text("\n".join(lines) + "\n")
    imported(caldes, path, SourceFormat.QUEUE_LOG)
    with inside(caldes):
        compute_changed()
    return caldes


def text_of(response):
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode().replace("\u00a0", " "))


def test_the_month_so_far_and_what_it_will_come_to(anna, busy):
    page = text_of(anna.get("/billing/"))
    assert "November: people answered 48 calls so far." in page
    assert '<dd class="fig-value"><span>60<' in page  # two a day, 30 days
    assert "nothing is charged" in page


def test_what_it_will_cost_counts_the_calls_since_the_contract_began(anna, busy, agree):
    agree.whole(busy, today=date(2026, 11, 19))
    page = text_of(anna.get("/billing/"))
    # 12 of 30 days of 1.090: 436,00; 24 calls are foreseen in them and 440 are included
    assert "It will come to 60 and cost €436.00 without tax." in page
    assert "€527.56" in page
    assert '<dd class="fig-value"><span>440<' in page


def test_calls_foreseen_before_a_contract_that_begins_this_month_cost_nothing(caldes, agree):
    every_day = {NOVEMBER + timedelta(days=number): Decimal(100) for number in range(30)}
    with inside(caldes):
        assert quote_of_calls(caldes.schema_name, NOVEMBER, every_day, caldes.ine_code) is None
    agree.whole(caldes, today=date(2026, 11, 19))
    with inside(caldes):
        found = quote_of_calls(caldes.schema_name, NOVEMBER, every_day, caldes.ine_code)
    # 12 days with 1,200 calls, of which 440 are included
    assert [(one.kind, one.quantity, one.net_cents) for one in found.lines] == [
        ("base", 1, 43_600), ("further_calls", 760, 87_400),
    ]  # fmt: skip


def test_without_calls_nothing_is_foreseen(anna, caldes):
    page = text_of(anna.get("/billing/"))
    assert "There is not a whole week behind yet." in page
    assert "None yet: this month closes when it is over." in page


def test_closed_months_are_listed_with_what_they_cost(anna, busy, agree):
    with inside(busy):
        close_month(month=date(2026, 10, 1), now=NOW, by=actor_of_command(), reason="test")
    agree.whole(busy, today=date(2026, 10, 1))
    page = text_of(anna.get("/billing/"))
    assert "October 2026" in page
    assert 'data-name="Without tax">€1,090.00<' in page
    assert 'data-name="Answered calls">62<' in page


OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def closed(town, month, by_day, corrections=None):
    """A month that is closed with these calls by day."""
    with inside(town):
        return ClosedMonth.objects.create(
            schema_name=town.schema_name, month=month, calls=sum(by_day.values()), by_day=by_day,
            correction_of_earlier=sum((corrections or {}).values()), corrections=corrections or {},
        )  # fmt: skip


def lines(town, month):
    """Kind, quantity and cents of what a closed month costs."""
    with inside(town):
        found = quote_of(month, town.ine_code)
    assert found.net_cents == sum(line.net_cents for line in found.lines)
    return [(line.kind, line.quantity, line.net_cents) for line in found.lines]


BASE = ("base", 1, 109_000)  # with 1.100 calls a month, each further one 1,15


@pytest.mark.parametrize(("calls", "further"), [(0, []), (1_100, []), (1_110, [("further_calls", 10, 1_150)])])
def test_a_closed_month_costs_the_calls_beyond_those_included(caldes, agree, calls, further):
    agree.whole(caldes, today=OCTOBER)
    assert lines(caldes, closed(caldes, OCTOBER, {"2026-10-05": calls})) == [BASE, *further]


LATE = [
    ("included in their own month", 1_000, 100, []),
    ("one beyond in their own month", 1_000, 101, [("correction", 1, 115)]),
    ("all beyond", 1_200, 4, [("correction", 4, 460)]),
    ("taken back", 1_110, -4, [("correction", -4, -460)]),
    ("more taken back than was beyond", 1_110, -50, [("correction", -10, -1_150)]),
]


@pytest.mark.parametrize(("name", "calls", "difference", "correction"), LATE)
def test_calls_found_late_cost_what_they_would_have_cost_in_their_month(
    caldes, agree, name, calls, difference, correction
):
    agree.whole(caldes, today=OCTOBER)
    closed(caldes, OCTOBER, {"2026-10-05": calls})
    november = closed(caldes, NOVEMBER, {"2026-11-05": 1_100}, {"2026-10-05": difference})
    assert lines(caldes, november) == [BASE, *correction]


def test_a_second_correction_knows_of_the_first(caldes, agree):
    agree.whole(caldes, today=OCTOBER)
    closed(caldes, OCTOBER, {"2026-10-05": 1_050})
    first = closed(caldes, NOVEMBER, {"2026-11-05": 0}, {"2026-10-05": 60})
    second = closed(caldes, date(2026, 12, 1), {"2026-12-05": 0}, {"2026-10-05": 5, "2026-11-05": 1_000})
    assert lines(caldes, first) == [BASE, ("correction", 10, 1_150)]
    assert lines(caldes, second) == [BASE, ("correction", 5, 575)]


def test_calls_before_the_contract_cost_nothing_also_when_they_are_found_late(caldes, agree):
    november = closed(caldes, NOVEMBER, {"2026-11-18": 9_000, "2026-11-19": 441})
    with inside(caldes):
        assert quote_of(november, caldes.ine_code) is None
    agree.whole(caldes, today=date(2026, 11, 19))
    part = ("base", 1, 43_600)  # 12 of 30 days, 440 calls
    assert lines(caldes, november) == [part, ("further_calls", 1, 115)]
    december = closed(caldes, date(2026, 12, 1), {"2026-12-05": 0}, {"2026-11-18": 50, "2026-11-19": 2})
    assert lines(caldes, december) == [BASE, ("correction", 2, 230)]


def test_what_is_found_after_the_contract_ended_is_charged_all_the_same(caldes, agree):
    agree.leave(caldes, agree.whole(caldes, today=OCTOBER), today=OCTOBER)
    closed(caldes, OCTOBER, {"2026-10-05": 1_100})
    assert lines(caldes, closed(caldes, NOVEMBER, {"2026-11-05": 7}, {"2026-10-05": 3})) == [("correction", 3, 345)]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER, Role.DEPARTMENT_CONTACT])
def test_only_administrators_see_it(role, caldes, browse, person, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browse("caldes", person(caldes, role))
    assert client.get("/billing/").status_code == 403
    assert (
        "/billing/"
        not in client.get("/departments/" if role != Role.DEPARTMENT_CONTACT else "/my-department/").content.decode()
    )
