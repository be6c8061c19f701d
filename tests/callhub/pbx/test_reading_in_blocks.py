"""A file is read in blocks that the memory holds: so many rows, or so many letters."""

import io

import pytest

from callhub.pbx.actions import reading
from callhub.pbx.adapters import SourceFormat
from callhub.pbx.adapters.base import Ignored, RawRow


@pytest.mark.parametrize(
    ("rows", "letters", "blocks"),
    [(0, 10, []), (1, 10, [1]), (14_000, 10, [14_000]), (14_001, 10, [14_000, 1]), (20, 900_000, [9, 9, 2])],
)
def test_blocks_are_bounded_in_rows_and_in_letters(rows, letters, blocks):
    made = (RawRow(number, "x" * letters) for number in range(1, rows + 1))
    with reading.BlocksAhead(made, io.BytesIO(), SourceFormat.QUEUE_LOG, lambda payload: Ignored("none")) as ahead:
        read = list(ahead)
    assert [block.number_of_rows for block in read] == blocks
    assert [block.first_line for block in read] == [1 + sum(blocks[:number]) for number in range(len(blocks))]
    assert [said.row.line for block in read for said in block.said] == list(range(1, rows + 1))


def test_no_more_blocks_are_read_ahead_than_may_wait():
    asked: list[int] = []

    def rows():
        for number in range(1, 200_001):
            asked.append(number)
            yield RawRow(number, "x")

    with reading.BlocksAhead(rows(), io.BytesIO(), SourceFormat.QUEUE_LOG, lambda payload: Ignored("none")) as ahead:
        taken = iter(ahead)
        next(taken)
        for _ in range(5):
            ahead.read_next()
    assert len(asked) == reading.ROWS_AT_ONCE * (1 + reading.BLOCKS_WAITING)
