"""Asterisk's queue_log: `epoch|callid|queue|agent|EVENT|data...`, and the CSV that a realtime backend exports.

The export is in local time, or in UTC when `queue_log_realtime_use_gmt` is on: the second in the channel's id tells which.
"""

import csv
from collections.abc import Iterator
from typing import BinaryIO

from callhub.pbx.adapters.asterisk.sniff import checked_rows
from callhub.pbx.adapters.base import (
    EARLIEST,
    LATEST,
    BadRow,
    Ignored,
    QueueRecord,
    RawRow,
    Reader,
    Reading,
    ReadOptions,
    Rejected,
    SourceFormat,
    refuse_impossible,
)
from callhub.pbx.adapters.clocks import LocalClock, epoch_of_uniqueid

NOT_A_CALL = frozenset({"NONE", "MANAGER", "REALTIME", "CLI", ""})

# Fewest data fields an event must have for its wait or talk to be read.
CALL_EVENTS = {
    "ENTERQUEUE": 0,
    "CONNECT": 1,
    "ABANDON": 3,
    "EXITWITHTIMEOUT": 1,
    "EXITWITHKEY": 1,
    "EXITEMPTY": 1,
    "WITHDRAW": 1,
    "COMPLETECALLER": 2,
    "COMPLETEAGENT": 2,
    "BLINDTRANSFER": 1,
    "ATTENDEDTRANSFER": 1,
    "TRANSFER": 1,
    "RINGNOANSWER": 0,
    "RINGCANCELED": 0,
    "SYSCOMPAT": 0,
    "AGENTDUMP": 0,
}
MOST_FIELDS = 50


class QueueLog:
    """Adapter of queue_log."""

    format = SourceFormat.QUEUE_LOG

    def rows(self, stream: BinaryIO, options: ReadOptions) -> Iterator[RawRow | BadRow]:
        """See Adapter.rows. The header of an exported CSV is not a row."""
        for row in checked_rows(stream, self.format, quoted=False):
            if not (isinstance(row, RawRow) and row.line == 1 and _is_header(row.payload)):
                yield row

    def reader(self, options: ReadOptions) -> Reader:
        """See Adapter.reader."""
        clock = LocalClock(options.timezone)

        def read(payload: str) -> Reading:
            parts = payload.split("|")
            if len(parts) < 5:
                return _exported(payload, clock)
            try:
                at = float(parts[0])
            except ValueError:
                return Rejected(f"the row must begin with the time in seconds since 1970, not “{parts[0][:20]}”")
            return _record(at, parts[1], parts[2], parts[3], parts[4], parts[5:])

        return read


def _is_header(payload: str) -> bool:
    return "callid" in payload and "event" in payload and "queuename" in payload


def _exported(payload: str, clock: LocalClock) -> Reading:
    cells = next(csv.reader([payload]), [])
    start = 1 if len(cells) > 1 and cells[0].isdigit() and not cells[1].isdigit() else 0
    if len(cells) < start + 5:
        return Rejected(f"the row has {len(cells)} fields; a queue_log row has at least 5, separated by |")
    try:
        moment = cells[start]
        is_epoch = moment.replace(".", "", 1).isdigit()
        at = float(moment) if is_epoch else clock.epoch(moment, epoch_of_uniqueid(cells[start + 1]))
    except (ValueError, IndexError):
        return Rejected(f"“{cells[start][:20]}” is not a time")
    data = cells[start + 5 :]
    if len(data) > 5:  # an empty column `data` stands before data1 to data5
        data = data[1:] if not data[0] else data[0].split("|")
    return _record(at, cells[start + 1], cells[start + 2], cells[start + 3], cells[start + 4], data)


def _record(at: float, channel: str, queue: str, agent: str, event: str, data: list[str]) -> Reading:
    fewest = CALL_EVENTS.get(event)
    if fewest is None:
        return Ignored("queue_member_event" if event in MEMBER_EVENTS else "event_not_needed")
    if channel in NOT_A_CALL:
        return Ignored("call_without_id")
    if not EARLIEST <= at <= LATEST and (impossible := refuse_impossible(at)):
        return impossible
    while data and not data[-1]:
        data.pop()
    if len(data) > MOST_FIELDS:
        return Rejected(f"{event} must have at most {MOST_FIELDS} data fields and has {len(data)}")
    if len(data) < fewest:
        return Rejected(f"{event} must have at least {fewest} data fields and has {len(data)}")
    return QueueRecord(at, channel, None, queue, "" if agent == "NONE" else agent, event, tuple(data))


MEMBER_EVENTS = frozenset(
    """ADDMEMBER REMOVEMEMBER PAUSE UNPAUSE PAUSEALL UNPAUSEALL PENALTY RINGINUSE AGENTLOGIN AGENTLOGOFF
    AGENTCALLBACKLOGIN AGENTCALLBACKLOGOFF QUEUESTART CONFIGRELOAD""".split()
)
