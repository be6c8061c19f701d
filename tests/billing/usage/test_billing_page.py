"""The page of billing: the calls of this month, what they will come to and cost, and the months that are closed."""

import re
from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from fixtures.imports import imported

from billing.usage.actions import close_month
from billing.usage.models import ClosedMonth
from billing.usage.queries import quote_of
from callhub.pbx.adapters import SourceFormat
from reporting.kpi.actions import compute_changed
from tenants.audit.actions import actor_of_command
from tenants.isolation.context import inside
from tenants.people.rules import Role

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


@pytest.fixture
def anna(caldes, browse, person, settings, monkeypatch):
    settings.SECOND_FACTOR_REQUIRED = False
    monkeypatch.setattr("billing.plans.queries.timezone.now", lambda: NOW)
    client = browse("caldes", person(caldes, Role.ADMINISTRATOR, "anna@example.org"))
    client.cookies["language"] = "en"
    yield client
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


def test_without_calls_nothing_is_foreseen(anna, caldes):
    page = text_of(anna.get("/billing/"))
    assert "There is not a whole week behind yet." in page
    assert "None yet: this month closes when it is over." in page


def test_closed_months_are_listed_with_what_was_found_late(anna, busy):
    with inside(busy):
        close_month(month=date(2026, 10, 1), now=NOW, by=actor_of_command(), reason="test")
    page = text_of(anna.get("/billing/"))
    assert "October 2026" in page
    assert 'data-name="Answered calls">62<' in page


QUOTES = [
    ("all included", 1_100, 0, 109_000),
    ("beyond", 1_110, 0, 109_000 + 10 * 115),
    ("found late", 1_100, 4, 109_000 + 4 * 115),
    ("taken back", 1_110, -4, 109_000 + 6 * 115),
    ("more taken back than beyond", 1_100, -50, 109_000),
]


@pytest.mark.parametrize(("name", "calls", "correction", "net"), QUOTES)
def test_a_closed_month_costs_its_calls_and_what_was_found_late(caldes, agree, name, calls, correction, net):
    agree.whole(caldes, today=date(2026, 10, 1))
    month = ClosedMonth(
        schema_name=caldes.schema_name, month=date(2026, 10, 1), calls=calls, by_day={"2026-10-05": calls},
        correction_of_earlier=correction,
    )  # fmt: skip
    with inside(caldes):
        assert quote_of(month, caldes.ine_code).net_cents == net


def test_calls_before_the_contract_cost_nothing_and_neither_does_a_month_without_one(caldes, agree):
    days = {"2026-11-18": 9_000, "2026-11-19": 441}
    month = ClosedMonth(schema_name=caldes.schema_name, month=date(2026, 11, 1), calls=9_441, by_day=days)
    with inside(caldes):
        assert quote_of(month, caldes.ine_code) is None
    agree.whole(caldes, today=date(2026, 11, 19))
    with inside(caldes):
        assert quote_of(month, caldes.ine_code).net_cents == 43_600 + 115


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER, Role.DEPARTMENT_CONTACT])
def test_only_administrators_see_it(role, caldes, browse, person, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browse("caldes", person(caldes, role))
    assert client.get("/billing/").status_code == 403
    assert (
        "/billing/"
        not in client.get("/departments/" if role != Role.DEPARTMENT_CONTACT else "/my-department/").content.decode()
    )
