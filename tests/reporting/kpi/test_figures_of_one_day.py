"""One day, many definitions: the golden table, and figures that say why they are not there."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.kpi.counts import Counts
from reporting.kpi.definitions import ALL, SERVICE_LEVELS, UnknownDefinition, definition
from reporting.kpi.rules import broken_identities, figure, figures_json


def golden_day():
    """A = 80 (AT = 70), B = 15 (Bs = 5, BT = 9), F = 5, R = 20; T = 20 s, S = 5 s."""
    day = Counts()
    for name, number in {"offered": 100, "answered": 80, "abandoned": 15, "flowed_out": 5, "outcome_REJECTED": 20,
                         "with_queue_record": 100}.items():  # fmt: skip
        day.add(name, number)
    day.waits_answered.update({20: 70, 21: 10})
    day.waits_abandoned.update({4: 5, 20: 4, 21: 6})
    return day


@pytest.mark.parametrize(
    ("name", "numerator", "denominator", "percent"),
    [
        ("sl_answered", 70, 80, 87.5),
        ("sl_answered_or_abandoned_within", 79, 95, 83.2),
        ("sl_default", 70, 90, 77.8),
        ("sl_strict", 70, 95, 73.7),
        ("sl_offered", 70, 100, 70.0),
        ("sl_whole_demand", 70, 120, 58.3),
    ],
)
def test_the_golden_day(name, numerator, denominator, percent):
    one = figure(golden_day(), name, 20, 5)
    assert (one.numerator, one.denominator) == (numerator, denominator)
    assert round(one.value * 100, 1) == percent
    low, high = one.interval
    assert low < one.value < high


def test_a_wait_that_no_record_tells_is_not_a_wait_within_nor_past_the_target():
    day = golden_day()
    day.add("answered", 20)
    day.add("offered", 20)
    assert figure(day, "sl_default", 20, 5) == figure(golden_day(), "sl_default", 20, 5)
    assert figure(day, "answer_rate").numerator == 100


def test_where_no_wait_is_told_levels_and_waits_are_unknown_and_not_0():
    day = golden_day()
    day.waits_answered.clear()
    for name in (*SERVICE_LEVELS, "average_speed_of_answer", "wait_median", "wait_p90"):
        one = figure(day, name, 20, 5)
        assert (one.value, one.numerator, one.reason) == (None, None, "no_record_of_waits"), name
    told = figures_json(day, 20, 5)["visits"]
    assert told["answered"] == {"value": 80}
    assert told["answered_within_target"] == {"value": None, "reason": "no_record_of_waits"}


def test_there_are_six_service_levels_and_each_has_a_definition():
    assert len(SERVICE_LEVELS) == 6
    told = figures_json(golden_day(), 20, 5)["definitions"]
    assert set(told) == set(SERVICE_LEVELS)
    for name, one in told.items():
        assert one["formula"] == definition(name).formula
        assert one["version"] == 2


def test_every_definition_says_what_it_counts_and_can_be_asked():
    for one in ALL:
        assert all([one.name, one.formula, one.numerator, one.denominator or one.unit == "count", one.exclusions])
        assert one.unit in {"share", "seconds", "count"}
        assert figure(golden_day(), one.id).id == one.id


def test_an_unknown_definition_is_refused():
    with pytest.raises(UnknownDefinition):
        figure(golden_day(), "sl_of_my_own")
    with pytest.raises(UnknownDefinition):
        definition("sl_default", 99)


def test_a_day_without_any_call_has_no_figure_and_never_0():
    for one in ALL:
        told = figure(Counts(), one.id)
        assert told.value is None
        assert told.reason
        assert told.interval is None


def test_calls_without_a_queues_record_have_no_queue_figures():
    day = Counts()
    for name in ("inbound", "without_queue_record", "outcome_ANSWERED", "answered_by_person"):
        day.add(name, 10)
    told = figures_json(day, 20, 5)
    for name in ("offered", "answered", "abandoned", "flowed_out", "unknown", "answered_within_target"):
        assert told["visits"][name] == {"value": None, "reason": "no_queue_record"}
    assert {one["value"] for one in told["definitions"].values()} == {None}
    assert told["calls"]["answered_by_person"]["value"] == 10


def test_disaffection_counts_only_derivations_that_were_followed():
    day = Counts()
    for name, number in {"inbound": 9, "blind_total": 9, "blind_picked_up": 2, "blind_lost": 3, "blind_returned_to_queue": 1,
                         "blind_unknown": 3, "with_transfer_record": 9}.items():  # fmt: skip
        day.add(name, number)
    one = figure(day, "disaffection")
    assert (one.numerator, one.denominator) == (4, 6)


def test_derivations_that_nobody_followed_give_no_disaffection():
    day = Counts()
    for name in ("inbound", "blind_total", "blind_unknown", "with_transfer_record"):
        day.add(name, 4)
    told = figures_json(day, 20, 5)["calls"]
    assert told["disaffection"]["value"] is None
    assert told["disaffection"]["reason"] == "derivations_not_traced"
    assert told["derivations"]["blind"]["total"] == 4
    assert told["derivations"]["blind"]["lost"]["value"] is None


def test_identities_hold_on_the_golden_day_and_a_lost_visit_is_seen():
    day = golden_day()
    day.add("inbound", 20)
    assert broken_identities(day) == []
    day.add("answered", -1)
    assert broken_identities(day) == ["O = A + B + F + U"]


@given(st.lists(st.integers(0, 900), max_size=40), st.lists(st.integers(0, 900), max_size=40), st.integers(0, 900))
def test_a_longer_target_never_lowers_a_service_level(answered, abandoned, target):
    day = Counts()
    for name, number in {
        "offered": len(answered) + len(abandoned),
        "answered": len(answered),
        "abandoned": len(abandoned),
    }.items():
        day.add(name, number)
    day.waits_answered.update(Counter(answered))
    day.waits_abandoned.update(Counter(abandoned))
    for name in SERVICE_LEVELS:
        now, later = figure(day, name, target, 0), figure(day, name, target + 30, 0)
        assert (now.value is None) == (later.value is None)
        if now.value is not None:
            assert 0 <= now.value <= later.value <= 1


@pytest.mark.parametrize(
    ("waits", "median", "waited_less"),
    [({4: 150, 9: 138}, 4, 150), ({1: 1, 4: 2, 9: 1}, 4, 3), ({7: 1}, 7, 1)],
)
def test_the_fraction_of_a_median_says_how_many_waited_that_or_less(waits, median, waited_less):
    day = Counts()
    day.add("offered", sum(waits.values()))
    day.waits_answered.update(waits)
    one = figure(day, "wait_median")
    assert (one.value, one.numerator, one.denominator) == (median, waited_less, sum(waits.values()))


@pytest.mark.parametrize(
    ("name", "reason"),
    [("average_handle_time", "no_record_of_wrap_up"), ("occupancy_rate", "no_record_of_available_time")],
)
def test_what_no_record_tells_is_null_with_its_reason(name, reason):
    one = figure(golden_day(), name)
    assert (one.value, one.reason) == (None, reason)


def test_blind_and_attended_derivations_stand_apart():
    day = Counts()
    for name, number in {"inbound": 12, "with_transfer_record": 12, "answered_by_person": 13, "answered_with_transfer_record": 10, "with_derivation": 4,
                         "with_blind": 3, "with_attended": 2}.items():  # fmt: skip
        day.add(name, number)
    told = {
        name: figure(day, name).value
        for name in ("derivation_rate", "derivation_blind_rate", "derivation_attended_rate")
    }
    assert told == {"derivation_rate": 0.4, "derivation_blind_rate": 0.3, "derivation_attended_rate": 0.2}


def test_calls_that_no_record_of_transfers_tells_of_are_in_no_share_of_derivations():
    """1,000 calls known from detail rows alone beside 100 from CEL, of which 40 were handed on: 60 %, not 96 %."""
    day = Counts()
    for name, number in {"inbound": 1100, "with_transfer_record": 100, "answered_by_person": 1100,
                         "answered_with_transfer_record": 100, "with_derivation": 40}.items():  # fmt: skip
        day.add(name, number)
    assert figure(day, "solution_index").value == 0.6
    assert figure(day, "derivation_rate").value == 0.4


def test_calls_of_which_nothing_tells_who_answered_are_in_no_share_and_all_of_them_give_a_reason():
    day = Counts()
    for name, number in {"inbound": 500, "person_unknown": 500}.items():
        day.add(name, number)
    assert (figure(day, "answered_by_person_rate").value, figure(day, "answered_by_person_rate").reason) == (
        None,
        "no_record_of_who_answered",
    )
    day.add("inbound", 100)
    day.add("answered_by_person", 75)
    assert figure(day, "answered_by_person_rate").value == 0.75


def test_keys_pressed_in_a_queue_are_a_count_among_the_visits():
    day = golden_day()
    day.add("flowed_out_by_key", 3)
    one = figure(day, "callbacks_requested")
    assert (one.value, one.numerator, one.denominator, one.interval) == (3, 3, 100, None)


def test_a_sunday_on_which_all_calls_came_out_of_hours_had_nobody_in_a_queue_and_nothing_was_derived():
    sunday = Counts()
    for name in ("inbound", "outcome_CLOSED", "without_queue_record"):
        sunday.add(name, 3)
    told = figures_json(sunday, 20, 5)
    assert told["visits"]["offered"] == told["visits"]["answered_within_target"] == {"value": 0}
    assert told["visits"]["service_level"]["reason"] == "denominator_is_zero"
    assert told["calls"]["derivations"]["blind"]["total"] == 0
    for name in ("inbound", "outcome_ANSWERED", "answered_by_person", "without_queue_record"):
        sunday.add(name)
    told = figures_json(sunday, 20, 5)
    assert told["visits"]["offered"] == {"value": None, "reason": "no_queue_record"}
    assert told["calls"]["derivations"]["blind"]["total"] == {"value": None, "reason": "no_record_of_transfers"}
