"""The rows of an XLSX's first sheet, one after the other, their cells as text."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from openpyxl.utils.datetime import from_excel

from callhub.pbx.adapters.base import UnableToRead
from callhub.pbx.adapters.table.workbook import (
    DURATION,
    PLAIN,
    Damaged,
    Workbook,
    fed,
    local,
    parser_of,
)
from callhub.pbx.adapters.text import LONGEST_LINE, MOST_COLUMNS

MOST_ROWS = 1_048_576  # of a sheet, as in Excel
MOST_WITHOUT_ROW = 32 * 2**20  # bytes of a sheet in which no row ends
UNKNOWN_TEXT = "a cell of the row names a text that the spreadsheet does not hold"
TOO_LONG = f"the row is longer than {LONGEST_LINE:,} bytes, which no telephone record is"
_TRUTHS = {"1": "True", "0": "False"}


class SheetRow(NamedTuple):
    """A row with its number in the sheet. ``problem`` says why its cells cannot be used."""

    number: int
    cells: list[str]
    problem: str


class Sheet:
    """Reads the sheet of a workbook. Formulas count with their stored value."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._rows: list[SheetRow] = []
        self._number, self._is_over = 0, False
        self._cells: list[str] = []
        self._letters, self._problem = 0, ""
        self._column, self._place, self._kind, self._style = 0, 0, "n", PLAIN
        self._pieces: list[str] = []
        self._is_phonetic = False
        self._parser: Any = parser_of(self._start, self._end)

    def rows(self) -> Iterator[SheetRow]:
        """The rows with a text in them. Raises Damaged, and UnableToRead for a sheet that is too wide."""
        latest = 0
        for read in fed(self._parser, self._book.archive, self._book.sheet):
            if self._rows:
                yield from self._rows
                self._rows.clear()
                latest = read
            if self._is_over:  # what follows the rows is not needed
                return
            if read - latest > MOST_WITHOUT_ROW:
                raise Damaged
        raise Damaged

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = local(name)
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v" or (name == "t" and not self._is_phonetic):
            self._parser.CharacterDataHandler = self._read
        elif name == "row":
            self._begin_row(attributes.get("r"))
        elif name == "rPh":
            self._is_phonetic = True

    def _end(self, name: str) -> None:
        name = local(name)
        if name == "c":
            self._end_cell()
        elif name in {"v", "t"}:
            self._parser.CharacterDataHandler = None
        elif name == "row":
            self._rows.append(SheetRow(self._number, self._cells, self._problem))
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "sheetData":
            self._is_over = True
            self._parser.StartElementHandler = self._parser.EndElementHandler = None

    def _begin_row(self, reference: str | None) -> None:
        number = self._number + 1 if reference is None else _whole(reference)
        if not self._number < number <= MOST_ROWS:
            raise Damaged
        self._number, self._cells, self._column = number, [], 0
        self._letters, self._problem = 0, ""

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self._column = self._column + 1 if reference is None else _column(reference.rstrip("0123456789"))
        self._kind, self._pieces = attributes.get("t", "n"), []
        style = attributes.get("s")
        styles = self._book.styles
        self._style = PLAIN if style is None else styles[place] if (place := _whole(style)) < len(styles) else PLAIN

    def _read(self, text: str) -> None:
        if self._letters <= LONGEST_LINE:
            self._letters += len(text)
            self._pieces.append(text)

    def _end_cell(self) -> None:
        text = "".join(self._pieces) if len(self._pieces) != 1 else self._pieces[0]
        if self._kind == "s" and text:
            self._letters -= len(text)
            text = self._shared(text)
            self._letters += len(text)
        elif self._kind == "n" and text:
            text = _number(text) if self._style == PLAIN else _moment(text, self._style, self._book.epoch)
        elif self._kind == "d":
            text = _iso(text)
        elif self._kind == "b":
            text = _TRUTHS.get(text, text)
        if not text:
            return
        if self._column > MOST_COLUMNS:
            raise UnableToRead(
                f"Row {self._number:,} of the spreadsheet has {self._column:,} columns and no list of calls has more than "
                f"{MOST_COLUMNS}: delete the columns that are not needed and import it again."
            )
        if self._column <= len(self._cells):
            raise Damaged  # two cells in one place, or in no order
        if self._letters > LONGEST_LINE:
            self._problem, text = TOO_LONG, ""
        self._cells += [""] * (self._column - 1 - len(self._cells))
        self._cells.append(text)

    def _shared(self, text: str) -> str:
        strings = self._book.strings
        place = int(text) if text.isdecimal() and len(text) < 10 else len(strings)
        if place >= len(strings):
            self._problem = UNKNOWN_TEXT
            return ""
        return strings[place]


def _whole(text: str) -> int:
    if not (text.isdecimal() and len(text) < 10):
        raise Damaged
    return int(text)


@lru_cache(maxsize=2_000)
def _column(letters: str) -> int:
    """1 for A, 27 for AA."""
    if not (0 < len(letters) <= 3 and letters.isascii() and letters.isupper()):
        raise Damaged
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _number(text: str) -> str:
    """A number as it looks without a format: a whole one without its point."""
    if text.isdecimal():
        return text
    try:
        found = float(text)
        return str(int(found)) if found.is_integer() else str(found)
    except (ValueError, OverflowError):
        return text


def _moment(text: str, style: int, epoch: datetime) -> str:
    """A number of days as the moment, the time of day or the duration that it means; a text that means none as it is."""
    try:
        return _told(from_excel(float(text), epoch, timedelta=style == DURATION))
    except (ValueError, OverflowError):
        return text


def _iso(text: str) -> str:
    try:
        return _told(datetime.fromisoformat(text))
    except ValueError:
        return text


def _told(found: Any) -> str:
    if isinstance(found, datetime):  # a day without time of day comes as its midnight
        return found.date().isoformat() if found.time() == time() else found.isoformat(" ", "seconds")
    if isinstance(found, timedelta):
        minutes, seconds = divmod(round(found.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    if isinstance(found, date | time):
        return found.isoformat()
    return str(found)
