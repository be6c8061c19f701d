"""Replaces calls by their newest stories, many at a time."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from callhub.calls.rules import Story, call_id
from kit.copying import Copier, as_array, as_cell, as_time
from kit.periods import quarter_of
from tenants.isolation.context import connection

_CALL = (
    "id, pbx_id, key, direction, started_at, ended_at, answered_at, caller, is_hidden, line, agent, outcome, "
    "outcome_reason, answered_by_person, queue_record, sources"
)
_VISIT = "call_id, queue, entered_at, left_at, outcome, exit_reason, wait_seconds, ring_seconds, talk_seconds, agent, position"
_LEG = "call_id, party, started_at, talk_seconds"
_DERIVATION = "call_id, kind, at, by_agent, target, result, reason, picked_up_after_seconds"


@dataclass(frozen=True)
class Replaced:
    """What changed: calls made new, calls told again, and the quarters of an hour (UTC starts) they touch."""

    created: int
    updated: int
    quarters: set[datetime]


@dataclass(frozen=True)
class Forgotten:
    """Calls that were told before and are gone: their ids, and the quarters of an hour (UTC starts) they touched."""

    ids: set[str]
    quarters: set[datetime]


def forget_calls(*, pbx: uuid.UUID, keys: Iterable[str]) -> Forgotten:
    """Removes what was told before of these calls. Must run inside the transaction that changes their records."""
    ids = [call_id(pbx, key) for key in keys]
    if not ids:
        return Forgotten(set(), set())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT replace(c.id::text, '-', ''), c.started_at, v.entered_at FROM calls_call c "
            "LEFT JOIN calls_visit v ON v.call_id = c.id WHERE c.id = ANY(%s::uuid[])",
            [as_array(ids)],
        )
        found = cursor.fetchall()
        there = {row[0] for row in found}
        if there:
            some = as_array(there)
            for table in ("visit", "leg", "derivation"):
                cursor.execute(f"DELETE FROM calls_{table} WHERE call_id = ANY(%s::uuid[])", [some])
            cursor.execute("DELETE FROM calls_call WHERE id = ANY(%s::uuid[])", [some])
    quarters = {quarter_of(moment) for _, started, entered in found for moment in (started, entered) if moment}
    return Forgotten(there, quarters)


def write_calls(
    *, pbx: uuid.UUID, pbx_id: int, stories: Iterable[tuple[str, Story | None]], forgotten: Forgotten, copier: Copier
) -> Replaced:
    """Writes ``stories`` by call key, in the place of those ``forgotten`` in the same transaction. Waits for ``copier``."""
    told = _Told(pbx_id)
    lines = (told.add(call_id(pbx, key), story) for key, story in stories if story is not None)
    copier.send("calls_call", _CALL, lines)
    copier.send("calls_visit", _VISIT, told.visits)
    copier.send("calls_leg", _LEG, told.legs)
    copier.send("calls_derivation", _DERIVATION, told.derivations)
    copier.wait()
    _introduce("lines_queue", told.queues - {""})
    _introduce("lines_agent", told.agents - {""})
    _introduce("lines_line", {number for number in told.numbers if number and len(number) <= 20}, column="number")
    quarters = forgotten.quarters | {datetime.fromtimestamp(moment * 900, UTC) for moment in told.moments}
    updated = len(told.ids & forgotten.ids)
    return Replaced(len(told.ids) - updated, updated, quarters)


class _Told:
    """What the stories of one stretch leave to write besides the lines of their calls."""

    def __init__(self, pbx_id: int) -> None:
        self.pbx_id = pbx_id
        self.ids: set[str] = set()
        self.visits: list[str] = []
        self.legs: list[str] = []
        self.derivations: list[str] = []
        self.queues: set[str] = set()
        self.agents: set[str] = set()
        self.numbers: set[str] = set()
        self.moments: set[float] = set()  # quarters of an hour since 1970

    def add(self, own: str, story: Story) -> str:
        """Keeps the lines of a story's parts and gives the line of its call."""
        call = story.call
        self.ids.add(own)
        if call.direction == "INBOUND":  # what an outgoing call dials is a citizen's number, no line of the town
            self.numbers.add(call.line)
        self.moments.add(call.started_at // 900)
        for v in story.visits:
            self.moments.add(v.entered_at // 900)
            self.queues.add(v.queue)
            self.agents.add(v.agent)
            self.visits.append(
                f"{own}\t{as_cell(v.queue)}\t{as_time(v.entered_at)}\t{as_time(v.left_at)}\t{v.outcome}\t{v.exit_reason}\t"
                f"{_maybe(v.wait_seconds)}\t{_maybe(v.ring_seconds)}\t{_maybe(v.talk_seconds)}\t{as_cell(v.agent)}\t"
                f"{_maybe(v.position)}\n"
            )
        for leg in story.legs:
            self.legs.append(f"{own}\t{as_cell(leg.party)}\t{as_time(leg.started_at)}\t{_maybe(leg.talk_seconds)}\n")
        for d in story.derivations:
            self.derivations.append(
                f"{own}\t{d.kind}\t{as_time(d.at)}\t{as_cell(d.by_agent)}\t{as_cell(d.target)}\t{d.result}\t{d.reason}\t"
                f"{_maybe(d.picked_up_after_seconds)}\n"
            )
        return (
            f"{own}\t{self.pbx_id}\t{as_cell(call.key)}\t{call.direction}\t{as_time(call.started_at)}\t"
            f"{as_time(call.ended_at)}\t{as_time(call.answered_at)}\t{as_cell(call.caller)}\t{call.is_hidden}\t"
            f"{as_cell(call.line)}\t{as_cell(call.agent)}\t{call.outcome}\t{call.outcome_reason}\t"
            f"{_maybe(call.answered_by_person)}\t{call.queue_record}\t{call.sources}\n"
        )


def _maybe(value: object) -> str:
    return r"\N" if value is None else str(value)


def _introduce(table: str, names: set[str], column: str = "name") -> None:
    """Queues, agents and lines seen for the first time get a row that people can give a name to."""
    if not names:
        return
    other = "label" if column == "name" else "name"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({column}, {other}) SELECT unnest(%s::text[]), '' ON CONFLICT DO NOTHING",
            [sorted(name[:128] for name in names)],
        )
