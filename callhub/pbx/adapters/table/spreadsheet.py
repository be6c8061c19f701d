"""XLSX as rows of text. A bomb is refused by the directory of its ZIP, before anything is unpacked."""

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from callhub.pbx.adapters.base import BadRow, RawRow, UnableToRead
from callhub.pbx.adapters.text import excerpt_of

MOST_UNPACKED = 600 * 2**20  # bytes of all members together
MOST_MEMBERS = 2_000
MOST_RATIO = 200  # unpacked bytes per packed byte of one member
WAYS_OF_PACKING = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # what others need to unpack has no bound


def is_spreadsheet(start: bytes) -> bool:
    """Whether the first bytes are those of an XLSX (a ZIP)."""
    return start.startswith(b"PK\x03\x04")


def refuse_bomb(archive: zipfile.ZipFile) -> None:
    """Raises UnableToRead for a ZIP that is no spreadsheet, or would unpack to too much."""
    members = archive.infolist()
    total = sum(member.file_size for member in members)
    ratio = max((m.file_size / max(m.compress_size, 1) for m in members if m.file_size > 2**20), default=0)
    if len(members) > MOST_MEMBERS or total > MOST_UNPACKED or ratio > MOST_RATIO:
        raise UnableToRead(
            f"The spreadsheet would unpack to {total // 2**20:,} MB in {len(members):,} parts, which no list of calls does: "
            "it was refused before unpacking. Save the calls as CSV and import that."
        )
    if not any(member.filename == "xl/workbook.xml" for member in members):
        raise UnableToRead("The file is a ZIP but no spreadsheet: unpack it and import the file inside.")
    if any(member.compress_type not in WAYS_OF_PACKING for member in members):
        raise zipfile.BadZipFile


def spreadsheet_rows(stream: BinaryIO, delimiter: str) -> Iterator[RawRow | BadRow]:
    """The first sheet's rows as text with ``delimiter``; moments in ISO form. Raises UnableToRead, whatever is wrong."""
    try:
        yield from _rows(stream, delimiter)
    except UnableToRead:
        raise
    except zipfile.BadZipFile:
        raise UnableToRead("The spreadsheet is damaged: open it, save it again as XLSX and import that file.") from None
    except Exception:  # a file that somebody made up can be wrong in any way
        raise UnableToRead(
            "The spreadsheet cannot be read: open it, save it again as XLSX and import that file."
        ) from None


def _rows(stream: BinaryIO, delimiter: str) -> Iterator[RawRow | BadRow]:
    from callhub.pbx.adapters.table.sheet import Sheet  # as late as this: half of what a process needs to import
    from callhub.pbx.adapters.table.workbook import BoundedReads, Workbook

    stream.seek(0)
    bounded: Any = BoundedReads(stream)
    width = 0
    with zipfile.ZipFile(bounded) as archive:
        refuse_bomb(archive)
        for number, texts, problem in Sheet(Workbook(archive)).rows():
            if problem:
                yield BadRow(number, problem, excerpt_of(delimiter.join(texts)))
            elif texts:
                width = width or len(texts)
                texts += [""] * (width - len(texts))
                yield RawRow(number, _line(texts, delimiter))


def _line(texts: list[str], delimiter: str) -> str:
    plain = delimiter.join(texts)
    if not ('"' in plain or "\n" in plain or "\r" in plain or plain.count(delimiter) != len(texts) - 1):
        return plain
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="\r\n").writerow(texts)  # so that line ends are quoted
    return line.getvalue()[:-2]
