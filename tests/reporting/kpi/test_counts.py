"""Counts add up: quarters make days, queues make all, and the stored form loses nothing."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.waits import bin_of
from reporting.kpi.counts import Counts

NAMES = st.sampled_from(["offered", "answered", "abandoned", "inbound", "outcome_CLOSED", "blind_lost", "talk_n"])
FEW = st.dictionaries(st.integers(0, 5_000).map(bin_of), st.integers(1, 50), max_size=6)
MANY = st.lists(st.integers(0, 9), min_size=20, max_size=80).map(
    lambda n: {s: number for s, number in enumerate(n) if number}
)
HISTOGRAM = st.one_of(FEW, MANY, st.tuples(FEW, MANY).map(lambda both: both[0] | both[1]))

HOURS = st.dictionaries(st.integers(0, 23), st.integers(1, 50), max_size=3)


@st.composite
def counts(draw):
    made = Counts()
    for name, number in draw(st.dictionaries(NAMES, st.integers(0, 1_000))).items():
        made.add(name, number)
    made.waits_answered.update(draw(HISTOGRAM))
    made.waits_abandoned.update(draw(HISTOGRAM))
    for hours in (made.hours, made.hours_derived, made.hours_missed):
        hours.update(draw(HOURS))
    return made


def plain(one):
    return one.to_json()


@given(counts(), counts(), counts())
def test_the_order_of_adding_makes_no_difference(a, b, c):
    assert plain(a + b) == plain(b + a)
    assert plain((a + b) + c) == plain(a + (b + c))
    assert plain(a + Counts()) == plain(a)


@given(counts(), counts())
def test_adding_changes_neither_part(a, b):
    before = plain(a), plain(b)
    a + b
    assert (plain(a), plain(b)) == before


@given(counts(), counts(), st.integers(0, 700))
def test_what_is_asked_of_the_sum_is_the_sum_of_the_answers(a, b, target):
    total = a + b
    assert total.within(target) == a.within(target) + b.within(target)
    assert total.abandoned_within(target) == a.abandoned_within(target) + b.abandoned_within(target)
    assert total.abandoned_before(target) == a.abandoned_before(target) + b.abandoned_before(target)


@given(counts())
def test_the_stored_form_loses_nothing(a):
    stored = json.loads(json.dumps(a.to_json()))
    back = Counts.from_json(stored)
    assert (back.waits_answered, back.waits_abandoned) == (a.waits_answered, a.waits_abandoned)
    assert plain(back) == plain(a)
    assert 0 not in [v for v in stored.values() if not isinstance(v, list)]


@given(counts())
def test_read_without_waits_only_the_waits_are_missing(a):
    back = Counts.without_waits(json.loads(json.dumps(a.to_json())))
    assert not back.waits_answered and not back.waits_abandoned
    assert back["offered"] == a["offered"] and back["inbound"] == a["inbound"]
    assert dict(back.hours) == {hour: number for hour, number in a.hours.items() if number}


@given(st.lists(counts(), max_size=4))
def test_the_sum_of_stored_counts_is_the_sum_of_the_counts(several):
    total = Counts()
    for one in several:
        total += one
    back = Counts.from_json(*(one.to_json() for one in several))
    assert (back.waits_answered, back.waits_abandoned) == (total.waits_answered, total.waits_abandoned)
    assert plain(back) == plain(total)


@pytest.mark.parametrize(
    ("waits", "keys"),
    [
        ({}, set()),
        ({300: 1}, {"pa"}),  # far from the start and alone: a pair
        ({0: 3, 1: 1, 2: 2, 5: 1}, {"da"}),  # close together: a number per second
        ({0: 3, 1: 1, 600: 1, 660: 2}, {"pa"}),
        ({**dict.fromkeys(range(100), 1), 660: 2, 3_720: 1}, {"da", "pa"}),  # minutes stay pairs
        (dict.fromkeys(range(601), 4_294_967_295), {"da"}),
    ],
)
def test_waits_are_stored_as_pairs_or_as_a_number_per_second(waits, keys):
    one = Counts()
    one.waits_answered.update(waits)
    stored = one.to_json()
    assert set(stored) == keys
    assert Counts.from_json(stored).waits_answered == waits


def test_buckets_stored_before_waits_were_texts_are_still_read():
    assert Counts.from_json({"wa": [[3, 2], [660, 1]], "pa": "3,1"}).waits_answered == {3: 3, 660: 1}


@pytest.mark.parametrize(
    ("seconds", "bin"),
    [(0, 0), (4.999, 4), (20, 20), (599.9, 599), (600.9, 600), (601, 660), (612.9, 660), (660, 660), (3_725, 3_780)],
)
def test_waits_are_kept_by_the_second_to_600_then_by_the_end_of_their_minute(seconds, bin):
    assert bin_of(seconds) == bin


@given(st.lists(st.integers(0, 1_000)), st.one_of(st.integers(0, 600), st.sampled_from([660, 720, 900])))
def test_a_target_of_ten_minutes_or_less_or_of_whole_minutes_is_exact(waits, target):
    counts = Counts()
    for wait in waits:
        counts.waits_answered[bin_of(wait)] += 1
        counts.waits_abandoned[bin_of(wait)] += 1
    assert counts.within(target) == counts.abandoned_within(target) == sum(wait <= target for wait in waits)


def test_a_target_holds_its_own_second_and_a_short_abandon_is_under_its_limit():
    one = Counts()
    one.waits_answered.update({3: 1, 4: 2, 5: 4})
    one.waits_abandoned.update({4: 1, 5: 2, 6: 4})
    assert one.within(4) == 3
    assert one.abandoned_within(5) == 3
    assert one.abandoned_before(5) == 1


@given(st.lists(st.integers(0, 600), min_size=1, max_size=60))
def test_quantiles_are_those_of_the_waits(waits):
    one = Counts()
    one.waits_answered.update(Counter(waits))
    for share in (0.5, 0.9):
        value = one.wait_quantile(share)
        assert sum(w <= value for w in waits) >= share * len(waits)
        assert sum(w < value for w in waits) < share * len(waits)


def test_without_waits_there_is_no_quantile():
    assert Counts().wait_quantile(0.5) is None
