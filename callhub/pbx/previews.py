"""The start of a table: as it stands in the file, and as a mapping makes calls of it."""

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from callhub.calls.forms import OUTCOME_NAMES
from callhub.calls.models import Outcome
from callhub.calls.rules.story import tell
from callhub.pbx.adapters import SourceFormat, adapter_for
from callhub.pbx.adapters.base import (
    BadRow,
    Ignored,
    RawRow,
    ReadOptions,
    Rejected,
    TableRecord,
    UnableToRead,
    checked,
)
from callhub.pbx.adapters.table.spreadsheet import is_spreadsheet, spreadsheet_rows
from callhub.pbx.adapters.text import cells_of, refuse_too_wide, refuse_unreadable, text_rows
from callhub.pbx.rules import PbxSettings

ROWS = 6
ROWS_TRIED = 500
ROWS_OF_WORDS = 5_000
BYTES_LOOKED_AT = 4 * 2**20  # of a text, however few rows they hold
MOST_WORDS = 24
DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8", "cp1252", "latin-1")


@dataclass(frozen=True)
class Preview:
    """Header and first rows as cells; ``error`` says why there is none."""

    columns: list[str]
    rows: list[list[str]]
    delimiter: str
    encoding: str
    error: str = ""
    is_spreadsheet: bool = False

    def examples(self, column: str) -> list[str]:
        """What the first rows say in a column, without the empty cells."""
        place = self.columns.index(column) if column in self.columns else -1
        return [row[place] for row in self.rows if 0 <= place < len(row) and row[place].strip()]


def preview_of(path: Path, delimiter: str = "", encoding: str = "") -> Preview:
    """A table's start. What is not given is guessed."""
    with path.open("rb") as file:
        start = file.read(65_536)
    is_sheet = is_spreadsheet(start)
    encoding = "utf-8" if is_sheet else encoding if encoding in ENCODINGS else _encoding(start)
    try:
        rows = list(islice(_payloads(path, ",", encoding, start), ROWS + 1))
    except UnableToRead as error:
        return Preview([], [], ",", "utf-8", str(error), is_sheet)
    if is_sheet:
        delimiter = ","
    elif delimiter not in DELIMITERS:
        delimiter = max(DELIMITERS, key=(rows[0] if rows else "").count)
    cells = [cells_of(row, delimiter) for row in rows]
    try:
        refuse_too_wide(cells[0] if cells else [])
    except UnableToRead as error:
        return Preview([], [], delimiter, encoding, str(error), is_sheet)
    return Preview(cells[0] if cells else [], cells[1:], delimiter, encoding, is_spreadsheet=is_sheet)


def words_of(path: Path, preview: Preview, column: str) -> list[str]:
    """The different words of a column, the most frequent first; none when they are so many that they tell no outcome."""
    if column not in preview.columns:
        return []
    place, counted = preview.columns.index(column), Counter[str]()
    with path.open("rb") as file:
        start = file.read(65_536)
    rows = islice(_payloads(path, preview.delimiter, preview.encoding, start), 1, ROWS_OF_WORDS + 1)
    try:
        for cells in (cells_of(row, preview.delimiter) for row in rows):
            if len(cells) == len(preview.columns):
                counted[cells[place].strip()] += 1
            if len(counted) > MOST_WORDS:
                return []
    except UnableToRead:  # said beside the rows
        return []
    return [word for word, _number in counted.most_common()]


class UnderstoodRow(NamedTuple):
    """A row of the file and what becomes of it: ``call`` holds outcome, moments and seconds when it is one."""

    line: int
    refused: str = ""
    is_left_out: bool = False
    call: dict[str, Any] | None = None

    @property
    def outcome(self) -> Any:
        """The call's outcome in words."""
        return OUTCOME_NAMES[Outcome(self.call["outcome"])] if self.call else ""


@dataclass
class Understood:
    """What a mapping makes of the file's first rows; ``error`` says why it makes nothing."""

    rows: list[UnderstoodRow] = field(default_factory=list)
    calls: int = 0
    left_out: int = 0
    refused: int = 0
    first_refused: UnderstoodRow | None = None
    error: str = ""

    @property
    def tried(self) -> int:
        """How many rows were read."""
        return self.calls + self.left_out + self.refused


def understood(path: Path, mapping: dict[str, Any], timezone: str) -> Understood:
    """Reads the first rows as an import would, and stores nothing."""
    found = Understood()
    options, adapter = ReadOptions(timezone, dict(mapping)), adapter_for(SourceFormat.TABLE)
    try:
        with _opened(path) as file:
            rows = islice(adapter.rows(file, options), ROWS_TRIED)
            read = checked(adapter.reader(options))
            for row in rows:
                _add(found, row, row if isinstance(row, BadRow) else read(row.payload))
    except UnableToRead as error:
        found.error = str(error)
    return found


def _add(found: Understood, row: RawRow | BadRow, said: Any) -> None:
    told = UnderstoodRow(row.line)
    if isinstance(said, Ignored):
        found.left_out += 1
        told = told._replace(is_left_out=True)
    elif isinstance(said, Rejected | BadRow):
        found.refused += 1
        told = told._replace(refused=said.reason)
        found.first_refused = found.first_refused or told
    else:
        found.calls += 1
        told = told._replace(call=_call(said)) if len(found.rows) < ROWS else told
    if len(found.rows) < ROWS:
        found.rows.append(told)


def _call(record: TableRecord) -> dict[str, Any]:
    story = tell("", [record], PbxSettings())
    if story is None:
        return {}
    visit = story.visits[0] if story.visits else None
    return {
        "outcome": story.call.outcome,
        "started_at": datetime.fromtimestamp(story.call.started_at, UTC),
        "caller": story.call.caller,
        "agent": story.call.agent,
        "queue": visit.queue if visit else "",
        "wait_seconds": visit.wait_seconds if visit else None,
        "talk_seconds": visit.talk_seconds if visit else None,
    }


def _payloads(path: Path, delimiter: str, encoding: str, start: bytes) -> Iterator[str]:
    with _opened(path) as file:
        if is_spreadsheet(start):
            rows = spreadsheet_rows(file, delimiter)
        else:
            refuse_unreadable(start)
            rows = text_rows(file, encoding=encoding, quoted=True, delimiter=delimiter)
        yield from (row.payload for row in rows if isinstance(row, RawRow))


def _opened(path: Path) -> BinaryIO:
    """A spreadsheet; of a text its start, up to the end of a line."""
    file = path.open("rb")
    if is_spreadsheet(file.read(4)):
        return file
    with file:
        file.seek(0)
        start = file.read(BYTES_LOOKED_AT)
    whole = start if len(start) < BYTES_LOOKED_AT else start[: start.rfind(b"\n") + 1] or start
    return io.BytesIO(whole)


def _encoding(start: bytes) -> str:
    try:
        start[: start.rfind(b"\n") + 1 or len(start)].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
