"""Replaces calls by their newest stories, many at a time."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from callhub.calls.rules import Story
from kit.copying import as_cell, as_time, copy_lines
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


def call_id(pbx: uuid.UUID, key: str) -> str:
    """The id (32 hex digits) of the call ``key`` of a switchboard: the same one however often it is told."""
    return hashlib.blake2b(pbx.bytes + key.encode(), digest_size=16).hexdigest()


def replace_calls(
    *, pbx: uuid.UUID, pbx_id: int, stories: Mapping[str, Story | None], known: Iterable[str]
) -> Replaced:
    """Writes ``stories`` by call key; None removes the call. ``known`` are the keys that may have been told before.

    Must run inside the transaction that changed the records.
    """
    ids = {key: call_id(pbx, key) for key in stories}
    before, quarters = _forget([ids[key] for key in known if key in ids])
    lines: dict[str, list[str]] = {"call": [], "visit": [], "leg": [], "derivation": []}
    created = updated = 0
    queues: set[str] = set()
    agents: set[str] = set()
    numbers: set[str] = set()
    moments: set[float] = set()
    for key, story in stories.items():
        if story is None:
            continue
        own = ids[key]
        if own in before:
            updated += 1
        else:
            created += 1
        _add(lines, own, pbx_id, story)
        moments.add(story.call.started_at // 900)
        for visit in story.visits:
            moments.add(visit.entered_at // 900)
            queues.add(visit.queue)
            if visit.agent:
                agents.add(visit.agent)
        if story.call.line:
            numbers.add(story.call.line)
    for table, columns in (("call", _CALL), ("visit", _VISIT), ("leg", _LEG), ("derivation", _DERIVATION)):
        copy_lines(connection, f"calls_{table}", columns, lines[table])
    _introduce("lines_queue", queues - {""})
    _introduce("lines_agent", agents)
    _introduce("lines_line", {number for number in numbers if len(number) <= 20}, column="number")
    quarters |= {datetime.fromtimestamp(moment * 900, UTC) for moment in moments}
    return Replaced(created, updated, quarters)


def _forget(ids: list[str]) -> tuple[set[str], set[datetime]]:
    """Removes calls that were told before; gives the ids there were and the quarters they touched."""
    if not ids:
        return set(), set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT replace(c.id::text, '-', ''), c.started_at, v.entered_at FROM calls_call c "
            "LEFT JOIN calls_visit v ON v.call_id = c.id WHERE c.id = ANY(%s::uuid[])",
            [ids],
        )
        found = cursor.fetchall()
        there = {row[0] for row in found}
        if there:
            some = list(there)
            for table in ("visit", "leg", "derivation"):
                cursor.execute(f"DELETE FROM calls_{table} WHERE call_id = ANY(%s::uuid[])", [some])
            cursor.execute("DELETE FROM calls_call WHERE id = ANY(%s::uuid[])", [some])
    quarters = {quarter_of(moment) for _, started, entered in found for moment in (started, entered) if moment}
    return there, quarters


def _add(lines: dict[str, list[str]], own: str, pbx_id: int, story: Story) -> None:
    call = story.call
    lines["call"].append(
        f"{own}\t{pbx_id}\t{as_cell(call.key)}\t{call.direction}\t{as_time(call.started_at)}\t{as_time(call.ended_at)}\t"
        f"{as_time(call.answered_at)}\t{as_cell(call.caller)}\t{call.is_hidden}\t{as_cell(call.line)}\t"
        f"{as_cell(call.agent)}\t{call.outcome}\t{call.outcome_reason}\t{_maybe(call.answered_by_person)}\t"
        f"{call.queue_record}\t{call.sources}\n"
    )
    for v in story.visits:
        lines["visit"].append(
            f"{own}\t{as_cell(v.queue)}\t{as_time(v.entered_at)}\t{as_time(v.left_at)}\t{v.outcome}\t{v.exit_reason}\t"
            f"{_maybe(v.wait_seconds)}\t{_maybe(v.ring_seconds)}\t{_maybe(v.talk_seconds)}\t{as_cell(v.agent)}\t"
            f"{_maybe(v.position)}\n"
        )
    for leg in story.legs:
        lines["leg"].append(f"{own}\t{as_cell(leg.party)}\t{as_time(leg.started_at)}\t{_maybe(leg.talk_seconds)}\n")
    for d in story.derivations:
        lines["derivation"].append(
            f"{own}\t{d.kind}\t{as_time(d.at)}\t{as_cell(d.by_agent)}\t{as_cell(d.target)}\t{d.result}\t{d.reason}\t"
            f"{_maybe(d.picked_up_after_seconds)}\n"
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
