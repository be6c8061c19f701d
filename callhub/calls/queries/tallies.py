"""Sums over calls, visits and derivations, for the figures. Read-only; other folders read calls through here and queries.

All periods are half-open moments; every row names the quarter of an hour (UTC) that it belongs to.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import NamedTuple

from tenants.isolation.context import connection

# As epoch seconds: one moment is made per quarter, not one per row.
_QUARTER = "extract(epoch FROM date_bin('15 minutes', {}, TIMESTAMPTZ '2000-01-01 00:00:00+00'))::bigint"
# A table without a queue's column makes visits to no queue: they belong to all calls, which are counted already.
_ONCE_PER_QUEUE = "CROSS JOIN LATERAL (SELECT DISTINCT queue FROM calls_visit WHERE call_id = c.id AND queue <> '') v"
_DERIVED = "EXISTS (SELECT 1 FROM calls_derivation d WHERE d.call_id = c.id AND d.kind = '{}')"
_MISSED = "('ABANDONED', 'REJECTED', 'FLOWED_OUT')"
_FETCH = 5_000


class VisitTally(NamedTuple):
    """Visits of one quarter that are alike. ``wait_second`` is the wait in whole seconds, None when unknown.

    ``by_key``: the citizen left the queue by pressing a key, as who asks to be called back does.
    """

    quarter: datetime
    queue: str
    agent: str
    outcome: str
    by_key: bool
    wait_second: int | None
    visits: int
    wait_sum: float
    talk_sum: float
    with_talk: int


class CallTally(NamedTuple):
    """Calls of one quarter that are alike. ``queue`` is "" for all calls, else calls with a visit in that queue.

    ``tells_transfers``: a source that knows transfers (queue_log or CEL) speaks of these calls.
    """

    quarter: datetime
    queue: str
    direction: str
    outcome: str
    answered_by_person: bool | None
    has_queue_record: bool
    tells_transfers: bool
    is_derived_blindly: bool
    is_derived_attended: bool
    calls: int


class DerivationTally(NamedTuple):
    """Derivations of one quarter that are alike. ``queue`` is "" for all, else those of calls with a visit in it."""

    quarter: datetime
    queue: str
    kind: str
    by_agent: str
    target: str
    result: str
    derivations: int
    inside_sum: float
    with_inside: int


class TalkTally(NamedTuple):
    """Conversations of one quarter at one extension: distinct calls and seconds of talk."""

    quarter: datetime
    party: str
    calls: int
    talk_sum: float


class CallerTally(NamedTuple):
    """The callers of one local day whose number is known. A run is calls of one caller, each at most 30 minutes after the one before.

    ``missed``: callers of whom a call was abandoned, rejected or left a queue unanswered. ``served_again`` of them were
    answered in a later call of that day, ``unserved`` in none. ``hidden_missed`` are such calls, not callers, that hide
    their number: nobody can tell which of them are of one person.
    """

    day: date
    runs: int
    answered_first: int
    missed: int
    served_again: int
    unserved: int
    hidden_missed: int


def visit_tallies(starts_at: datetime, ends_before: datetime) -> Iterator[VisitTally]:
    """Visits that entered a queue in the period."""
    yield from map(
        VisitTally._make,
        _rows(
            f"""
            SELECT {_QUARTER.format("entered_at")}, queue, agent, outcome, exit_reason = 'KEY', floor(wait_seconds)::bigint,
                   count(*), coalesce(sum(wait_seconds), 0), coalesce(sum(talk_seconds), 0), count(talk_seconds)
            FROM calls_visit WHERE entered_at >= %s AND entered_at < %s
            GROUP BY 1, 2, 3, 4, 5, 6
            """,
            starts_at,
            ends_before,
        ),
    )


def call_tallies(starts_at: datetime, ends_before: datetime, *, by_queue: bool) -> Iterator[CallTally]:
    """Calls that began in the period: once each, or once for each queue they visited."""
    queue, join = ("v.queue", _ONCE_PER_QUEUE) if by_queue else ("''", "")
    statement = f"""
        SELECT {_QUARTER.format("c.started_at")} AS quarter, {queue} AS queue, c.direction, c.outcome,
               c.answered_by_person, c.queue_record, (c.sources & 3) > 0,
               {_DERIVED.format("BLIND")} AS blind, {_DERIVED.format("ATTENDED")} AS attended, count(*)
        FROM calls_call c {join} WHERE c.started_at >= %s AND c.started_at < %s
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
    """
    yield from map(CallTally._make, _rows(statement, starts_at, ends_before))


def derivation_tallies(starts_at: datetime, ends_before: datetime, *, by_queue: bool) -> Iterator[DerivationTally]:
    """Derivations of the calls that began in the period: once each, or once for each queue their call visited."""
    queue, join = ("v.queue", _ONCE_PER_QUEUE) if by_queue else ("''", "")
    statement = f"""
        SELECT {_QUARTER.format("c.started_at")}, {queue}, d.kind, d.by_agent, d.target, d.result, count(*),
               coalesce(sum(d.picked_up_after_seconds), 0), count(d.picked_up_after_seconds)
        FROM calls_derivation d JOIN calls_call c ON c.id = d.call_id {join}
        WHERE c.started_at >= %s AND c.started_at < %s GROUP BY 1, 2, 3, 4, 5, 6
    """
    yield from map(DerivationTally._make, _rows(statement, starts_at, ends_before))


def talk_tallies(starts_at: datetime, ends_before: datetime) -> Iterator[TalkTally]:
    """Conversations of inbound calls that began in the period, by telephone."""
    yield from map(
        TalkTally._make,
        _rows(
            f"""
            SELECT {_QUARTER.format("c.started_at")}, l.party, count(DISTINCT l.call_id), coalesce(sum(l.talk_seconds), 0)
            FROM calls_leg l JOIN calls_call c ON c.id = l.call_id
            WHERE c.started_at >= %s AND c.started_at < %s AND c.direction = 'INBOUND' GROUP BY 1, 2
            """,
            starts_at,
            ends_before,
        ),
    )


def caller_tallies(starts_at: datetime, ends_before: datetime, zone: str) -> list[CallerTally]:
    """Callers of whole local days. Callers with a call of which nobody knows whether a person answered are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH inbound AS (
              SELECT (started_at AT TIME ZONE %(zone)s)::date AS day, caller, started_at, answered_by_person,
                     is_hidden OR caller = '' AS is_nobody, outcome IN {_MISSED} AS is_missed
              FROM calls_call WHERE direction = 'INBOUND' AND started_at >= %(starts)s AND started_at < %(ends)s),
            told AS (
              SELECT *, coalesce(started_at - lag(started_at) OVER run > interval '30 minutes', true) AS is_first
              FROM inbound WHERE NOT is_nobody WINDOW run AS (PARTITION BY day, caller ORDER BY started_at)),
            callers AS (
              SELECT day, caller, count(*) FILTER (WHERE is_first) AS runs,
                     count(*) FILTER (WHERE is_first AND answered_by_person) AS answered_first,
                     min(started_at) FILTER (WHERE is_missed) AS missed_at,
                     max(started_at) FILTER (WHERE answered_by_person) AS answered_at
              FROM told GROUP BY 1, 2 HAVING count(*) = count(answered_by_person)),
            hidden AS (SELECT day, count(*) AS missed FROM inbound WHERE is_nobody AND is_missed GROUP BY 1)
            SELECT coalesce(c.day, h.day), coalesce(sum(c.runs), 0)::int, coalesce(sum(c.answered_first), 0)::int,
                   count(c.missed_at), count(*) FILTER (WHERE c.answered_at > c.missed_at),
                   count(*) FILTER (WHERE c.missed_at IS NOT NULL AND c.answered_at IS NULL), coalesce(max(h.missed), 0)
            FROM callers c FULL JOIN hidden h ON h.day = c.day GROUP BY 1 ORDER BY 1
            """,
            {"zone": zone, "starts": starts_at, "ends": ends_before},
        )
        return [CallerTally._make(row) for row in cursor.fetchall()]


def _rows(statement: str, *parameters: datetime) -> Iterator[tuple[object, ...]]:
    moments: dict[int, datetime] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        while rows := cursor.fetchmany(_FETCH):
            for quarter, *others in rows:
                moment = moments.get(quarter)
                if moment is None:
                    moment = moments[quarter] = datetime.fromtimestamp(quarter, UTC)
                yield (moment, *others)
