"""Asterisk's channel event log (CEL) as CSV: cel_custom's 20 columns, 19 without userfield, or a database's export."""

import csv
import re
from collections.abc import Iterator
from typing import BinaryIO

from callhub.pbx.adapters.asterisk.sniff import CEL_EVENTS, checked_rows
from callhub.pbx.adapters.base import (
    BadRow,
    CelRecord,
    Ignored,
    RawRow,
    Reader,
    Reading,
    ReadOptions,
    Rejected,
    SourceFormat,
    refuse_impossible,
)
from callhub.pbx.adapters.clocks import LocalClock, epoch_of_uniqueid

_EPOCH = re.compile(r"\d{9,10}(\.\d+)?")
_FEWEST = 17
_NOT_NEEDED = frozenset({"DTMF", "STREAM_END", "LOCAL_OPTIMIZE", "LOCAL_OPTIMIZE_BEGIN", "APP_END"})


class Cel:
    """Adapter of CEL."""

    format = SourceFormat.CEL

    def rows(self, stream: BinaryIO, options: ReadOptions) -> Iterator[RawRow | BadRow]:
        """See Adapter.rows. A row with the column names is not a row."""
        for row in checked_rows(stream, self.format, quoted=True):
            if not (isinstance(row, RawRow) and row.line == 1 and "eventtype" in row.payload.lower()):
                yield row

    def reader(self, options: ReadOptions) -> Reader:
        """See Adapter.reader."""
        clock = LocalClock(options.timezone)

        def read(payload: str) -> Reading:
            cells = next(csv.reader([payload]), [])
            if len(cells) < _FEWEST:
                return Rejected(f"the row has {len(cells)} columns; a CEL row has 19 or 20")
            first = 1 if cells[0].isdigit() else 0  # a database's export begins with its own id
            event, moment = cells[first], cells[first + 1]
            channel, linked = cells[first + 14], cells[first + 15]
            if not event or not channel:
                return Rejected("the row names no event or no channel id")
            try:
                at = float(moment) if _EPOCH.fullmatch(moment) else clock.epoch(moment, epoch_of_uniqueid(channel))
            except (ValueError, IndexError):
                return Rejected(f"“{moment[:30]}” is not the time of an event")
            impossible = refuse_impossible(at)
            if impossible:
                return impossible
            if event in _NOT_NEEDED:
                return Ignored("event_not_needed")
            return CelRecord(
                at,
                channel,
                linked or channel,
                event if event in CEL_EVENTS else "USER_DEFINED",
                cells[first + 3],
                cells[first + 6],
                cells[first + 7],
                cells[first + 8],
                cells[first + 9],
                cells[first + 10],
                cells[-1] if cells[-1].startswith("{") else "",
            )

        return read
