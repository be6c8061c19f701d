"""The parts of an XLSX, read as a stream. Nothing is held but the texts that cells share and the rows of one chunk.

Whoever made the file is not trusted: what it says of its own sizes, the order of its rows and the depth of its texts
may be a lie, so everything that could grow without end has a bound here.
"""

import posixpath
import sys
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from callhub.pbx.adapters.base import UnableToRead
from callhub.pbx.adapters.text import LONGEST_LINE

CHUNK = 1 << 16  # bytes unpacked at once
MOST_OF_A_TAG = 2**20  # bytes of one tag, which the parser holds as a whole
MOST_OF_A_READ = 2**22  # bytes: the directory of a ZIP is read at once, and this is one of 2,000 parts and more
MOST_DESCRIPTION = 20 * 2**20  # bytes of the parts that only describe: workbook, relations, styles
MOST_STRINGS = 100 * 2**20  # bytes of the part with the shared texts
MOST_STRINGS_HELD = 80 * 2**20  # bytes of memory
MOST_NAMES = 20_000  # sheets, relations and formats of numbers
LONGEST_FORMAT = 255  # letters of a number format, as in Excel
PLAIN, MOMENT, DURATION = range(3)


class Damaged(Exception):
    """The spreadsheet is not as one must be."""


class BoundedReads:
    """A file that refuses to be read in one go of any length, as a lying directory of a ZIP asks for."""

    def __init__(self, file: BinaryIO) -> None:
        self.seek, self.tell, self._file = file.seek, file.tell, file

    def seekable(self) -> bool:
        """See io.IOBase."""
        return True

    def read(self, number: int = -1) -> bytes:
        """See io.IOBase."""
        read = self._file.read(MOST_OF_A_READ + 1 if number < 0 else min(number, MOST_OF_A_READ + 1))
        if len(read) > MOST_OF_A_READ:
            raise zipfile.BadZipFile
        return read


def parser_of(start: Callable[[str, dict[str, str]], None], end: Callable[[str], None]) -> Any:
    """A parser that calls these with the names of elements, and refuses what no spreadsheet has: a document type."""
    parser = expat.ParserCreate()
    parser.buffer_text, parser.buffer_size = True, CHUNK
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _refuse(*_of_the_document: Any) -> None:
    raise Damaged


def local(name: str) -> str:
    """An element's name without the prefix that some programs write."""
    return name.rpartition(":")[2] if ":" in name else name


def fed(parser: Any, archive: zipfile.ZipFile, part: str, most: int = sys.maxsize) -> Iterator[int]:
    """Gives a part to a parser, chunk by chunk, and says each time how many bytes that were. Raises Damaged."""
    read = 0
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            read += len(chunk)
            parser.Parse(chunk, False)
            if read > most or read - parser.CurrentByteIndex > MOST_OF_A_TAG:
                raise Damaged
            yield read
    parser.Parse(b"", True)


class Workbook:
    """What the cells of the first sheet need to be read."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.epoch = WINDOWS_EPOCH
        self._sheets: list[str] = []
        self._relations: dict[str, tuple[str, str]] = {}
        self._formats: dict[str, str] = {}
        self._describe("xl/workbook.xml", self._workbook)
        self._describe("xl/_rels/workbook.xml.rels", self._relation)
        self.sheet = self._first_sheet()
        self.styles: list[int] = []  # PLAIN, MOMENT or DURATION
        self._describe(self._related("styles"), self._style)
        self.strings = Strings(archive, self._related("sharedStrings")).texts

    def _describe(self, part: str, take: Callable[[list[str], dict[str, str]], None]) -> None:
        """Calls ``take`` with the path of each element and its attributes. A part that is not there says nothing."""
        if part not in self.archive.NameToInfo:
            return
        path: list[str] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            path.append(local(name))
            if len(path) > 50:
                raise Damaged
            take(path, attributes)

        def end(_name: str) -> None:
            path.pop()

        for _read in fed(parser_of(start, end), self.archive, part, MOST_DESCRIPTION):
            if len(self._sheets) + len(self._relations) + len(self._formats) > MOST_NAMES:
                raise Damaged

    def _workbook(self, path: list[str], attributes: dict[str, str]) -> None:
        if path[-1] == "workbookPr" and attributes.get("date1904") in {"1", "true"}:
            self.epoch = MAC_EPOCH
        elif path[1:] == ["sheets", "sheet"]:
            self._sheets += [value for name, value in attributes.items() if ":" in name and local(name) == "id"][:1]

    def _relation(self, path: list[str], attributes: dict[str, str]) -> None:
        if path[-1] == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            part = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))[1:]
            self._relations[attributes.get("Id", "")] = kind, part

    def _related(self, kind: str) -> str:
        return next((part for found, part in self._relations.values() if found == kind), "")

    def _first_sheet(self) -> str:
        for one in self._sheets:
            kind, part = self._relations.get(one, ("", ""))
            if kind == "worksheet" and part in self.archive.NameToInfo:
                return part
        raise Damaged

    def _style(self, path: list[str], attributes: dict[str, str]) -> None:
        if path[1:] == ["numFmts", "numFmt"]:
            self._formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:LONGEST_FORMAT]
        elif path[1:] == ["cellXfs", "xf"]:
            number = attributes.get("numFmtId", "0")
            known = BUILTIN_FORMATS.get(int(number)) if number.isdecimal() and len(number) < 9 else None
            form = self._formats.get(number, known)
            is_moment = is_date_format(form)
            self.styles.append(DURATION if is_moment and is_timedelta_format(form) else MOMENT if is_moment else PLAIN)


class Strings:
    """The texts that cells share, in a memory of bounded size."""

    def __init__(self, archive: zipfile.ZipFile, part: str) -> None:
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._letters, self._held, self._is_phonetic = 0, 0, False
        if part not in archive.NameToInfo:
            return
        self._parser = parser_of(self._start, self._end)
        for read in fed(self._parser, archive, part):
            if read > MOST_STRINGS or self._held > MOST_STRINGS_HELD:
                raise UnableToRead(
                    f"The texts of the spreadsheet need more than {MOST_STRINGS_HELD // 2**20} MB of memory: "
                    "save the calls as CSV and import that."
                )

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        name = local(name)
        if name == "t" and not self._is_phonetic:
            self._parser.CharacterDataHandler = self._read
        elif name == "rPh":
            self._is_phonetic = True

    def _read(self, text: str) -> None:
        self._letters += len(text)
        if self._letters > LONGEST_LINE:
            raise Damaged  # the longest text of a cell has 32,767 letters
        self._pieces.append(text)

    def _end(self, name: str) -> None:
        name = local(name)
        if name == "t":
            self._parser.CharacterDataHandler = None
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "si":
            text = "".join(self._pieces)
            self.texts.append(text)
            self._pieces.clear()
            self._letters, self._held = 0, self._held + 8 + sys.getsizeof(text)
