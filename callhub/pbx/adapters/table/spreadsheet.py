"""XLSX as rows of text. A bomb is refused by the directory of its ZIP, before anything is unpacked."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, BinaryIO

from callhub.pbx.adapters.base import BadRow, RawRow, UnableToRead

MOST_UNPACKED = 600 * 2**20  # bytes of all members together
MOST_MEMBERS = 2_000
MOST_COLUMNS = 1_000
MOST_RATIO = 200  # unpacked bytes per packed byte of one member


def is_spreadsheet(start: bytes) -> bool:
    """Whether the first bytes are those of an XLSX (a ZIP)."""
    return start.startswith(b"PK\x03\x04")


def refuse_bomb(stream: BinaryIO) -> None:
    """Raises UnableToRead for a ZIP that is broken, no spreadsheet, or would unpack to too much."""
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise UnableToRead("The spreadsheet is damaged: open it, save it again as XLSX and import that file.") from None
    total = sum(member.file_size for member in members)
    ratio = max((m.file_size / max(m.compress_size, 1) for m in members if m.file_size > 2**20), default=0)
    if len(members) > MOST_MEMBERS or total > MOST_UNPACKED or ratio > MOST_RATIO:
        raise UnableToRead(
            f"The spreadsheet would unpack to {total // 2**20:,} MB in {len(members):,} parts, which no list of calls does: "
            "it was refused before unpacking. Save the calls as CSV and import that."
        )
    if not any(member.filename == "xl/workbook.xml" for member in members):
        raise UnableToRead("The file is a ZIP but no spreadsheet: unpack it and import the file inside.")


def spreadsheet_rows(stream: BinaryIO, delimiter: str) -> Iterator[RawRow | BadRow]:
    """The first sheet's rows as text with ``delimiter``; moments in ISO form. Formulas count with their stored value."""
    from openpyxl import load_workbook

    stream.seek(0)
    refuse_bomb(stream)
    stream.seek(0)
    try:
        book = load_workbook(stream, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the sheet says of its own size may be a million rows of 16,384 columns
    except Exception:
        raise UnableToRead(
            "The spreadsheet cannot be read: open it, save it again as XLSX and import that file."
        ) from None
    width = 0
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if len(cells) > MOST_COLUMNS:
            raise UnableToRead(
                f"Row {number:,} of the spreadsheet has {len(cells):,} columns and no list of calls has more than {MOST_COLUMNS}: "
                "delete the columns that are not needed and import it again."
            )
        texts = [_text(cell) for cell in cells]
        if any(texts):
            width = width or len(texts)
            texts += [""] * (width - len(texts))
            while len(texts) > width and not texts[-1]:
                texts.pop()
            line = io.StringIO()
            csv.writer(line, delimiter=delimiter, lineterminator="").writerow(texts)
            yield RawRow(number, line.getvalue().replace("\0", ""))


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):  # a day without time of day comes as its midnight
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
