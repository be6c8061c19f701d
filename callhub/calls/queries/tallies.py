"""Sums over calls, visits and derivations, for the figures. Read-only; other folders read calls through here and queries.

All periods are half-open moments; every row names the quarter of an hour (UTC) that it belongs to.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from tenants.isolation.context import connection

# As epoch seconds: one moment is made per quarter, not one per row.
_QUARTER = "extract(epoch FROM date_bin('15 minutes', {}, TIMESTAMPTZ '2000-01-01 00:00:00+00'))::bigint"
_ONCE_PER_QUEUE = "CROSS JOIN LATERAL (SELECT DISTINCT queue FROM calls_visit WHERE call_id = c.id) v"
_FETCH = 5_000


class VisitTally(NamedTuple):
    """Visits of one quarter that are alike. ``wait_second`` is the wait in whole seconds, None when unknown."""

    quarter: datetime
    queue: str
    agent: str
    outcome: str
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
    is_derived: bool
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


def visit_tallies(starts_at: datetime, ends_before: datetime) -> Iterator[VisitTally]:
    """Visits that entered a queue in the period."""
    yield from map(
        VisitTally._make,
        _rows(
            f"""
            SELECT {_QUARTER.format("entered_at")}, queue, agent, outcome, floor(wait_seconds)::int, count(*),
                   coalesce(sum(wait_seconds), 0), coalesce(sum(talk_seconds), 0), count(talk_seconds)
            FROM calls_visit WHERE entered_at >= %s AND entered_at < %s
            GROUP BY 1, 2, 3, 4, 5
            """,
            starts_at,
            ends_before,
        ),
    )


def call_tallies(starts_at: datetime, ends_before: datetime) -> Iterator[CallTally]:
    """Calls that began in the period: once for all, and once for each queue they visited."""
    one = f"""
        SELECT {_QUARTER.format("c.started_at")} AS quarter, {{queue}} AS queue, c.direction, c.outcome,
               c.answered_by_person, c.queue_record, (c.sources & 3) > 0,
               EXISTS (SELECT 1 FROM calls_derivation d WHERE d.call_id = c.id) AS derived, count(*)
        FROM calls_call c {{join}} WHERE c.started_at >= %s AND c.started_at < %s
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    """
    yield from map(CallTally._make, _rows(one.format(queue="''", join=""), starts_at, ends_before))
    yield from map(CallTally._make, _rows(one.format(queue="v.queue", join=_ONCE_PER_QUEUE), starts_at, ends_before))


def derivation_tallies(starts_at: datetime, ends_before: datetime) -> Iterator[DerivationTally]:
    """Derivations of the calls that began in the period: once for all, and once for each queue their call visited."""
    one = f"""
        SELECT {_QUARTER.format("c.started_at")}, {{queue}}, d.kind, d.by_agent, d.target, d.result, count(*),
               coalesce(sum(d.picked_up_after_seconds), 0), count(d.picked_up_after_seconds)
        FROM calls_derivation d JOIN calls_call c ON c.id = d.call_id {{join}}
        WHERE c.started_at >= %s AND c.started_at < %s GROUP BY 1, 2, 3, 4, 5, 6
    """
    yield from map(DerivationTally._make, _rows(one.format(queue="''", join=""), starts_at, ends_before))
    yield from map(
        DerivationTally._make, _rows(one.format(queue="v.queue", join=_ONCE_PER_QUEUE), starts_at, ends_before)
    )


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
