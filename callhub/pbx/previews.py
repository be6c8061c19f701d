"""The first rows of a table, before anybody said which column is which."""

import csv
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from callhub.pbx.adapters.base import RawRow, UnableToRead
from callhub.pbx.adapters.table.spreadsheet import is_spreadsheet, spreadsheet_rows
from callhub.pbx.adapters.text import refuse_unreadable, text_rows

ROWS = 8


@dataclass(frozen=True)
class Preview:
    """Header and first rows as cells; ``error`` says why there is none."""

    columns: list[str]
    rows: list[list[str]]
    delimiter: str
    encoding: str
    error: str = ""


def preview_of(path: Path) -> Preview:
    """Guesses encoding and delimiter of a table and shows its start."""
    with path.open("rb") as file:
        start = file.read(65_536)
        file.seek(0)
        try:
            if is_spreadsheet(start):
                delimiter, encoding = ",", "utf-8"
                rows = list(islice(spreadsheet_rows(file, delimiter), ROWS + 1))
            else:
                encoding = _encoding(start)
                refuse_unreadable(start, encoding)
                rows = list(islice(text_rows(file, encoding=encoding, quoted=b'"' in start), ROWS + 1))
                delimiter = _delimiter(next((r.payload for r in rows if isinstance(r, RawRow)), ""))
        except UnableToRead as error:
            return Preview([], [], ",", "utf-8", str(error))
    cells = [next(csv.reader([r.payload], delimiter=delimiter)) for r in rows if isinstance(r, RawRow)]
    return Preview(cells[0] if cells else [], cells[1:], delimiter, encoding)


def _encoding(start: bytes) -> str:
    try:
        start[: start.rfind(b"\n") + 1 or len(start)].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _delimiter(header: str) -> str:
    return max((",", ";", "\t", "|"), key=header.count)
