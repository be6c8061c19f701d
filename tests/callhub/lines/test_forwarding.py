"""Forwarding to the number that Adtende gave, and the test call that was seen or not."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import ProgrammingError
from factories import CallFactory
from support import owner_connection

from callhub.calls.models import Call
from callhub.lines.models import Line
from callhub.lines.rules import Carrier, Heard, When, codes, is_confirmed, is_mobile, verdict_on
from tenants.audit.models import AuditEntry
from tenants.directory.models import ReceptionNumber
from tenants.isolation.context import CONSOLE, PUBLIC_SITE, inside
from tenants.people.rules import STAFF_ROLES, Role

GIVEN, OTHER, LINE = "+34910000001", "+34910000002", "+34938650000"
NOW = datetime(2026, 11, 30, 10, 42, tzinfo=UTC)


@pytest.fixture
def pau(caldes, browse, person):
    client = browse("caldes", person(caldes, Role.SUPERVISOR))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def olga(caldes, arrecife, browse, outsider, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browse("consola", outsider(Role.STAFF_ADMINISTRATOR))
    client.cookies["language"] = "en"
    return client


def give(client, slug, number):
    return client.post(f"/municipalities/{slug}/reception-number/", {"number": number}, follow=True).content.decode()


def numbers(side):
    with inside(side):
        return sorted(ReceptionNumber.objects.values_list("number", flat=True))


@pytest.mark.parametrize(
    ("mobile", "expected"),
    [
        (True, {When.ALWAYS: ("**21*910000001#", "##21#", "*#21#"), When.BUSY: ("**67*910000001#", "##67#", "*#67#"),
                When.NO_ANSWER: ("**61*910000001#", "##61#", "*#61#"), When.UNREACHABLE: ("**62*910000001#", "##62#", "*#62#")}),
        (False, {When.ALWAYS: ("*21*910000001#", "#21#", "*#21#"), When.BUSY: ("*67*910000001#", "#67#", "*#67#"),
                 When.NO_ANSWER: ("*61*910000001#", "#61#", "*#61#")}),
    ],
)  # fmt: skip
def test_the_codes_of_mobile_and_of_fixed_lines(mobile, expected):
    assert {one.when: (one.dial, one.undo, one.check) for one in codes(GIVEN, mobile=mobile)} == expected


def test_a_number_abroad_is_dialled_as_one_and_only_what_was_read_is_confirmed():
    assert codes("+33140000000", mobile=True)[0].dial == "**21*0033140000000#"
    assert [is_mobile(one) for one in ("+34612345678", "+34712345678", LINE)] == [True, True, False]
    assert [(one, mobile) for one in Carrier for mobile in (True, False) if is_confirmed(one, mobile=mobile)] == [
        (Carrier.MOVISTAR, True)
    ]


@pytest.mark.parametrize(
    ("calls", "found", "others"),
    [
        ([], None, ()),
        ([("a", 1, LINE)], "a", ()),
        ([("a", 1, "938650000")], "a", ()),  # however the switchboard writes it
        ([("a", 3, LINE), ("b", 1, "0034938650000")], "b", ()),  # the latest
        ([("a", 1, "")], "a", ()),  # a table without the number dialled
        ([("a", 1, ""), ("b", 2, LINE)], "b", ()),
        ([("a", 1, "938111111"), ("b", 2, "938111111")], None, ("938111111",)),
    ],
)
def test_a_call_on_one_of_the_lines_is_the_test_call(calls, found, others):
    verdict = verdict_on([Heard(key, NOW - timedelta(minutes=ago), line) for key, ago, line in calls], [LINE])
    assert (verdict.call.id if verdict.call else None, verdict.others) == (found, others)


def test_adtende_gives_a_number_which_only_its_municipality_reads(olga, caldes, arrecife):
    assert "The change was kept." in give(olga, "caldes", "910 000 001")
    assert "given to another municipality" in give(olga, "arrecife", GIVEN)
    assert "is no" in give(olga, "arrecife", "12") or "not a telephone" in give(olga, "arrecife", "12")
    assert "The change was kept." in give(olga, "arrecife", OTHER)
    assert (numbers(CONSOLE), numbers(caldes), numbers(arrecife)) == ([GIVEN, OTHER], [GIVEN], [OTHER])
    for side in (caldes, PUBLIC_SITE):
        with pytest.raises(ProgrammingError), inside(side):
            ReceptionNumber.objects.create(number="+34910000003", schema_name=caldes.schema_name)
    with pytest.raises(ProgrammingError), inside(PUBLIC_SITE):
        list(ReceptionNumber.objects.all())
    with inside(CONSOLE):
        assert AuditEntry.objects.filter(verb="assign_reception_number", details__number=GIVEN).exists()
    olga.post("/municipalities/caldes/reception-number/", {"drop": "1"})
    assert numbers(caldes) == []
    with owner_connection() as owner:
        owner.execute("DELETE FROM public.audit_auditentry WHERE verb LIKE '%reception_number'")


@pytest.mark.parametrize("role", sorted(STAFF_ROLES - {Role.STAFF_ADMINISTRATOR, Role.STAFF_SUPERVISOR}))
def test_other_roles_of_adtende_give_none(role, caldes, browse, outsider, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browse("consola", outsider(role))
    assert client.post("/municipalities/caldes/reception-number/", {"number": GIVEN}).status_code == 403
    assert "reception-number/" not in client.get("/municipalities/caldes/").content.decode()


def line(town, number=LINE):
    with inside(town):
        return Line.objects.create(number=number, name="OAC", state=Line.State.IN_USE)


def given(town, number=GIVEN):
    with inside(CONSOLE):
        ReceptionNumber.objects.create(number=number, schema_name=town.schema_name)


def test_the_page_shows_the_codes_of_each_line_for_a_carrier(pau, caldes, arrecife):
    given(arrecife, OTHER)
    assert "Adtende gives you the number" in pau.get("/lines/forwarding/").content.decode()
    given(caldes)
    assert "No line in use yet" in pau.get("/lines/forwarding/").content.decode()
    line(caldes)
    line(caldes, "+34612345678")
    page = pau.get("/lines/forwarding/").content.decode()
    assert "*21*910000001#" in page and "**62*910000001#" in page and "910000002" not in page
    assert (page.count("Published by the carrier"), page.count("Ask your operator")) == (1, 1)
    other = pau.get("/lines/forwarding/?carrier=VODAFONE").content.decode()
    assert (other.count("Published by the carrier"), other.count("Ask your operator")) == (0, 2)
    assert pau.get("/lines/forwarding/?carrier=<script>").status_code == 200


def test_a_test_call_is_seen_once_and_makes_both_tasks_done(pau, caldes, arrecife, anna, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    given(caldes)
    line(caldes)
    assert "No call of the last 30 minutes" in pau.post("/lines/test-call/").content.decode()
    with inside(arrecife):
        CallFactory(started_at=datetime.now(UTC) - timedelta(minutes=2), line=LINE)
    assert "No call of the last 30 minutes" in pau.post("/lines/test-call/").content.decode(), "the other town's"
    with inside(caldes):
        CallFactory(started_at=datetime.now(UTC) - timedelta(minutes=31), line=LINE)
        CallFactory(started_at=datetime.now(UTC) - timedelta(minutes=3), line=LINE, direction="OUTBOUND")
        CallFactory(started_at=datetime.now(UTC) - timedelta(minutes=3), line="938111111")
    page = pau.post("/lines/test-call/").content.decode()
    assert "No call of the last 30 minutes" in page and "Calls came on 938111111" in page
    assert "The latest call that we know of began on" in page
    with inside(caldes):
        seen = CallFactory(started_at=datetime.now(UTC) - timedelta(minutes=2), line="938650000")
    for _twice in range(2):
        assert "We have received your call of" in pau.post("/lines/test-call/").content.decode()
    with inside(caldes):
        entry = AuditEntry.objects.get(verb="see_test_call")
        assert entry.details["call"] == str(seen.pk)
    hub = anna.get("/getting-started/").content.decode()
    assert "A call was seen on the line 938650000" in hub and "We received your call of" in hub
    assert "Your calls reach" not in hub, "no record says by which number the call came"


def test_a_record_without_the_number_dialled_is_seen_and_says_so(pau, caldes, anna, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    given(caldes)
    line(caldes)
    with inside(caldes):
        CallFactory(started_at=datetime.now(UTC) - timedelta(minutes=2), line="")
    assert "does not say which number was dialled" in pau.post("/lines/test-call/").content.decode()
    assert "its record does not say on which line" in anna.get("/getting-started/").content.decode()


def test_who_only_reads_makes_no_test_call(caldes, browse, person):
    marta = browse("caldes", person(caldes, Role.DATA_PROTECTION_OFFICER))
    assert marta.get("/lines/forwarding/").status_code == 200
    assert marta.post("/lines/test-call/").status_code == 403
    with inside(caldes):
        assert not Call.objects.exists()
