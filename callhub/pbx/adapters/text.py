"""From bytes to rows of text: encodings, endless lines, quotes that span lines. Bounded memory."""

import csv
from collections.abc import Iterator
from typing import BinaryIO

from callhub.pbx.adapters.base import BadRow, RawRow, UnableToRead, printable

LONGEST_LINE = 1_000_000  # bytes; a row of a table may hold whole conversations
LONGEST_RECORD = 32_768  # bytes; a telephone record has a few hundred, and all those of a call are told together
MOST_LINES_OF_A_ROW = 50
MOST_COLUMNS = 1_000
_EXCERPT = 120
_CHUNK = 1 << 20  # bytes; the longest line fits


def excerpt_of(raw: bytes | str) -> str:
    """The start of a row as it can be shown: without control characters."""
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    return printable(text[:_EXCERPT])


def cells_of(payload: str, delimiter: str = ",") -> list[str]:
    """The cells of one row of CSV; none when it is no such row."""
    try:
        return next(csv.reader([payload], delimiter=delimiter), [])
    except csv.Error:
        return []


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Physical lines without their end. A line that is too long is given cut, and its rest is skipped.

    Many are asked of the stream at once: to ask for each takes as long as to read what it says.
    """
    number, begun = 0, b""
    while chunk := stream.read(_CHUNK):
        lines = chunk.split(b"\n")
        lines[0] = begun + lines[0]
        begun = lines.pop()[: LONGEST_LINE + 1]
        for place, line in enumerate(lines, number + 1):
            yield place, line.rstrip(b"\r")
        number += len(lines)
    if begun:
        yield number + 1, begun.rstrip(b"\r")


def refuse_unreadable(start: bytes) -> None:
    """Refuses a file by its first bytes: empty, UTF-16, binary. Raises UnableToRead."""
    if not start.strip():
        raise UnableToRead("The file is empty: nothing was imported.")
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or _has_two_bytes_a_letter(start):
        raise UnableToRead(
            "The file is in UTF-16: save it as UTF-8 (“CSV UTF-8” in a spreadsheet) and import it again."
        )
    if start[:4] == b"PK\x03\x04":
        raise UnableToRead("The file is a ZIP or a spreadsheet (XLSX): import it with the format “table”.")
    if start[:2] == b"\x1f\x8b":
        raise UnableToRead("The file is compressed with gzip: decompress it and import it again.")
    if start.count(b"\0") > len(start) // 20:
        raise UnableToRead("The file holds NUL bytes throughout: it is not a text file of telephone records.")


def _has_two_bytes_a_letter(start: bytes) -> bool:
    """UTF-16 without its mark: nearly every second byte is NUL, and none of the others is."""
    return any(start[i::2].count(0) * 10 > 9 * len(start[i::2]) and 0 not in start[1 - i :: 2] for i in (0, 1))


def refuse_too_wide(columns: list[str]) -> None:
    """Refuses a header of more columns than a list of calls has. Raises UnableToRead."""
    if len(columns) > MOST_COLUMNS:
        raise UnableToRead(
            f"The table has {len(columns):,} columns and no list of calls has more than {MOST_COLUMNS}: "
            "delete the columns that are not needed and import it again."
        )


def _is_quote_open(raw: bytes, delimiter: str) -> bool:
    """Whether a cell in double quotes goes on after this line. A quote in the middle of a plain cell opens nothing."""
    line, place = raw.decode("latin-1"), 0
    while True:
        if line.startswith('"', place):
            place = line.find('"', place + 1)
            while place >= 0 and line.startswith('"', place + 1):
                place = line.find('"', place + 2)
            if place < 0:
                return True
        place = line.find(delimiter, place) + 1
        if not place:
            return False


def text_rows(
    stream: BinaryIO,
    *,
    encoding: str = "utf-8",
    quoted: bool = False,
    delimiter: str = ",",
    longest: int = LONGEST_LINE,
) -> Iterator[RawRow | BadRow]:
    """Rows of text of at most ``longest`` bytes. With ``quoted`` a row goes on over lines while a cell in quotes is open.

    A row that cannot be decoded, holds NUL, is too long or never closes its quote is a BadRow; the next line is read
    as a row again, so that one bad row does not swallow the others.
    """
    waiting: list[tuple[int, bytes]] = []
    lines = _lines(stream)

    def next_line() -> tuple[int, bytes] | None:
        return waiting.pop(0) if waiting else next(lines, None)

    is_first = True
    while (found := next_line()) is not None:
        number, raw = found
        if is_first:
            raw, is_first = raw.removeprefix(b"\xef\xbb\xbf"), False
        if not raw.strip():
            continue
        if quoted and len(raw) <= longest and raw.count(b'"') % 2 and _is_quote_open(raw, delimiter):
            parts = [(number, raw)]
            while len(parts) < MOST_LINES_OF_A_ROW and (more := next_line()) is not None:
                parts.append(more)
                if more[1].count(b'"') % 2:
                    break
            else:
                waiting[:0] = parts[1:]
                yield BadRow(number, "a double quote is opened and never closed", excerpt_of(raw))
                continue
            raw = b"\n".join(part for _, part in parts)
        yield _decoded(number, raw, encoding, longest)


def _decoded(line: int, raw: bytes, encoding: str, longest: int) -> RawRow | BadRow:
    if len(raw) > longest:
        reason = f"the row is longer than {longest:,} bytes, which no telephone record is"
    elif b"\0" in raw:
        reason = "the row holds NUL bytes"
    else:
        try:
            return RawRow(line, raw.decode(encoding))
        except UnicodeDecodeError as error:
            reason = f"byte {error.start + 1} of the row is not {encoding.upper()}: save the file as UTF-8"
    return BadRow(line, reason, excerpt_of(raw))
