"""What every adapter takes and gives. Pure Python: adapters read text, they know no database."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, BinaryIO, NamedTuple, Protocol

LONGEST_TEXT = 256  # characters of an id, a name or a number
LONGEST_DURATION = 30 * 86_400.0  # seconds; a longer call or wait is a broken counter
EARLIEST = 315_532_800.0  # 1980-01-01: an earlier time is a clock that was never set
LATEST = 4_102_444_800.0  # 2100-01-01
NO_CELLS = "the row cannot be split into cells: a line ends in the middle of one, or one is far too long"


class SourceFormat(StrEnum):
    """The formats that `--format` names."""

    QUEUE_LOG = "asterisk-queue-log"
    CEL = "asterisk-cel"
    CDR = "asterisk-cdr"
    TABLE = "table"


class UnableToRead(Exception):
    """The whole file is refused; the text is one sentence: what is wrong, what was expected, what to do."""


class RawRow(NamedTuple):
    """A row as it stands in the file: ``line`` is the physical line it starts on, from 1; the header is not a row."""

    line: int
    payload: str


class BadRow(NamedTuple):
    """A row that cannot even be split."""

    line: int
    reason: str
    excerpt: str


class Ignored(NamedTuple):
    """A row that says nothing about a call; ``reason`` is a short word."""

    reason: str


class Rejected(NamedTuple):
    """A row that should say something and cannot be right; ``reason`` is a sentence."""

    reason: str


@dataclass(frozen=True)
class ReadOptions:
    """``timezone`` is the IANA zone of clocks without offset; ``mapping`` is for tables only.

    A table's adapter adds ``columns``, the header of the file, to the mapping when it has read it.
    """

    timezone: str
    mapping: dict[str, Any] | None = None


class QueueRecord(NamedTuple):
    """One line of queue_log. ``at`` is in epoch seconds UTC, as in every record."""

    at: float
    channel: str
    linked: str | None
    queue: str
    agent: str
    event: str
    data: tuple[str, ...]
    source: SourceFormat = SourceFormat.QUEUE_LOG


class CelRecord(NamedTuple):
    """One channel event."""

    at: float
    channel: str
    linked: str | None
    event: str
    number: str
    dnid: str
    exten: str
    context: str
    name: str
    application: str
    extra: str
    source: SourceFormat = SourceFormat.CEL


class CdrRecord(NamedTuple):
    """One call detail row. ``answered_at`` is None when nothing answered; ``talk_seconds`` is billsec."""

    at: float
    channel: str
    linked: str | None
    caller: str
    dialled: str
    context: str
    name: str
    other_name: str
    application: str
    answered_at: float | None
    ended_at: float
    talk_seconds: float
    disposition: str
    source: SourceFormat = SourceFormat.CDR


class TableRecord(NamedTuple):
    """One row of a generic table: one visit and one inbound call."""

    at: float
    channel: str
    linked: str | None
    queued_at: float | None
    answered_at: float | None
    ended_at: float | None
    wait_seconds: float | None
    talk_seconds: float | None
    queue: str
    agent: str
    caller: str
    line: str
    outcome: str
    source: SourceFormat = SourceFormat.TABLE


Record = QueueRecord | CelRecord | CdrRecord | TableRecord
SAYS_NOTHING = (Ignored, Rejected)  # a pair: asked of every row, and quicker than of a union
Reading = Record | Ignored | Rejected
Reader = Callable[[str], Reading]


class Adapter(Protocol):
    """One format."""

    format: SourceFormat

    def rows(self, stream: BinaryIO, options: ReadOptions) -> Iterator[RawRow | BadRow]:
        """The rows of a file, one after the other in bounded memory. Raises UnableToRead."""

    def reader(self, options: ReadOptions) -> Reader:
        """A function from a row's payload to what it says; also used later on stored payloads."""


def channel_by_name(name: str, at: float) -> str:
    """What a channel is called that a row names without telling its id.

    `PJSIP/troncal-0000000a` counts on until the switchboard starts anew: with the day it is one channel. Other names
    come again, and only with their moment are they one.
    """
    number = name.rpartition("-")[2].partition(";")[0]
    return f"{at // 86_400:.0f}/{name}" if len(number) == 8 else f"{at:.0f}/{name}"


def refuse_impossible(at: float) -> Rejected | None:
    """Rejects times that no switchboard can have written."""
    if not at >= EARLIEST:  # written like this, "nan" is refused too
        return Rejected("the time is before 1980: the switchboard's clock was not set")
    if at > LATEST:
        return Rejected("the time is after 2100: the switchboard's clock is wrong")
    return None


def printable(text: str) -> str:
    """``text`` as it can be shown: without control characters."""
    return "".join(c if c.isprintable() else "·" for c in text)


def checked(read: Reader) -> Reader:
    """``read``, which also rejects what is no row of CSV, and a text that is no id, name or number: too long to be one."""

    def read_and_check(payload: str) -> Reading:
        try:
            said = read(payload)
        except csv.Error:
            return Rejected(NO_CELLS)
        if len(payload) <= LONGEST_TEXT and not isinstance(said, Rejected):
            return said
        if isinstance(said, Rejected):
            return Rejected(printable(said.reason))
        if isinstance(said, Ignored):
            return said
        for name, value in zip(said._fields, said, strict=True):
            texts = value if isinstance(value, tuple) else (value,)
            longest = max((len(text) for text in texts if isinstance(text, str)), default=0)
            if longest > LONGEST_TEXT and name != "extra":
                return Rejected(
                    f"a text of the row has {longest} characters, and none may have more than {LONGEST_TEXT}"
                )
        return said

    return read_and_check
