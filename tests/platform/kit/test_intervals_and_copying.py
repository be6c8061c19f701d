"""How sure a share is, and texts that survive the way into the database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.copying import as_cell, as_time
from kit.intervals import wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (10, 12, 0.5520, 0.9530),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (28, 50, 0.4231, 0.6884),
        (1, 1, 0.2065, 1.0),
        (500, 1000, 0.4691, 0.5309),
    ],
)
def test_the_interval_of_known_shares(successes, n, low, high):
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_share_lies_in_its_interval_and_the_interval_between_0_and_1(numbers):
    successes, n = numbers
    low, high = wilson(successes, n)
    assert 0 <= low <= successes / n <= high <= 1


@given(st.integers(1, 1_000), st.integers(2, 20))
def test_more_calls_make_it_surer(n, times):
    low, high = wilson(n // 2, n)
    surer_low, surer_high = wilson(n // 2 * times, n * times)
    assert surer_high - surer_low < high - low


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (1, 0), (-1, 5), (6, 5)])
def test_what_is_no_share_is_refused(successes, n):
    with pytest.raises(ValueError, match="is not a share"):
        wilson(successes, n)


@given(st.text())
def test_a_cell_never_ends_its_line_or_its_column_and_can_be_read_back(text):
    cell = as_cell(text)
    assert not set(cell) & {"\t", "\n", "\r"}
    back = cell.replace("\\\\", "\0\0").replace("\\t", "\t").replace("\\n", "\n").replace("\\r", "\r")
    if "\0" not in text:
        assert back.replace("\0\0", "\\") == text


def test_times_are_written_in_utc_and_none_as_null():
    assert as_time(1795450259.25) == "2026-11-23T16:10:59.250000+00:00"
    assert as_time(1795450259) == as_time(1795450259.0) == "2026-11-23 16:10:59+0"
    assert as_time(-1.0) == "1969-12-31 23:59:59+0"
    assert as_time(None) == r"\N"
