"""Each filter of the list finds the calls that the genuine records say, and no other."""

import csv
import io
import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from factories import ExtensionFactory

from callhub.calls.models import Call, Visit
from callhub.lines.models import Agent, Line, Queue
from callhub.pbx.models import Pbx
from tenants.isolation.context import inside
from tenants.people.rules import Role


def keys(truth, matches):
    return sorted(key for key, story in truth.items() if matches(story))


def made(town, number, **fields):
    with inside(town):
        values = {"direction": "INBOUND", "outcome": "ANSWERED", "started_at": datetime(2026, 3, 2, 9, tzinfo=UTC)}
        return Call.objects.create(
            id=uuid.UUID(int=number), pbx_id=1, key=f"k{number}", queue_record=True, sources=1, **values | fields
        )


def test_queue_agent_outcome_and_derivation(reference, truth, listed):
    assert listed() == keys(truth, lambda s: True)
    assert listed(queue="tributs") == keys(truth, lambda s: any(v.queue == "tributs" for v in s.visits))
    agent = next(v.agent for s in truth.values() for v in s.visits if v.agent)
    of_agent = keys(truth, lambda s: s.call.agent == agent or any(v.agent == agent for v in s.visits))
    assert listed(agent=agent) == of_agent != []
    for outcome in ("ANSWERED", "NOT_ANSWERED", "ABANDONED", "FLOWED_OUT", "CLOSED"):
        told = keys(truth, lambda s, outcome=outcome: (s.call.direction, s.call.outcome) == ("INBOUND", outcome))
        assert listed(outcome=outcome) == told != []
    results = {
        "ANY": {"PICKED_UP", "RETURNED", "LOST"},
        "NOT_PICKED_UP": {"RETURNED", "LOST"},
        "PICKED_UP": {"PICKED_UP"},
    }
    for derivation, wanted in results.items():
        told = keys(truth, lambda s, wanted=wanted: any(d.result in wanted for d in s.derivations))
        assert listed(derivation=derivation) == told != []
    both = keys(
        truth, lambda s: any(v.queue == "oac" for v in s.visits) and any(d.result == "LOST" for d in s.derivations)
    )
    assert set(both) <= set(listed(queue="oac", derivation="NOT_PICKED_UP"))


def test_a_department_is_where_calls_are_handed_to_or_spoken_in(reference, truth, listed, department):
    pk = department(reference, "Urbanisme", "301")
    other = department(reference, "Arxiu")

    def touches(story):
        return any(d.target == "301" for d in story.derivations) or any(leg.party == "301" for leg in story.legs)

    assert listed(department=pk) == keys(truth, touches) != []
    assert listed(department=other) == []
    missed = keys(truth, lambda s: any(d.target == "301" and d.result in ("RETURNED", "LOST") for d in s.derivations))
    assert listed(department=pk, derivation="NOT_PICKED_UP") == missed != []


@pytest.mark.parametrize(
    ("town_zone", "day", "first", "past"),
    [
        # In the town's clock; the last Sunday of October has 25 hours, of March 23.
        ("Europe/Madrid", "2026-03-02", "2026-03-01T23:00", "2026-03-02T23:00"),
        ("Europe/Madrid", "2026-10-25", "2026-10-24T22:00", "2026-10-25T23:00"),
        ("Europe/Madrid", "2026-03-29", "2026-03-28T23:00", "2026-03-29T22:00"),
    ],
)
def test_a_day_is_the_towns_and_its_end_is_open(caldes, listed, town_zone, day, first, past):
    assert caldes.time_zone == town_zone
    starts, ends = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (first, past))
    moments = [starts - timedelta(microseconds=1), starts, ends - timedelta(microseconds=1), ends]
    for number, moment in enumerate(moments, 1):
        made(caldes, number, started_at=moment)
    assert listed(starts=day, ends=day) == ["k2", "k3"]
    assert listed(starts=day) == ["k2", "k3", "k4"]
    assert listed(ends=day) == ["k1", "k2", "k3"]


def test_a_day_in_the_canary_islands_begins_an_hour_later(arrecife, english, person):
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    for number, moment in enumerate((midnight - timedelta(seconds=1), midnight, midnight + timedelta(days=1)), 1):
        made(arrecife, number, started_at=moment)
    page = english("arrecife", person(arrecife, Role.SUPERVISOR)).get("/calls/?starts=2026-03-02&ends=2026-03-02")
    assert [row.key for row in page.context["page"]] == ["k2"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"ends": "9999-12-31"}, ["k1"]),
        ({"starts": "9999-12-31"}, []),
        ({"starts": "0001-01-01"}, ["k1"]),
        ({"ends": "0001-01-01"}, []),
    ],
)
def test_days_at_the_ends_of_the_calendar_are_days(caldes, listed, filters, found):
    made(caldes, 1)
    assert listed(**filters) == found


def test_what_cannot_be_meant_is_said_at_its_field(caldes, pau):
    made(caldes, 1)
    backwards = pau.get("/calls/", {"starts": "2026-03-02", "ends": "2026-03-01"})
    assert "The last day is before the first one." in backwards.content.decode()
    assert backwards.context["page"].paginator.count == 0
    assert "No call matches these filters." not in backwards.content.decode()
    assert pau.get("/calls/", {"starts": "tomorrow"}).context["form"].errors["starts"]
    assert pau.get("/calls/", {"queue": "nowhere", "page": "x"}).context["form"].errors["queue"]


SPELLINGS = ("600123456", "+34600123456", "0034600123456", "34600123456", "600 12 34 56")


@pytest.mark.parametrize("typed", ["600123456", "600 12 34 56", "+34 600 123 456", "0034600123456", "34600123456"])
def test_a_whole_number_is_found_however_it_was_written_and_is_typed(caldes, listed, typed):
    for number, caller in enumerate((*SPELLINGS, "600123457", "+33600123456", "1600123456"), 1):
        made(caldes, number, caller=caller)
    made(caldes, 20, is_hidden=True)
    made(caldes, 21, direction="OUTBOUND", caller="201", line="0600123456")
    made(caldes, 22, direction="INBOUND", caller="", is_hidden=True, line="600123456")
    assert listed(number=typed) == sorted(["k1", "k2", "k3", "k4", "k5", "k21"])


@pytest.mark.parametrize(
    ("typed", "found"), [("456", ["k1", "k2"]), ("60012", ["k1", "k2"]), ("+34 600 12", ["k1", "k2"]), ("77", ["k3"])]
)
def test_some_digits_in_a_row_find_every_number_that_has_them(caldes, listed, typed, found):
    made(caldes, 1, caller="600 12 34 56")
    made(caldes, 2, caller="+34600123456")
    made(caldes, 3, caller="937100077")
    made(caldes, 4, is_hidden=True)
    assert listed(number=typed) == found


def test_every_number_of_the_genuine_records_is_found_by_itself_and_no_hidden_one(reference, truth, listed):
    callers = {s.call.caller for s in truth.values() if s.call.direction == "INBOUND" and s.call.caller}
    for caller in sorted(callers)[:20]:
        for typed in (caller, f"+34{caller}", f"0034 {caller}"):
            assert listed(number=typed) == keys(
                truth, lambda s, caller=caller: s.call.caller == caller or s.call.line.endswith(caller)
            )


def test_text_finds_names_labels_and_departments_accents_aside(reference, truth, listed, department):
    department(reference, "Urbanisme i Habitatge", "301")
    agents = {v.agent for s in truth.values() for v in s.visits if v.agent}
    accented = next(name for name in sorted(agents) if "ú" in name)
    plain = accented.split()[0].lower().replace("ú", "u")
    line = next(s.call.line for s in truth.values() if s.call.direction == "INBOUND" and s.call.line)
    with inside(reference):
        Queue.objects.filter(name="tributs").update(label="Recaptació")
        Agent.objects.filter(name=accented).update(label="Cap de torn")
        Line.objects.update_or_create(number=line, defaults={"name": "Centraleta"})

    def of_agent(story):
        parts = (story.call.agent, *(v.agent for v in story.visits), *(d.by_agent for d in story.derivations))
        return accented in parts

    def at_301(story):
        return "301" in {story.call.agent, *(x.party for x in story.legs), *(d.target for d in story.derivations)}

    for text in (plain, accented.split()[0], "CAP de tórn"):
        assert set(keys(truth, of_agent)) <= set(listed(text=text)), text
    assert listed(text="cap torn") == keys(truth, of_agent) != []
    assert listed(text="recaptacio") == keys(truth, lambda s: any(v.queue == "tributs" for v in s.visits)) != []
    assert (
        listed(text="centraleta") == keys(truth, lambda s: s.call.direction == "INBOUND" and s.call.line == line) != []
    )
    for text in ("urbanisme", "URBANISMÉ", "habitatge 301"):
        assert set(keys(truth, at_301)) <= set(listed(text=text)), text
    assert listed(text="urbanisme") == keys(truth, at_301) != []
    assert listed(text="nobody is called so") == []


def test_text_finds_a_call_by_its_key_and_by_its_number(reference, truth, listed):
    key, story = next((k, s) for k, s in truth.items() if s.call.direction == "INBOUND" and s.call.caller)
    with inside(reference):
        assert Pbx.objects.exists()
    assert listed(text=key) == [key]
    assert key in listed(text=story.call.caller)


def test_filters_are_taken_away_page_by_page_and_whole_as_csv(reference, pau, truth):
    response = pau.get("/calls/", {"queue": "oac", "page": 2})
    told = keys(truth, lambda s: any(v.queue == "oac" for v in s.visits))
    assert response.context["page"].paginator.count == len(told)
    assert response.context["page"].number == 2
    assert "?queue=oac&amp;page=1" in response.content.decode()
    file = pau.get("/calls/", {"queue": "oac", "text": "=1+1", "format": "csv"}).content.decode()
    assert file.splitlines()[-1] == "# queue: oac; text: =1+1"
    rows = list(csv.DictReader(io.StringIO(pau.get("/calls/?queue=oac&format=csv").content.decode())))
    assert sorted(row["call"] for row in rows[:-1]) == told
    assert rows[-1]["started_at"] == "# queue: oac"
    moment = datetime.fromisoformat(rows[0]["started_at"])
    assert moment.utcoffset() == moment.astimezone(ZoneInfo("Europe/Madrid")).utcoffset()


def test_no_cell_of_the_csv_is_a_formula(caldes, pau):
    made(caldes, 1, caller="+34600123456", agent="=HYPERLINK(1)")
    with inside(caldes):
        Visit.objects.create(
            call_id=uuid.UUID(int=1), queue="@SUM(1)", agent="-1", outcome="ANSWERED", entered_at=datetime.now(UTC)
        )
        Queue.objects.create(name="@SUM(1)")
    for address in (
        "/calls/?format=csv",
        "/calls/?format=csv&behind=answer_rate",
        "/calls/?format=csv&queue=%40SUM(1)",
    ):
        rows = list(csv.reader(io.StringIO(pau.get(address).content.decode())))
        assert len(rows) >= 2
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_an_empty_list_teaches_what_to_do(caldes, pau, english, person):
    assert 'href="/imports/upload/"' in pau.get("/calls/").content.decode()
    assert "No calls yet" in pau.get("/calls/?queue=&text=").content.decode()
    officer = english("caldes", person(caldes, Role.DATA_PROTECTION_OFFICER)).get("/calls/").content.decode()
    assert "No calls yet" in officer
    assert 'href="/imports/upload/"' not in officer, "an officer imports nothing"


def test_the_slash_goes_to_the_text_filter(caldes, pau):
    made(caldes, 1)
    assert '<input type="search" name="text"' in pau.get("/calls/").content.decode()


def test_another_towns_calls_queues_and_departments_are_not_found(caldes, arrecife, pau, department):
    made(caldes, 1, caller="600123456")
    made(arrecife, 2, caller="600999999")
    pk = department(arrecife, "Turismo", "301")
    with inside(arrecife):
        Queue.objects.create(name="ajena")
    assert pau.get("/calls/?number=600999999").context["page"].paginator.count == 0
    assert [row.key for row in pau.get("/calls/").context["page"]] == ["k1"]
    assert pau.get("/calls/?queue=ajena").context["form"].errors["queue"]
    assert pau.get(f"/calls/?department={pk}").context["form"].errors["department"]
    assert "600999999" not in pau.get("/calls/?format=csv").content.decode()


def test_calls_handed_to_telephones_of_no_department_are_a_choice_of_their_own(reference, listed):
    missed = set(listed(derivation="NOT_PICKED_UP"))
    assert set(listed(derivation="NOT_PICKED_UP", department="0")) == missed, "nobody said whose telephones they are"
    with inside(reference):
        department = ExtensionFactory(number="301").department_id
    ours = set(listed(derivation="NOT_PICKED_UP", department=str(department)))
    assert set() < ours < missed
    assert set(listed(derivation="NOT_PICKED_UP", department="0")) == missed - ours


def test_the_list_says_how_many_calls_it_has_in_all_its_pages(reference, pau, truth):
    spoken = sum((s.call.direction, s.call.outcome) == ("INBOUND", "ANSWERED") for s in truth.values())
    page = pau.get("/calls/", {"outcome": "ANSWERED"})
    assert spoken > 50 and page.context["number"].split()[0] == str(spoken)
    assert page.context["number"] in page.content.decode()
