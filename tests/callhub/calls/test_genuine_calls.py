"""Genuine records tell what really happened, whatever files there are and in whatever order they come."""

from itertools import permutations
from statistics import mean

import pytest
from fixtures.records import (
    THREE,
    derivation_results,
    expected,
    inbound_outcomes,
    records_of,
    stories_of,
    visit_outcomes,
)

RUNS = ("reference", "edges")
WORDS = {"answered": "ANSWERED", "abandoned": "ABANDONED", "flowed_out": "FLOWED_OUT", "unknown": "UNKNOWN"}


def told(run, *names):
    return stories_of([one for name in names for one in records_of(run, name)])


def assert_visits_are_true(stories, run):
    for queue, numbers in expected(run)["visits"].items():
        name = "" if queue == "*" else queue
        outcomes = visit_outcomes(stories, name)
        assert sum(outcomes.values()) == numbers["offered"], queue
        assert {word: outcomes.get(WORDS[word], 0) for word in WORDS} == {w: numbers[w] for w in WORDS}, queue
        answered = [v for s in stories.values() for v in s.visits if v.outcome == "ANSWERED" and name in ("", v.queue)]
        assert sum(v.wait_seconds <= 4 for v in answered) == numbers["answered_within_target"]
        if answered:
            assert round(mean(v.wait_seconds for v in answered), 3) == expected(run)["wait"][queue]
            talks = [v.talk_seconds for v in answered if v.talk_seconds is not None]
            assert round(mean(talks), 3) == expected(run)["talk"][queue]


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("order", list(permutations(THREE)), ids=" ".join)
def test_three_sources_tell_the_truth_in_any_order(run, order):
    stories, truth = told(run, *order), expected(run)
    assert_visits_are_true(stories, run)
    assert inbound_outcomes(stories) == truth["outcomes"]
    assert sum(s.call.direction == "INBOUND" for s in stories.values()) == truth["inbound"]
    assert sum(s.call.direction == "OUTBOUND" for s in stories.values()) == truth["outbound"]
    inbound = [s.call for s in stories.values() if s.call.direction == "INBOUND"]
    assert sum(call.answered_by_person is True for call in inbound) == truth["answered_by_person"]
    assert sum(call.is_hidden for call in inbound) == truth["hidden"]
    assert derivation_results(stories, "BLIND") == truth["blind"]
    assert derivation_results(stories, "ATTENDED") == truth["attended"]


@pytest.mark.parametrize("run", RUNS)
def test_every_story_is_the_same_in_every_order(run):
    first, *others = [told(run, *order) for order in permutations(THREE)]
    for stories in others:
        assert stories == first


@pytest.mark.parametrize("run", RUNS)
def test_a_file_read_backwards_tells_the_same(run):
    records = [one for name in THREE for one in records_of(run, name)]
    assert stories_of(records[::-1]) == stories_of(records)


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("name", ["queue_log", "queue_log_realtime.csv"])
def test_queue_log_alone_gives_the_queue_figures(run, name):
    stories = told(run, name)
    assert_visits_are_true(stories, run)
    assert inbound_outcomes(stories) == expected(run)["outcomes_of_queue_log_alone"]
    assert set(derivation_results(stories, "BLIND")) <= {"UNKNOWN"}, "a queue does not see the department"
    reasons = {d.reason for s in stories.values() for d in s.derivations if d.kind == "BLIND"}
    assert reasons <= {"no_record_of_the_department"}


@pytest.mark.parametrize("run", RUNS)
def test_the_same_queue_from_file_and_from_database_is_told_once(run):
    stories = told(run, "queue_log", "queue_log_realtime.csv")
    assert_visits_are_true(stories, run)
    assert derivation_results(stories, "ATTENDED") == expected(run)["attended"]


@pytest.mark.parametrize("run", RUNS)
def test_channel_events_alone_give_the_calls_but_no_visits(run):
    stories, truth = told(run, "cel.csv"), expected(run)
    assert inbound_outcomes(stories) == truth["outcomes"]
    assert derivation_results(stories, "BLIND") == truth["blind"]
    assert derivation_results(stories, "ATTENDED") == truth["attended"]
    assert visit_outcomes(stories) == {}
    assert not any(s.call.queue_record for s in stories.values())


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("name", ["cdr-custom.csv", "Master.csv"])
def test_detail_rows_alone_tell_who_spoke_with_a_person_and_nothing_of_queues_or_derivations(run, name):
    stories, truth = told(run, name), expected(run)
    inbound = [s.call for s in stories.values() if s.call.direction == "INBOUND"]
    assert len(inbound) == truth["inbound"]
    assert sum(call.answered_by_person is True for call in inbound) == truth["answered_by_person"]
    assert inbound_outcomes(stories)["ANSWERED"] == truth["outcomes"]["ANSWERED"]
    assert inbound_outcomes(stories)["ABANDONED"] == truth["outcomes"]["ABANDONED"]
    assert visit_outcomes(stories) == {}
    assert not any(s.derivations for s in stories.values())


@pytest.mark.parametrize("run", RUNS)
def test_master_and_custom_rows_of_one_call_count_once(run):
    both = told(run, "Master.csv", "cdr-custom.csv")
    alone = told(run, "cdr-custom.csv")
    assert inbound_outcomes(both) == inbound_outcomes(alone)
    assert {key: len(s.legs) for key, s in both.items()} == {key: len(s.legs) for key, s in alone.items()}


@pytest.mark.parametrize("run", RUNS)
def test_every_inbound_call_has_one_outcome_and_its_times_are_in_order(run):
    for story in told(run, *THREE).values():
        call = story.call
        assert call.ended_at is None or call.ended_at >= call.started_at
        assert call.answered_at is None or call.answered_at >= call.started_at - 1
        assert (call.outcome == "ANSWERED") <= (call.answered_by_person is True)
        for visit in story.visits:
            assert visit.left_at is None or visit.left_at >= visit.entered_at


def test_with_the_queues_record_a_detail_row_speaks_only_from_the_answer_on():
    """The row of a call that a menu answered counts from the menu: the citizen then waited before anybody spoke."""
    told = stories_of([*records_of("reference", "queue_log"), *records_of("reference", "cdr-custom.csv")])
    answered = [
        s for s in told.values() if len(s.visits) == 1 and s.visits[0].outcome == "ANSWERED" and len(s.legs) == 1
    ]
    assert len(answered) > 100
    for story in answered:
        (visit,), (leg,) = story.visits, story.legs
        assert leg.started_at >= visit.left_at, story.call.key
        assert leg.talk_seconds <= (visit.talk_seconds or 0) + 2, story.call.key
