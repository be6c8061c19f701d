"""Cents add up: to the total, in every language, and half a cent goes up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kit.money import euros, half_up, part, percent, shares, whole_euros

HALVES = [("0.5", 1), ("0.4999", 0), ("1.5", 2), ("2.5", 3), ("-0.5", -1), ("-1.4", -1), ("-2.5", -3), ("1234", 1234)]


@pytest.mark.parametrize(("cents", "whole"), HALVES)
def test_half_a_cent_goes_up(cents, whole):
    assert half_up(Decimal(cents)) == whole


PARTS = [(3_000, 12, 30, 1_200), (10_000, 1, 31, 323), (10_000, 30, 31, 9_677), (10_000, 0, 31, 0), (1, 1, 2, 1)]


@pytest.mark.parametrize(("cents", "of", "whole", "expected"), PARTS)
def test_a_part_of_an_amount(cents, of, whole, expected):
    assert part(cents, of, whole) == expected


PERCENTAGES = [(10_000, "21", 2_100), (9_999, "21", 2_100), (150, "7", 11), (149, "7", 10), (10_000, "3.5", 350)]


@pytest.mark.parametrize(("cents", "rate", "expected"), PERCENTAGES)
def test_a_percentage_is_rounded_once(cents, rate, expected):
    assert percent(cents, Decimal(rate)) == expected


SHARES = [
    (100, [1, 1, 1], [34, 33, 33]),
    (-100, [1, 1, 1], [-34, -33, -33]),
    (10, [3, 0, 1], [8, 0, 2]),
    (1, [1, 2], [0, 1]),
    (0, [5, 5], [0, 0]),
]


@pytest.mark.parametrize(("total", "weights", "expected"), SHARES)
def test_shares_of_a_total(total, weights, expected):
    assert shares(total, weights) == expected


@given(some.integers(-(10**9), 10**9), some.lists(some.integers(0, 10**6), min_size=1, max_size=40))
def test_shares_add_up_to_the_cent_and_none_is_off_by_a_whole_one(total, weights):
    if not sum(weights):
        with pytest.raises(ValueError, match="one of them above zero"):
            shares(total, weights)
        return
    found = shares(total, weights)
    assert sum(found) == total
    for share, weight in zip(found, weights, strict=True):
        assert abs(share - Decimal(total) * weight / sum(weights)) < 1


def test_nothing_is_shared_out_by_a_weight_below_zero():
    with pytest.raises(ValueError, match="zero or more"):
        shares(100, [3, -1])


WRITTEN = [
    (123_456, "es", "1.234,56\u00a0€"),
    (123_456, "ca", "1.234,56\u00a0€"),
    (123_456, "en", "€1,234.56"),
    (5, "es", "0,05\u00a0€"),
    (0, "ca", "0,00\u00a0€"),
    (-123_456_789, "es", "−1.234.567,89\u00a0€"),
    (-5, "en", "−€0.05"),
    (100_000, "en-gb", "€1,000.00"),
]


@pytest.mark.parametrize(("cents", "language", "text"), WRITTEN)
def test_an_amount_as_people_write_it(cents, language, text):
    assert euros(cents, language) == text


WITHOUT_CENTS = [
    (12_300, "es", "123\u00a0€"),
    (12_300, "en", "€123"),
    (12_305, "ca", "123,05\u00a0€"),
    (12_305, "en", "€123.05"),
]


@pytest.mark.parametrize(("cents", "language", "text"), WITHOUT_CENTS)
def test_cents_are_left_out_only_where_there_are_none(cents, language, text):
    assert whole_euros(cents, language) == text
