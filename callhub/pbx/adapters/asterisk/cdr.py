"""Asterisk's call detail records: Master.csv (16 to 21 columns), the clid-first custom form, cdr_custom with linkedid,
and a database's export. Which form a row has is read from where its start stands and where the ids are."""

import csv
import re
from collections.abc import Iterator
from typing import BinaryIO

from callhub.pbx.adapters.asterisk.sniff import MOMENT, checked_rows
from callhub.pbx.adapters.base import (
    LONGEST_DURATION,
    BadRow,
    CdrRecord,
    RawRow,
    Reader,
    Reading,
    ReadOptions,
    Rejected,
    SourceFormat,
    channel_by_name,
    refuse_impossible,
)
from callhub.pbx.adapters.clocks import LocalClock, epoch_of_uniqueid

_UNIQUEID = re.compile(r"(?:.*-)?\d{9,10}\.\d+")
_EXACT = re.compile(r"\d{9,10}\.\d{6}|0\.0+")
# Where source, destination, context, channels, application and times stand, by the place of the start.
_FORMS = {9: (1, 2, 3, 5, 6, 7), 8: (1, 2, 3, 4, 5, 6), 0: (2, 3, 4, 5, 6, 7)}


class Cdr:
    """Adapter of CDR."""

    format = SourceFormat.CDR

    def rows(self, stream: BinaryIO, options: ReadOptions) -> Iterator[RawRow | BadRow]:
        """See Adapter.rows. A row with the column names is not a row."""
        for row in checked_rows(stream, self.format, quoted=True):
            if not (isinstance(row, RawRow) and row.line == 1 and "disposition" in row.payload):
                yield row

    def reader(self, options: ReadOptions) -> Reader:
        """See Adapter.reader."""
        clock = LocalClock(options.timezone)

        def read(payload: str) -> Reading:
            cells = next(csv.reader([payload]), [])
            form = next((i for i in (8, 9, 0) if i < len(cells) and MOMENT.match(cells[i])), None)
            if form is None or len(cells) < 14:
                return Rejected(f"the row has {len(cells)} columns and no start where a CDR has it (column 9 or 10)")
            try:
                return _record(cells, form, clock)
            except (ValueError, IndexError) as error:
                return Rejected(f"a time or a duration of the row cannot be read: {str(error)[:60]}")

        return read


def _record(cells: list[str], form: int, clock: LocalClock) -> Reading:
    source, destination, context, name, other, application = (cells[i] for i in _FORMS[form])
    channel, linked = _ids(cells, form)
    true_second = epoch_of_uniqueid(channel)
    if form == 0:
        started = clock.epoch(cells[0], true_second)
        duration, talk, disposition = float(cells[9] or 0), float(cells[10] or 0), cells[11]
        ended = started + duration
        answered = ended - talk if disposition == "ANSWERED" else None
    else:
        started, answered, ended = _times(cells, form, clock, true_second)
        duration, talk, disposition = float(cells[form + 3] or 0), float(cells[form + 4] or 0), cells[form + 5]
    impossible = refuse_impossible(started)
    if impossible:
        return impossible
    if not max(ended - started, duration, talk) <= LONGEST_DURATION:
        return Rejected("the call lasts more than 30 days")
    if ended < started - 1 or not duration >= 0 or not talk >= 0:
        return Rejected("the call ends before it starts")
    if answered is not None and answered < started - 1:
        return Rejected("the call was answered before it started")
    if not channel:
        channel = channel_by_name(name, started)
    return CdrRecord(
        started, channel, linked, source, destination, context, name, other, application, answered, ended, talk,
        disposition.upper(),
    )  # fmt: skip


def _ids(cells: list[str], form: int) -> tuple[str, str | None]:
    """Unique id and linked id: the first two cells of that shape among those after the flags.

    Both begin with the name of the system, or neither does: a user field that ends in an id is no linked id.
    """
    first, last = (14, len(cells)) if form == 0 else (form + 7, form + 12)
    if form == 8:
        first -= 1
    found = [cell for cell in cells[first:last] if _UNIQUEID.fullmatch(cell)]
    if not found:
        return "", None
    system = found[0].rpartition("-")[0]
    return found[0], next((cell for cell in found[1:] if cell.rpartition("-")[0] == system), None)


def _times(
    cells: list[str], form: int, clock: LocalClock, true_second: int | None
) -> tuple[float, float | None, float]:
    exact = [float(cell) for cell in cells[form + 12 :] if _EXACT.fullmatch(cell)]
    if len(exact) >= 3 and exact[0] > 1:
        return exact[0], exact[1] or None, exact[2] or exact[0]
    duration, talk = float(cells[form + 3] or 0), float(cells[form + 4] or 0)
    started = clock.epoch(cells[form], true_second)
    # The durations say which reading of a clock is meant, however long after the channel was made.
    ended = clock.epoch_near(cells[form + 2], started + duration) if cells[form + 2] else started
    answered = clock.epoch_near(cells[form + 1], ended - talk) if cells[form + 1] else None
    return started, answered, ended
