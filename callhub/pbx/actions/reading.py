"""Reading a file in blocks of rows, ahead of the database."""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import blake2b
from itertools import chain
from typing import Any, BinaryIO, NamedTuple, Self

from callhub.pbx.actions.telling import ROWS_AT_ONCE
from callhub.pbx.adapters import SourceFormat, adapter_for
from callhub.pbx.adapters.base import BadRow, RawRow, Reader, Reading, ReadOptions, UnableToRead
from callhub.pbx.adapters.text import excerpt_of

LETTERS_AT_ONCE = 8_000_000  # a row of records has a few hundred; rows of a million must not fill the memory
BLOCKS_WAITING = 2

STILL_WRITTEN = "the file was still being written here: import it again when the row is whole"


class Said(NamedTuple):
    """A row, the digest of its text (signed, 64 bits; another one for another format), and what the row says."""

    row: RawRow
    digest: int
    reading: Reading


class ReadBlock(NamedTuple):
    """A stretch of rows: those that could be split, and those that could not. ``bytes_read`` counts from the file's start."""

    number_of_rows: int
    first_line: int
    said: list[Said]
    bad: list[BadRow]
    bytes_read: int


class _UpTo:
    """A file read only up to the size it had: what is appended meanwhile belongs to the next import.

    So does a line that had been written in part: its latest cell could be wrong and look right. ``cut`` is that part.
    """

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._size = file, size
        self._left = size - file.tell()
        self.lines, self.cut = 0, b""

    def read(self, number: int) -> bytes:
        """Whole lines, up to ``number`` bytes of them; a part of a line only when it is longer, or the file's last."""
        what = self._file.read(min(number, self._left))
        end = what.rfind(b"\n") + 1
        if 0 < end < len(what):
            self._file.seek(end - len(what), os.SEEK_CUR)
            what = what[:end]
        self._left -= len(what)
        if what and not end and not self._left and os.fstat(self._file.fileno()).st_size > self._size:
            self.cut = what
            return b""
        self.lines += what.count(b"\n")
        return what

    def seek(self, *arguments: int) -> int:
        at = self._file.seek(*arguments)
        self._left = max(self._size - at, 0)
        self.lines = 0  # adapters go back to the start only
        return at

    def tell(self) -> int:
        return self._file.tell()


def rows_of(file: BinaryIO, size: int, source: SourceFormat, options: ReadOptions) -> Iterator[RawRow | BadRow]:
    """The rows of a file of ``size`` bytes; of a text file that grows meanwhile, those it had. Raises UnableToRead."""
    bounded: Any = _UpTo(file, min(size, os.fstat(file.fileno()).st_size))
    try:
        is_whole = source == SourceFormat.TABLE and _is_zip(file)
        yield from adapter_for(source).rows(file if is_whole else bounded, options)
        if bounded.cut.strip():
            yield BadRow(bounded.lines + 1, STILL_WRITTEN, excerpt_of(bounded.cut))
    except OSError as error:
        raise UnableToRead(f"The file cannot be read any more: {error.strerror or error}.") from error


def _is_zip(file: BinaryIO) -> bool:
    start = file.read(4)
    file.seek(0)
    return start == b"PK\x03\x04"


class BlocksAhead:
    """Blocks of what the rows of a file say, read by a thread before they are asked for. Raises UnableToRead.

    Whoever takes them says by `read_next` when there is time: reading while the calls of another block are told makes
    both slower, reading while the database works costs nothing.
    """

    def __init__(self, rows: Iterator[RawRow | BadRow], file: BinaryIO, source: SourceFormat, read: Reader) -> None:
        self._blocks = _blocks(rows, file, source, read)
        self._coming: deque[Future[ReadBlock | None]] = deque()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()

    def __iter__(self) -> Iterator[ReadBlock]:
        for _ in range(BLOCKS_WAITING):
            self.read_next()
        while (block := self._coming.popleft().result()) is not None:
            yield block
            if not self._coming:
                self.read_next()

    def read_next(self) -> None:
        """Has one more block read, unless enough are waiting: the memory must hold them."""
        if len(self._coming) < BLOCKS_WAITING:
            self._coming.append(self._thread.submit(next, self._blocks, None))


def _blocks(rows: Iterator[RawRow | BadRow], file: BinaryIO, source: SourceFormat, read: Reader) -> Iterator[ReadBlock]:
    salt = source.value.encode()[:16]
    while first := next(rows, None):
        number, letters, said, bad = 0, 0, [], []
        for row in chain([first], rows):
            number += 1
            if isinstance(row, BadRow):
                bad.append(row)
            else:
                payload = row.payload
                letters += len(payload)
                hashed = blake2b(payload.encode(), digest_size=8, person=salt).digest()
                said.append(Said(row, int.from_bytes(hashed, "big", signed=True), read(payload)))
            if number == ROWS_AT_ONCE or letters > LETTERS_AT_ONCE:
                break
        yield ReadBlock(number, first.line, said, bad, file.tell())
