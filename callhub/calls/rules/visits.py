"""Visits to queues from a queue's own record."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import lt

from callhub.pbx.adapters.base import LONGEST_DURATION, QueueRecord

# Exit event -> (outcome, reason, place of the wait among the data).
EXITS = {
    "CONNECT": ("ANSWERED", "", 0),
    "ABANDON": ("ABANDONED", "HUNG_UP", 2),
    "EXITWITHTIMEOUT": ("FLOWED_OUT", "TIMEOUT", 2),
    "EXITWITHKEY": ("FLOWED_OUT", "KEY", 3),
    "EXITEMPTY": ("FLOWED_OUT", "EMPTY", 2),
    "WITHDRAW": ("FLOWED_OUT", "WITHDRAWN", 2),
    "SYSCOMPAT": ("UNKNOWN", "SYSCOMPAT", 9),
    "AGENTDUMP": ("UNKNOWN", "AGENT_DUMP", 9),
}
# End of the conversation -> place of the talk among the data; ATTENDEDTRANSFER counts from its end.
ENDS = {"COMPLETECALLER": 1, "COMPLETEAGENT": 1, "BLINDTRANSFER": 3, "TRANSFER": 3, "ATTENDEDTRANSFER": -2}
_RINGS = frozenset({"RINGNOANSWER", "RINGCANCELED"})  # they change nothing of a visit
_WAITING, _TALKING = range(2)
_LAST_POSITION = 32_767


@dataclass(slots=True)
class VisitStory:
    """One entry into a queue up to its exit. Moments are epoch seconds."""

    queue: str
    entered_at: float
    left_at: float | None = None
    outcome: str = "UNKNOWN"
    exit_reason: str = ""
    wait_seconds: float | None = None
    ring_seconds: float | None = None
    talk_seconds: float | None = None
    agent: str = ""
    position: int | None = None
    talked_until: float | None = None


def _number(record: QueueRecord, place: int) -> float | None:
    try:
        value = float(record.data[place])
    except (IndexError, ValueError):
        return None
    return value if 0 <= value <= LONGEST_DURATION else None  # "nan" is none


def _between(start: float, end: float) -> float | None:
    """The seconds between two moments; None when no wait can be so long, because one of them is wrong."""
    return max(end - start, 0.0) if end - start <= LONGEST_DURATION else None


def told_once(records: Sequence[QueueRecord]) -> list[QueueRecord]:
    """The records without those that a database tells of an event which the file tells too.

    The file writes the whole second in which the event was noted, the database the exact moment, up to a second later.
    """
    clocks = {record.at.is_integer() for record in records}
    if len(clocks) < 2:
        return list(records)
    whole = {record for record in records if record.at.is_integer()}
    return [
        one
        for one in records
        if one in whole or whole.isdisjoint(one._replace(at=float(int(one.at) - late)) for late in (0, 1))
    ]


def visits_of(records: Iterable[QueueRecord]) -> list[VisitStory]:
    """The visits in the records of one call, in order of entry.

    A visit is one ENTERQUEUE up to its exit of the same channel and queue. File times are whole seconds, so events of one
    second are taken in the order in which they can have happened. The same event told twice (file and database) counts once.
    """
    by_place: defaultdict[tuple[str, str], list[QueueRecord]] = defaultdict(list)
    for record in records:
        by_place[record.channel, record.queue].append(record)
    found: list[VisitStory] = []
    for events in by_place.values():
        found += _visits_at_one_place(events)
    if len(found) > 1:
        found.sort(key=lambda visit: (visit.entered_at, visit.queue))
    return found


def _visits_at_one_place(events: list[QueueRecord]) -> list[VisitStory]:
    visits: list[VisitStory] = []
    state: int | None = None
    seconds = [int(event.at) for event in events]
    if all(map(lt, seconds, seconds[1:])):
        for event in events:
            state = _tell(event, visits, state)
        return visits
    telling = sorted((e for e in events if e.event not in _RINGS), key=_order)
    unique = {(int(e.at), e.event, e.agent): e for e in telling}
    for _, of_second in groupby(sorted(unique.values(), key=_order), key=lambda e: int(e.at)):
        here = list(of_second)
        while here:
            event = here.pop(next((i for i, e in enumerate(here) if _can_happen(e.event, state)), 0))
            state = _tell(event, visits, state)
    return visits


def _order(record: QueueRecord) -> tuple[int, str, str, tuple[str, ...]]:
    return (int(record.at), record.event, record.agent, record.data)


def _can_happen(event: str, state: int | None) -> bool:
    if state is None:
        return event == "ENTERQUEUE"
    if state == _WAITING:
        return event in EXITS
    return event in ENDS


def _tell(event: QueueRecord, visits: list[VisitStory], state: int | None) -> int | None:
    name = event.event
    if name == "ENTERQUEUE":
        position = _number(event, 2)
        is_told = position is not None and position <= _LAST_POSITION
        visits.append(VisitStory(event.queue, event.at, position=int(position or 0) if is_told else None))
        return _WAITING
    if not visits:
        return state
    visit = visits[-1]
    if state == _WAITING and name in EXITS:
        visit.outcome, visit.exit_reason, place = EXITS[name]
        visit.left_at = event.at
        wait = _number(event, place)
        visit.wait_seconds = wait if wait is not None else _between(visit.entered_at, event.at)
        if name == "CONNECT":
            visit.agent, visit.ring_seconds = event.agent, _number(event, 2)
            return _TALKING
        return None
    if state == _TALKING and name in ENDS:
        visit.talk_seconds, visit.talked_until = _number(event, ENDS[name]), event.at
        return None
    return state
