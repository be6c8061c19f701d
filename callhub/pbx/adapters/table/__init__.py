"""A generic table (CSV, TSV, XLSX) with a mapping of its columns: every row is one visit and one inbound call."""

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from callhub.pbx.adapters.base import (
    LONGEST_DURATION,
    LONGEST_TEXT,
    NO_CELLS,
    BadRow,
    Ignored,
    RawRow,
    Reader,
    Reading,
    ReadOptions,
    Rejected,
    SourceFormat,
    TableRecord,
    UnableToRead,
    refuse_impossible,
)
from callhub.pbx.adapters.table.mapping import Mapping, mapping_of
from callhub.pbx.adapters.table.spreadsheet import is_spreadsheet, spreadsheet_rows
from callhub.pbx.adapters.text import cells_of, refuse_too_wide, refuse_unreadable, text_rows

DAY = 86_400
HALF_A_DAY = DAY // 2
CLOCKS_DIFFER = 120  # seconds
SAME_SECOND = 1  # moments cut off at the second
MOST_DAYS_KEPT = 20_000  # of read dates
# As a spreadsheet's own days and times come out, however its columns were written before.
_SHEETS_DAY, _SHEETS_TIME = "%Y-%m-%d", "%H:%M:%S"
_DURATION = re.compile(r"-?(?:\d+:){0,2}\d+(?:[.,]\d+)?(?:[eE][+-]?\d{1,3})?", re.ASCII)


class Table:
    """Adapter of tables. ``rows`` leaves the header in ``options.mapping["columns"]``: readers need it."""

    format = SourceFormat.TABLE

    def rows(self, stream: BinaryIO, options: ReadOptions) -> Iterator[RawRow | BadRow]:
        """See Adapter.rows."""
        if options.mapping is None:
            raise UnableToRead("A table needs a mapping that says which column is which.")
        mapping = mapping_of(options.mapping)
        start = stream.read(4096)
        stream.seek(0)
        if is_spreadsheet(start):
            rows: Iterator[RawRow | BadRow] = spreadsheet_rows(stream, mapping.delimiter)
        else:
            refuse_unreadable(start)
            rows = text_rows(stream, encoding=mapping.encoding, quoted=True, delimiter=mapping.delimiter)
        header = next(rows, None)
        if header is None:
            raise UnableToRead("The file is empty: nothing was imported.")
        if isinstance(header, BadRow):
            raise UnableToRead(f"The header of the table cannot be read: {header.reason}.")
        columns = cells_of(header.payload, mapping.delimiter)
        if not columns:
            raise UnableToRead(f"The header of the table cannot be read: {NO_CELLS}.")
        refuse_too_wide(columns)
        missing = [name for name in mapping.columns_needed() if name not in columns]
        if missing:
            raise UnableToRead(
                f"The table has no column “{missing[0]}”: its columns are {', '.join(columns)[:200]}. "
                "Correct the mapping or choose the right file."
            )
        twice = [name for name in mapping.columns_needed() if columns.count(name) > 1]
        if twice:
            raise UnableToRead(
                f"The table has the column “{twice[0]}” twice: give one of them another name and import it again."
            )
        options.mapping["columns"] = columns
        return rows

    def reader(self, options: ReadOptions) -> Reader:
        """See Adapter.reader."""
        stored: dict[str, Any] = options.mapping or {}
        return _reader(mapping_of(stored), stored.get("columns", []), stored.get("timezone") or options.timezone)


def _reader(mapping: Mapping, columns: list[str], timezone: str) -> Reader:
    place = {name: index for index, name in enumerate(columns)}
    count, delimiter = len(columns), mapping.delimiter

    def places(names: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(place[name] for name in names)

    key, moments = places(mapping.key), [places(names) for names in mapping.moments()]
    wait, talk, queue, agent, caller, line, outcome = (
        place.get(name, -1) if name else -1
        for name in (mapping.wait_seconds, mapping.talk_seconds, mapping.queue, mapping.agent, mapping.caller,
                     mapping.line, mapping.outcome_column)
    )  # fmt: skip
    moment_of = _moment_reader(mapping, timezone)
    # Who is told neither of answers nor of outcomes cannot know that nobody answered.
    without_answer = "ABANDONED" if mapping.answered else "UNKNOWN"

    def seconds(cells: list[str], index: int) -> float | None:
        text = cells[index].strip() if index >= 0 else ""
        return _duration(text) if text else None

    def read(payload: str) -> Reading:
        cells = (
            payload.split(delimiter)
            if '"' not in payload and len(delimiter) == 1
            else next(csv.reader(io.StringIO(payload), delimiter=delimiter))
        )
        if len(cells) != count:
            return Rejected(f"the row has {len(cells)} cells and the header has {count}")
        word = _outcome(cells[outcome], mapping) if outcome >= 0 else ""
        if word == "IGNORE":
            return Ignored("outcome_ignored_by_mapping")
        if word is None:
            return Rejected(f"the outcome “{cells[outcome][:40]}” is not in the mapping")
        try:
            arrived, queued, answered, ended = _in_order([moment_of(cells, where) for where in moments])
            waited, talked = seconds(cells, wait), seconds(cells, talk)
        except ValueError as error:
            return Rejected(str(error))
        if arrived is None:
            return Rejected("the row says no time of arrival")
        impossible = refuse_impossible(arrived)
        if impossible:
            return impossible
        return TableRecord(
            arrived,
            _key("\x1f".join([cells[i] for i in key]) if key else payload),
            None,
            queued,
            answered,
            ended,
            waited,
            talked,
            cells[queue].strip() if queue >= 0 else "",
            cells[agent].strip() if agent >= 0 else "",
            cells[caller].strip() if caller >= 0 else "",
            cells[line].strip() if line >= 0 else "",
            word or ("ANSWERED" if answered is not None else without_answer),
        )

    return read


def _key(text: str) -> str:
    """The call's key: what the key columns say, or the digest of what is too long to be looked up."""
    if len(text) <= LONGEST_TEXT:
        return text
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _outcome(text: str, mapping: Mapping) -> str | None:
    return mapping.outcomes.get(text.strip())


@lru_cache(maxsize=20_000)
def _duration(text: str) -> float:
    """Seconds of `34`, `34.5`, `34,5`, `1:02` or `0:01:02`. Raises ValueError with a sentence."""
    found = LONGEST_DURATION + 1
    if len(text) <= 30 and _DURATION.fullmatch(text):
        first, *others = (abs(float(part)) for part in text.replace(",", ".").split(":"))
        if all(part < 60 for part in others):
            found = first
            for part in others:
                found = found * 60 + part
    if not found <= LONGEST_DURATION:
        raise ValueError(f"“{text[:20]}” is not a duration in seconds, or is longer than 30 days")
    if text[0] == "-" and found:
        raise ValueError("a duration of the row is negative")
    return found


def _in_order(moments: list[tuple[float, bool] | None]) -> list[float | None]:
    """Arrival, queue, answer and end in order. A time of day without its own date that lies before an earlier moment of
    the row has passed midnight.

    Clocks of two machines differ: where the queue's clock tells a moment before the arrival, the arrival's is ahead, and
    what comes a little before it is taken as the same. Raises ValueError when the answer or the end lies before the
    arrival, or the end before the answer, or when the row goes on for more than a call can last.
    """
    ordered: list[float | None] = []
    latest = float("-inf")
    real: list[float | None] = []
    for found in moments:
        at, is_time_of_day = found or (None, False)
        if at is not None and is_time_of_day and latest - at > HALF_A_DAY:
            at += DAY
        real.append(at)
        latest = latest if at is None else max(at, latest)
        ordered.append(None if at is None else latest)
    arrived, queued, answered, ended = real
    is_ahead = arrived is not None and queued is not None and queued < arrived
    slack = CLOCKS_DIFFER if is_ahead else SAME_SECOND
    for earlier, later, allowed in (
        (arrived, answered, slack),
        (arrived, ended, slack),
        (answered, ended, SAME_SECOND),
    ):
        if earlier is not None and later is not None and earlier - later > allowed:
            raise ValueError("the row ends, or is answered, before it begins")
    if arrived is not None and latest - arrived > LONGEST_DURATION:
        raise ValueError("the call lasts more than 30 days")
    return ordered


def _read_as(form: str, text: str) -> datetime | None:
    """The day or the time of day that a text tells in a form, without a zone; None when it tells none."""
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007  (the zone is added by whoever asks)
    except ValueError:
        return None


def _moment_reader(mapping: Mapping, timezone: str) -> Any:
    zone = ZoneInfo(timezone)
    empty = frozenset(mapping.empty_times)
    days: dict[str, tuple[float, float] | None] = {}

    @lru_cache(maxsize=100_000)
    def time_of_day(text: str) -> int:
        found = _read_as(mapping.time_format, text) or (_read_as(_SHEETS_TIME, text) if len(text) == 8 else None)
        if found is None:
            raise ValueError(f"“{text[:20]}” is not a time like {mapping.time_format}")
        return found.hour * 3600 + found.minute * 60 + found.second

    # A spreadsheet keeps what was written 0:00:00 as 00:00:00.
    empty_seconds = {time_of_day(text) for text in empty if _read_as(mapping.time_format, text)}

    def midnights(text: str) -> tuple[float, float] | None:
        """Naive midnight as UTC epoch, and the zone's offset when it is the same all day (else NaN)."""
        known = days.get(text)
        if known is None:
            day = _read_as(mapping.date_format, text) or (_read_as(_SHEETS_DAY, text) if len(text) == 10 else None)
            if day is None:
                raise ValueError(f"“{text[:20]}” is not a date like {mapping.date_format}")
            starts, noon, ends = (
                day.replace(hour=h, minute=m, tzinfo=zone).utcoffset() for h, m in ((0, 0), (12, 0), (23, 59))
            )
            same = starts == noon == ends
            naive = day.replace(tzinfo=UTC).timestamp()
            if len(days) > MOST_DAYS_KEPT:
                days.clear()
            known = days[text] = (naive, noon.total_seconds() if same and noon is not None else float("nan"))
        return known

    @lru_cache(maxsize=50_000)
    def whole_moment(text: str) -> float:
        for form in (f"{mapping.date_format} {mapping.time_format}", None):
            try:
                found = datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007
                return (found if found.tzinfo else found.replace(tzinfo=zone)).timestamp()
            except ValueError:
                continue
        if text.replace(".", "", 1).isdecimal() and len(text.split(".")[0]) in {9, 10}:
            return float(text)
        raise ValueError(f"“{text[:30]}” is not a moment like {mapping.date_format} {mapping.time_format}")

    def moment_of(cells: list[str], where: tuple[int, ...]) -> tuple[float, bool] | None:
        if not where:
            return None
        if len(where) == 1:
            text = cells[where[0]].strip()
            return (whole_moment(text), False) if text and text not in empty else None
        date_text, time_text = cells[where[0]].strip(), cells[where[1]].strip()
        if not date_text or not time_text or time_text in empty:
            return None
        beyond = time_of_day(time_text)
        if beyond in empty_seconds:
            return None
        day = midnights(date_text)
        naive, offset = day or (0.0, 0.0)
        if offset == offset:  # not NaN: no clock change that day
            return naive + beyond - offset, True
        local = datetime.fromtimestamp(naive + beyond, UTC).replace(tzinfo=zone)
        return local.timestamp(), True

    return moment_of
