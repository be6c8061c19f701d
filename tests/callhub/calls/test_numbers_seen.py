"""Who sees whole telephone numbers: one rule for the list, the file, one call, its time line and the search."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from callhub.calls.models import Call, Derivation, Leg, Visit
from callhub.calls.rules.numbers import may_search_number, name_seen_by, number_seen_by
from callhub.lines.models import Line
from tenants.isolation.context import inside
from tenants.people.rules import Role

CITIZEN, DIALLED, MOBILE, TOWN = "600123456", "0600987654", "655443322", "938000000"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
WHOLE = (Role.ADMINISTRATOR, Role.SUPERVISOR)
ADDRESSES = (
    "/calls/", "/calls/?format=csv", "/calls/?behind=answer_rate", "/calls/?behind=answer_rate&format=csv",
    "/calls/?behind=disaffection&part=denominator", "/calls/?behind=disaffection&part=denominator&format=csv",
    f"/calls/{uuid.UUID(int=1)}/", f"/calls/{uuid.UUID(int=2)}/",
)  # fmt: skip


@pytest.fixture
def two_calls(caldes):
    """A citizen's call to the town, handed to a mobile telephone, and one of the town to a citizen."""
    with inside(caldes):
        made = {"pbx_id": 1, "outcome": "ANSWERED", "queue_record": True, "sources": 3, "started_at": AT}
        come = Call.objects.create(
            id=uuid.UUID(int=1),
            key="in",
            direction="INBOUND",
            caller=CITIZEN,
            line=TOWN,
            agent=f"Local/{MOBILE}@x",
            **made,
        )
        Call.objects.create(id=uuid.UUID(int=2), key="out", direction="OUTBOUND", caller="201", line=DIALLED, **made)
        Visit.objects.create(
            call=come,
            queue="oac",
            entered_at=AT,
            left_at=AT,
            outcome="ANSWERED",
            agent=f"Local/{MOBILE}@x",
            wait_seconds=3,
        )
        Leg.objects.create(call=come, party=MOBILE, started_at=AT + timedelta(seconds=9), talk_seconds=5)
        Derivation.objects.create(
            call=come, kind="BLIND", at=AT, by_agent="201", target=MOBILE, result="PICKED_UP", picked_up_after_seconds=9
        )
    return caldes


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER])
def test_every_page_and_file_shows_numbers_as_the_role_may_see_them(two_calls, english, person, settings, role):
    settings.SECOND_FACTOR_REQUIRED = False
    client = english("caldes", person(two_calls, role))
    shown = "".join(client.get(address).content.decode() for address in ADDRESSES)
    for number in (CITIZEN, DIALLED, MOBILE):
        assert (number in shown) == (role in WHOLE), number
        assert f"·{number[-3:]}" in shown or role in WHOLE
    assert TOWN in shown, "a line of the town is public"
    assert "201" in shown, "an extension is nobody's"


def test_a_contact_of_a_department_opens_neither_list_nor_call(two_calls, english, person):
    client = english("caldes", person(two_calls, Role.DEPARTMENT_CONTACT))
    for address in ADDRESSES:
        assert client.get(address).status_code == 403


@pytest.mark.parametrize("field", ["number", "text"])
@pytest.mark.parametrize("number", [CITIZEN, DIALLED, MOBILE, f"+34{CITIZEN}", "3456"])
def test_who_sees_numbers_masked_cannot_make_sure_of_one_by_searching(two_calls, english, person, field, number):
    officer = english("caldes", person(two_calls, Role.DATA_PROTECTION_OFFICER))
    page = officer.get("/calls/", {field: number})
    assert page.context["page"].paginator.count == 0
    assert ("search by those" in page.content.decode()) == (field == "number")
    file = officer.get("/calls/", {field: number, "format": "csv"}).content.decode()
    assert ",in," not in file
    assert ",out," not in file


def test_who_sees_numbers_masked_searches_by_the_digits_they_see(two_calls, english, person):
    officer = english("caldes", person(two_calls, Role.DATA_PROTECTION_OFFICER))

    def found(number):
        return {row.key for row in officer.get("/calls/", {"number": number}).context["page"]}

    assert (found("456"), found("654"), found("123"), found("56")) == ({"in"}, {"out"}, set(), {"in"})


@pytest.mark.parametrize(
    ("role", "whole"), [(role, role in WHOLE) for role in (*Role, "")], ids=lambda value: str(value) or "nobody"
)
def test_the_rule_by_role(role, whole):
    assert number_seen_by(role, CITIZEN) == (CITIZEN if whole else "······456")
    assert name_seen_by(role, f"Local/{MOBILE}@x") == (f"Local/{MOBILE}@x" if whole else "Local/······322@x")
    assert name_seen_by(role, "PJSIP/201") == "PJSIP/201"
    assert may_search_number(role, CITIZEN) == whole
    assert may_search_number(role, "456")


def test_only_calls_that_come_in_teach_lines_of_the_town(reference, truth):
    with inside(reference):
        lines = set(Line.objects.values_list("number", flat=True))
    dialled = {s.call.line for s in truth.values() if s.call.direction == "OUTBOUND" and s.call.line}
    assert dialled
    assert lines == {s.call.line for s in truth.values() if s.call.direction == "INBOUND" and s.call.line}
    assert not lines & dialled
