"""One call is told whole: its legs, its words and its time line, and what became of each derivation and when."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from callhub.calls.models import Call, Derivation, Leg, Visit
from callhub.calls.rules import call_id
from callhub.calls.rules.derivations import seconds_to_end
from callhub.lines.models import Agent, Queue
from callhub.pbx.models import Pbx
from shell.numbers import duration
from tenants.isolation.context import inside

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def after(seconds):
    return AT + timedelta(seconds=seconds)


def page_of(client, town, key):
    with inside(town):
        pk = uuid.UUID(call_id(Pbx.objects.get().uuid, key))
    response = client.get(f"/calls/{pk}/")
    assert response.status_code == 200
    return response


def one(truth, matches):
    return next((key, story) for key, story in truth.items() if matches(story))


def results(story):
    return [d.result for d in story.derivations if d.kind == "BLIND"]


def test_a_derivation_picked_up_says_after_how_long(reference, truth, pau, department):
    key, story = one(truth, lambda s: results(s) == ["PICKED_UP"] and s.derivations[0].picked_up_after_seconds > 1)
    derivation = story.derivations[0]
    department(reference, "Urbanisme", derivation.target)
    response = page_of(pau, reference, key)
    page = response.content.decode()
    waited = duration(derivation.picked_up_after_seconds)
    assert f"handed the call to Urbanisme, which picked up after {waited}." in page
    assert "Answered by a person, and picked up by Urbanisme" in page
    inside_wait = next(part for part in response.context["durations"] if part.name == "Wait inside departments")
    assert inside_wait.seconds == pytest.approx(derivation.picked_up_after_seconds)
    assert not inside_wait.is_exception


def test_a_derivation_lost_says_how_long_nobody_picked_up(reference, truth, pau, department):
    key, story = one(truth, lambda s: results(s) == ["LOST"] and s.call.ended_at - s.derivations[0].at > 2)
    department(reference, "Urbanisme", story.derivations[0].target)
    page = page_of(pau, reference, key).content.decode()
    rang = duration(round(story.call.ended_at - story.derivations[0].at, 6))
    assert f"which did not pick up: after {rang} it was lost." in page
    assert f"{rang}, nobody picked up" in page, "the time line says so too"
    assert "Urbanisme did not pick up and it was lost" in page


def test_a_derivation_that_came_back_says_when(reference, truth, pau):
    def came_back_late(story):
        if results(story) != ["RETURNED"]:
            return False
        return any(v.entered_at - story.derivations[0].at > 2 for v in story.visits)

    key, story = one(truth, came_back_late)
    back = next(v.entered_at for v in story.visits if v.entered_at > story.derivations[0].at)
    page = page_of(pau, reference, key).content.decode()
    seconds = duration(round(back - story.derivations[0].at, 6))
    assert f"which did not pick up: after {seconds} it came back to the queue." in page
    first = next(v.wait_seconds for v in story.visits if v.outcome == "ANSWERED")
    assert f"The citizen waited {duration(first)} and a person answered." in page, "not the wait after coming back"


def test_every_genuine_call_is_told_with_all_its_parts(reference, truth, pau):
    shapes = {}
    for key, story in truth.items():
        kinds = (story.call.direction, story.call.outcome, tuple(results(story)), len(story.visits), len(story.legs))
        shapes.setdefault(kinds, (key, story))
    assert len(shapes) > 12
    for key, story in shapes.values():
        response = page_of(pau, reference, key)
        page, steps = response.content.decode(), response.context["steps"]
        assert [step.at for step in steps] == sorted(step.at for step in steps)
        parts = len(story.visits) + sum(v.left_at is not None for v in story.visits) + len(story.legs)
        assert len(steps) == 1 + parts + len(story.derivations) + (story.call.ended_at is not None)
        has_parts = bool(story.visits or story.legs or story.derivations)
        assert page.count('role="img"') == (3 if has_parts else 0), "one drawing per width"
        for party in {leg.party for leg in story.legs}:
            assert 'class="tn" x="0"' in page
            assert re.search(rf'<text class="tn"[^>]*>{re.escape(party)}', page), party
        assert "None" not in page


def test_the_words_use_the_names_people_gave(caldes, pau):
    call = make_call(caldes, ended_at=after(30))
    with inside(caldes):
        Queue.objects.create(name="oac", label="Atenció ciutadana")
        Agent.objects.create(name="PJSIP/221", label="Núria Solé")
        Visit.objects.create(
            call=call, queue="oac", entered_at=after(1), left_at=after(15), outcome="ANSWERED", agent="PJSIP/221",
            wait_seconds=14, talk_seconds=15,
        )  # fmt: skip
    page = pau.get(f"/calls/{call.pk}/").content.decode()
    assert "It entered the queue Atenció ciutadana." in page
    assert "Núria Solé answered after 14\u00a0s." in page
    assert "The citizen waited 14\u00a0s and a person answered." in page
    assert "PJSIP/221" not in page


def make_call(town, **fields):
    with inside(town):
        values = {
            "direction": "INBOUND",
            "outcome": "ANSWERED",
            "started_at": AT,
            "pbx_id": 1,
            "key": "k",
            "sources": 3,
        }
        return Call.objects.create(id=uuid.uuid4(), queue_record=True, **values | fields)


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ("PICKED_UP", "201 handed the call to 301, which picked up."),
        ("LOST", "201 handed the call to 301, which did not pick up; it was lost."),
        ("RETURNED", "201 handed the call to 301, which did not pick up; it came back to the queue."),
        ("UNKNOWN", "201 handed the call to 301; no record tells whether it was picked up."),
    ],
)
def test_without_a_moment_the_words_leave_the_time_out(caldes, pau, result, told):
    call = make_call(caldes)
    with inside(caldes):
        Derivation.objects.create(call=call, kind="BLIND", at=AT, by_agent="201", target="301", result=result)
    assert told in pau.get(f"/calls/{call.pk}/").content.decode()


def test_a_call_that_came_back_at_once_says_so(caldes, pau):
    call = make_call(caldes, ended_at=after(20))
    with inside(caldes):
        Derivation.objects.create(
            call=call, kind="BLIND", at=after(5.4), by_agent="201", target="301", result="RETURNED"
        )
        Visit.objects.create(call=call, queue="oac", entered_at=after(5), outcome="ABANDONED", wait_seconds=9)
    assert "it came back to the queue at once." in pau.get(f"/calls/{call.pk}/").content.decode()


@pytest.mark.parametrize(
    ("result", "picked_up", "back", "ended", "seconds"),
    [
        ("PICKED_UP", 11.5, None, 60, 11.5),
        ("PICKED_UP", None, 5, 60, None),
        ("RETURNED", None, 28, 60, 28),
        ("RETURNED", None, -0.4, 60, 0),
        ("RETURNED", None, None, 60, None),
        ("LOST", None, None, 19, 19),
        ("LOST", None, None, None, None),
        ("UNKNOWN", None, 5, 60, None),
    ],
)
def test_the_time_of_a_derivation(result, picked_up, back, ended, seconds):
    moments = [None if value is None else after(value) for value in (back, ended)]
    assert seconds_to_end(result, AT, picked_up, *moments) == seconds


def test_an_outgoing_call_did_not_come_in(caldes, pau):
    call = make_call(caldes, direction="OUTBOUND", caller="201", line="600123456", ended_at=after(9))
    with inside(caldes):
        Leg.objects.create(call=call, party="201", started_at=after(2), talk_seconds=7)
    page = pau.get(f"/calls/{call.pk}/").content.decode()
    assert "The call began." in page
    assert "The call came in." not in page
    assert "Number dialled" in page
    assert "201 spoke for 7\u00a0s." in page


def test_a_call_of_another_town_is_a_404(caldes, arrecife, pau, english, person):
    from tenants.people.rules import Role

    here, there = make_call(caldes), make_call(arrecife)
    assert pau.get(f"/calls/{here.pk}/").status_code == 200
    assert pau.get(f"/calls/{there.pk}/").status_code == 404
    other = english("arrecife", person(arrecife, Role.SUPERVISOR, "ana@example.org"))
    assert other.get(f"/calls/{there.pk}/").status_code == 200
    assert other.get(f"/calls/{here.pk}/").status_code == 404
    assert pau.get(f"/calls/{uuid.uuid4()}/").status_code == 404
