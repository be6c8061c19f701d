"""Does a file look like the format that was chosen? If not, what does it look like?"""

import itertools
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from callhub.pbx.adapters.base import BadRow, RawRow, SourceFormat, UnableToRead
from callhub.pbx.adapters.text import LONGEST_RECORD, cells_of, refuse_unreadable, text_rows

FIRST_ROWS = 40
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d")
CEL_EVENTS = frozenset(
    """CHAN_START CHAN_END ANSWER HANGUP APP_START APP_END PARK_START PARK_END BRIDGE_START BRIDGE_END
    BRIDGE_ENTER BRIDGE_EXIT BRIDGE_UPDATE CONF_ENTER CONF_EXIT CONF_START CONF_END BLINDTRANSFER
    ATTENDEDTRANSFER TRANSFER PICKUP FORWARD LINKEDID_END LOCAL_OPTIMIZE LOCAL_OPTIMIZE_BEGIN STREAM_BEGIN
    STREAM_END DTMF USER_DEFINED 3WAY_START 3WAY_END HOOKFLASH""".split()
)
NAMES = {
    SourceFormat.QUEUE_LOG: "a queue_log of Asterisk (epoch|callid|queue|agent|EVENT|...)",
    SourceFormat.CEL: "channel events (CEL) of Asterisk as CSV",
    SourceFormat.CDR: "call detail records (CDR) of Asterisk as CSV",
    SourceFormat.TABLE: "a table with a header, for the format “table”",
}


def is_queue_log(payload: str) -> bool:
    """Five fields with bars and a time in front, or an exported row with an event of queues."""
    parts = payload.split("|")
    if len(parts) >= 5:
        return parts[0].replace(".", "", 1).isdigit()
    cells = cells_of(payload)
    return ("callid" in cells and "event" in cells and "queuename" in cells) or (
        8 <= len(cells) <= 13 and bool(MOMENT.match(cells[1]) or MOMENT.match(cells[0])) and "|" not in payload
    )


def is_cel(payload: str) -> bool:
    """An event name in one of the first two cells, or the column names."""
    cells = cells_of(payload)
    return len(cells) >= 17 and (
        bool(CEL_EVENTS & set(cells[:2])) or "eventtype" in (c.lower() for c in cells[:3]) or _has_event_time(cells)
    )


def _has_event_time(cells: list[str]) -> bool:
    # A user-defined event prints its own name in the first cell.
    return cells[0].isupper() and bool(re.fullmatch(r"\d{9,10}\.\d+", cells[1]) or MOMENT.match(cells[1]))


def is_cdr(payload: str) -> bool:
    """A moment in the cell where one of the known forms has its start, or the column names."""
    cells = cells_of(payload)
    return len(cells) >= 14 and (
        any(MOMENT.match(cells[i]) for i in (0, 8, 9) if i < len(cells)) or {"disposition", "billsec"} <= set(cells)
    )


LOOKS: dict[SourceFormat, Callable[[str], bool]] = {
    SourceFormat.QUEUE_LOG: is_queue_log,
    SourceFormat.CEL: is_cel,
    SourceFormat.CDR: is_cdr,
}


def checked_rows(stream: BinaryIO, chosen: SourceFormat, *, quoted: bool) -> Iterator[RawRow | BadRow]:
    """The rows of a file that looks as chosen. Raises UnableToRead before the first row otherwise."""
    start = stream.read(4096)
    refuse_unreadable(start)
    stream.seek(0)
    rows = text_rows(stream, quoted=quoted, longest=LONGEST_RECORD)
    first = list(itertools.islice(rows, FIRST_ROWS))
    if not first:
        raise UnableToRead("The file is empty: nothing was imported.")
    good = [row for row in first if isinstance(row, RawRow)]
    if not good:
        bad = next(row for row in first if isinstance(row, BadRow))
        if len(first) == 1:
            raise UnableToRead(f"The only row cannot be read: in line {bad.line}, {bad.reason}.")
        raise UnableToRead(f"None of the first {len(first)} rows can be read: in line {bad.line}, {bad.reason}.")
    if not any(LOOKS[chosen](row.payload) for row in good):
        other = next(
            (name for fmt, name in NAMES.items() if fmt in LOOKS and any(LOOKS[fmt](r.payload) for r in good)), ""
        )
        advice = f"it looks like {other}" if other else f"its line {good[0].line} begins “{good[0].payload[:40]}”"
        raise UnableToRead(f"This is not {NAMES[chosen]}: {advice}. Choose the format of the file and import it again.")
    return itertools.chain(first, rows)
