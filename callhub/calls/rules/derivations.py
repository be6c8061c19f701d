"""Derivations: after a transfer, did the department pick up, after how long, did the call come back, was it lost?"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from callhub.calls.rules.facts import extra_of
from callhub.calls.rules.visits import VisitStory
from callhub.pbx.adapters.base import CdrRecord, CelRecord, QueueRecord
from callhub.pbx.rules import extension_of

_FOR_EVER = float("inf")
_SAME_TRANSFER_SECONDS = 3.0  # queue_log writes whole seconds, the event of the channel is exact
_HANDED_ON = frozenset({"BLINDTRANSFER", "TRANSFER", "ATTENDEDTRANSFER"})
_start, _moment = attrgetter("started_at"), attrgetter("at")
NOT_TOLD = "no_record_of_the_department"


@dataclass
class Conversation:
    """A telephone in the call. ``channel_made_at`` is when it began to ring; ``is_row`` when only a detail row tells of it.

    Moments are epoch seconds.
    """

    party: str
    channel_name: str
    started_at: float
    ended_at: float | None
    application: str
    channel_made_at: float
    is_row: bool = False


@dataclass
class DerivationStory:
    """A call handed on. ``result`` is PICKED_UP, RETURNED (to a queue), LOST or UNKNOWN with a reason."""

    kind: str
    at: float
    by_agent: str
    target: str
    result: str
    picked_up_after_seconds: float | None = None
    reason: str = ""


@dataclass
class _Transfer:
    at: float
    by: str
    target: str


def derivations_of(
    queue: Sequence[QueueRecord],
    events: Sequence[CelRecord],
    rows: Sequence[CdrRecord],
    visits: Sequence[VisitStory],
    conversations: Sequence[Conversation],
) -> list[DerivationStory]:
    """The derivations of one call, in order. Events of channels know all transfers; queue_log misses some."""
    if not events and not any(record.event in _HANDED_ON for record in queue):
        return []
    transfers = _transfers(queue, events)
    returns = sorted([v.entered_at for v in visits] + _queue_entries(events))
    is_followed = bool(events or rows)
    rang = {extension_of(e.name): e.at for e in events if e.event == "CHAN_START"} if transfers else {}
    in_order = sorted(conversations, key=_start)
    found = []
    for number, transfer in enumerate(transfers):
        following = transfers[number + 1].at if number + 1 < len(transfers) else _FOR_EVER
        # A queue's record is in whole seconds: an entry in the second of the transfer came after it.
        place = bisect_left(returns, int(transfer.at))
        back = returns[place] if place < len(returns) else _FOR_EVER
        target_rang = rang.get(transfer.target, 0) >= transfer.at
        found.append(_followed(transfer, following, back, in_order, is_followed, target_rang))
    found += [
        DerivationStory("ATTENDED", e.at, extension_of(e.name), _attended_target(e), "PICKED_UP")
        for e in events
        if e.event == "ATTENDEDTRANSFER"
    ]
    if not any(e.event == "ATTENDEDTRANSFER" for e in events):
        found += [
            DerivationStory("ATTENDED", r.at, r.agent, _attended_target_in_queue(r), "PICKED_UP")
            for r in sorted(queue)
            if r.event == "ATTENDEDTRANSFER"
        ]
    return sorted(found, key=lambda d: (d.at, d.target))


def _transfers(queue: Sequence[QueueRecord], events: Sequence[CelRecord]) -> list[_Transfer]:
    by_target: defaultdict[str, list[_Transfer]] = defaultdict(list)
    for event in events:
        if event.event == "BLINDTRANSFER":
            target = str(extra_of(event).get("extension", ""))
            by_target[target].append(_Transfer(event.at, extension_of(event.name), target))
    for record in sorted(queue):
        if record.event not in _HANDED_ON or record.event == "ATTENDEDTRANSFER":
            continue
        target = record.data[0] if record.data else ""
        found = by_target[target]
        place = bisect_left(found, record.at - _SAME_TRANSFER_SECONDS, key=_moment)
        if place < len(found) and found[place].at <= record.at + _SAME_TRANSFER_SECONDS:
            found[place].by = record.agent or found[place].by
        else:
            found.insert(place, _Transfer(record.at, record.agent, target))
    return sorted((transfer for found in by_target.values() for transfer in found), key=_moment)


def _queue_entries(events: Sequence[CelRecord]) -> list[float]:
    return [e.at for e in events if e.application == "Queue" and e.event in {"APP_START", "STREAM_BEGIN"}]


def _followed(
    transfer: _Transfer,
    following: float,
    back: float,
    in_order: list[Conversation],
    is_followed: bool,
    target_rang: bool,
) -> DerivationStory:
    def told(result: str, after: float | None = None, reason: str = "") -> DerivationStory:
        return DerivationStory("BLIND", transfer.at, transfer.by, transfer.target, result, after, reason)

    if not is_followed:
        return told("UNKNOWN", reason=NOT_TOLD)
    until = min(following, back + 0.999 if back < _FOR_EVER else back)
    first, last = bisect_left(in_order, int(transfer.at), key=_start), bisect_left(in_order, until, key=_start)
    after_it = [c for c in in_order[first:last] if _began_after(c, transfer.at)]
    taken = [c for c in after_it if c.party == transfer.target] or [
        # Another telephone that began to ring because of this transfer: one that is not named like its extension, or
        # one of a group, which has no telephone of its own.
        c
        for c in after_it
        if c.application != "AppQueue"
        and c.channel_made_at >= transfer.at
        and not (c.party.isdigit() and (target_rang or c.is_row))
    ]
    if taken:
        return told("PICKED_UP", None if taken[0].is_row else round(taken[0].started_at - transfer.at, 3))
    return told("RETURNED" if back < following else "LOST")


def _began_after(conversation: Conversation, at: float) -> bool:
    """A detail row of a transferred call begins, and counts as answered, in the very moment of the transfer.

    Where the events of channels are in whole seconds, so may a conversation.
    """
    is_in_whole_seconds = conversation.is_row or at.is_integer()
    return conversation.started_at > at or (is_in_whole_seconds and conversation.started_at >= int(at))


def _attended_target(event: CelRecord) -> str:
    extra = extra_of(event)
    name = extra.get("transfer_target_channel_name") or extra.get("channel2_name") or ""
    return extension_of(str(name))


def _attended_target_in_queue(record: QueueRecord) -> str:
    if record.data and record.data[0] in {"BRIDGE", "APP", "LINK"}:
        return ""
    return record.data[0] if record.data else ""


def seconds_to_end(
    result: str, at: datetime, picked_up_after: float | None, back_at: datetime | None, call_ended_at: datetime | None
) -> float | None:
    """Until a derivation was picked up, came back to a queue, or was lost with the call; None when no record tells."""
    if result == "PICKED_UP":
        return picked_up_after
    ended_at = {"RETURNED": back_at, "LOST": call_ended_at}.get(result)
    return None if ended_at is None else max((ended_at - at).total_seconds(), 0.0)
