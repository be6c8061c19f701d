"""Which records belong to one call: sources that name the linked id tell it of channels for those that do not."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping

from callhub.pbx.adapters.base import CdrRecord, CelRecord, Record, channel_by_name

Links = dict[str, tuple[str, float]]  # channel -> linked id, and when that was said


def merge_links(links: Links, records: Iterable[Record]) -> Links:
    """The links of ``records`` added to ``links``; the latest word counts, of two at once the older call's."""
    for record in records:
        if record.linked is None:
            continue
        for channel in channels_of(record):
            known = links.get(channel)
            if known is None or (record.at, _older_first(record.linked)) > (known[1], _older_first(known[0])):
                links[channel] = (record.linked, record.at)
    return links


def channels_of(record: Record) -> tuple[str, ...]:
    """What the channel of a record is called: its id, and its name where rows that tell no id may know it by that."""
    if record.linked is not None and isinstance(record, CelRecord | CdrRecord) and record.name:
        return record.channel, channel_by_name(record.name, record.at)
    return (record.channel,)


def _older_first(linked: str) -> tuple[float, str]:
    tail = linked.rpartition("-")[2]
    try:
        seconds, _, number = tail.partition(".")
        return (-(float(seconds) + float(number or 0) / 1e9), linked)
    except ValueError:
        return (0.0, linked)


def thread_of(record: Record, links: Mapping[str, tuple[str, float]]) -> str:
    """The key of the call a record belongs to."""
    if record.linked is not None:
        return record.linked
    known = links.get(record.channel)
    return known[0] if known else record.channel


def call_id(pbx: uuid.UUID, key: str) -> str:
    """The id (32 hex digits) of the call ``key`` of a switchboard: the same one however often it is told."""
    return hashlib.blake2b(pbx.bytes + key.encode(), digest_size=16).hexdigest()
