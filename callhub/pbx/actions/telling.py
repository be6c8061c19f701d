"""From stored records to calls: gathers all records of a call, tells its story, has it written."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings as django_settings
from django.db import transaction
from django.utils.module_loading import import_string

from callhub.calls.actions import Forgotten, Replaced, forget_calls, write_calls
from callhub.calls.rules import Links, channels_of, merge_links, tell, thread_of
from callhub.pbx.adapters import SourceFormat, adapter_for
from callhub.pbx.adapters.base import SAYS_NOTHING, Reader, ReadOptions, Record
from callhub.pbx.models import Pbx
from callhub.pbx.rules import Evidence, PbxSettings, propose
from kit.copying import Copier, as_array, as_cell, copy_lines
from tenants.isolation.context import connection

ROWS_AT_ONCE = 14_000  # three such blocks are in memory at once
DEPENDS_ON_SETTINGS = (SourceFormat.CEL.value, SourceFormat.CDR.value)
COUNTS = "i.undone_at IS NULL"  # records of an undone import stay, but count no more


class Stored(NamedTuple):
    """A stored row that still counts. ``is_told`` is False when it says nothing that a story needs."""

    thread: str
    payload: str
    batch_id: int
    format: str
    is_told: bool = True


class Readers:
    """Readers of stored payloads, by the import they came with."""

    def __init__(self) -> None:
        self._by_batch: dict[int, Reader] = {}

    def read(self, stored: Stored) -> Record | None:
        """What a stored row says; None when it says nothing about a call."""
        if not stored.is_told:
            return None
        reader = self._by_batch.get(stored.batch_id)
        if reader is None:
            reader = self._by_batch[stored.batch_id] = self._made(stored.batch_id)
        said = reader(stored.payload)
        return None if isinstance(said, SAYS_NOTHING) else said

    @staticmethod
    def _made(batch_id: int) -> Reader:
        with connection.cursor() as cursor:
            cursor.execute("SELECT format, timezone, mapping::text FROM pbx_import WHERE id = %s", [batch_id])
            source, timezone, mapping = cursor.fetchone()
        import json

        options = ReadOptions(timezone, json.loads(mapping) if mapping else None)
        return adapter_for(SourceFormat(source)).reader(options)


def links_of_channels(pbx_id: int, channels: Iterable[str]) -> Links:
    """What is known about which call these channels belong to."""
    return _links("channel", pbx_id, channels)


def links_to_calls(pbx_id: int, keys: Iterable[str]) -> Links:
    """The channels that are known to belong to these calls."""
    return _links("linked", pbx_id, keys)


def _links(column: str, pbx_id: int, values: Iterable[str]) -> Links:
    wanted = list(values)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT channel, linked, at FROM pbx_channellink WHERE pbx_id = %s AND {column} = ANY(%s::text[])",
            [pbx_id, as_array(wanted)],
        )
        return {channel: (linked, at) for channel, linked, at in cursor.fetchall()}


def link_channels(pbx: Pbx, records: Sequence[Record]) -> tuple[Links, set[str]]:
    """Keeps what these records say about which channel belongs to which call.

    Gives the links of their channels, and the calls that lose or win a channel by it. Inside the caller's transaction.
    """
    links = links_of_channels(pbx.pk, {channel for one in records for channel in channels_of(one)})
    before = {channel: link[0] for channel, link in links.items()}
    named = [one for one in records if one.linked is not None]
    if not named:
        return links, set()
    merge_links(links, named)
    changed = {channel: link for channel, link in links.items() if before.get(channel) != link[0]}
    told = {c: link for c, link in links.items() if c in changed or link[0] != c}
    lines = [f"{pbx.pk}\t{as_cell(c)}\t{as_cell(linked)}\t{at}\n" for c, (linked, at) in told.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM pbx_channellink WHERE pbx_id = %s AND channel = ANY(%s::text[])", [pbx.pk, as_array(told)]
        )
    copy_lines(connection, "pbx_channellink", "pbx_id, channel, linked, at", lines)
    moved = {before.get(channel, channel) for channel in changed}
    return links, moved | {link[0] for link in changed.values()}


def counting_imports(pbx_id: int) -> dict[int, str]:
    """The imports of a switchboard whose rows count, and their formats.

    Asked apart from the rows: joined, the server may look for rows by their import, and read all of them for a few.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT i.id, i.format FROM pbx_import i WHERE i.pbx_id = %s AND {COUNTS}", [pbx_id])
        return dict(cursor.fetchall())


def stored_rows(pbx_id: int, threads: Iterable[str]) -> list[Stored]:
    """The rows of these threads that count."""
    wanted = list(threads)
    if not wanted:
        return []
    counting = counting_imports(pbx_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT thread, payload, import_id, verdict <> 3 FROM pbx_rawrecord "
            "WHERE thread = ANY(%s::text[]) AND pbx_id = %s",
            [as_array(wanted), pbx_id],
        )
        return [
            Stored(thread, payload, batch_id, counting[batch_id], is_told)
            for thread, payload, batch_id, is_told in cursor.fetchall()
            if batch_id in counting
        ]


def records_by_call(
    pbx_id: int,
    keys: set[str],
    readers: Readers,
    looked_up: Set[str] = frozenset(),
    found: Sequence[Stored] = (),
) -> dict[str, list[Record]]:
    """All stored records of these calls, and of channels that belong to them.

    ``found`` are the rows of the threads ``looked_up``, which are not looked up again.
    """
    links = links_to_calls(pbx_id, keys)
    gathered: defaultdict[str, list[Record]] = defaultdict(list)
    for stored in [*found, *stored_rows(pbx_id, (keys | links.keys()) - looked_up)]:
        said = readers.read(stored)
        if said is None:
            continue
        key = thread_of(said, links)
        if key in keys:
            gathered[key].append(said)
    return gathered


def write_stories(
    pbx: Pbx,
    by_call: Mapping[str, Sequence[Record]],
    keys: set[str],
    forgotten: Forgotten,
    settings: PbxSettings,
    copier: Copier,
) -> Replaced:
    """Tells the calls ``keys`` from their records and writes them; marks the quarters that changed."""
    stories = ((key, tell(key, by_call[key], settings)) for key in keys if by_call.get(key))
    replaced = write_calls(pbx=pbx.uuid, pbx_id=pbx.pk, stories=stories, forgotten=forgotten, copier=copier)
    if replaced.quarters:
        announce_changes(replaced.quarters)
    return replaced


def announce_changes(quarters: set[datetime]) -> None:
    """Tells upper layers, in the same transaction, which quarters of an hour changed."""
    for path in django_settings.CALLS_CHANGED:
        hear: Callable[[set[datetime]], Any] = import_string(path)
        hear(quarters)


def beside_long_import() -> AbstractContextManager[None]:
    """What upper layers do while a long import goes on."""
    begin: Callable[[], AbstractContextManager[None]] = import_string(django_settings.BESIDE_LONG_IMPORT)
    return begin()


def announce_end() -> None:
    """Tells upper layers that all changes of an import, an undo or new settings are through. Outside any transaction."""
    for path in django_settings.AFTER_IMPORT:
        import_string(path)()


def tell_again(pbx: Pbx, keys: set[str], readers: Readers, settings: PbxSettings) -> Replaced:
    """Tells calls again from everything stored. Runs inside the caller's transaction."""
    by_call = records_by_call(pbx.pk, keys, readers)
    forgotten = forget_calls(pbx=pbx.uuid, keys=keys)
    with Copier(connection) as copier:
        return write_stories(pbx, by_call, keys, forgotten, settings, copier)


def tell_all_again(*, pbx_id: int, alive: Callable[[], None]) -> None:
    """Tells every call whose story depends on the settings again, when they were told with others.

    One transaction per stretch of records, in which ``alive`` is called first; safe to repeat after a crash, because the
    settings told with are kept last.
    """
    readers, after, wanted = Readers(), 0, Pbx.objects.get(pk=pbx_id).settings()
    while True:
        with transaction.atomic():
            alive()
            locked = Pbx.objects.select_for_update().get(pk=pbx_id)
            if locked.settings() != wanted:  # somebody changed them meanwhile: from the start, with the new ones
                after, wanted = 0, locked.settings()
            if locked.told_with == wanted.to_json():
                return
            threads, after = _next_threads(pbx_id, after)
            if not threads:
                locked.told_with = wanted.to_json()
                locked.proposed = propose(Evidence.from_json(locked.evidence)).to_json() if locked.evidence else {}
                locked.save(update_fields=["told_with", "proposed"])
                return
            tell_again(locked, threads, readers, wanted)


def _next_threads(pbx_id: int, after: int) -> tuple[set[str], int]:
    """The calls of the next stretch of stored rows whose reading depends on settings, and the last id looked at."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id, r.thread FROM pbx_rawrecord r JOIN pbx_import i ON i.id = r.import_id "
            f"WHERE r.id > %s AND r.pbx_id = %s AND i.format = ANY(%s) AND {COUNTS} ORDER BY r.id LIMIT %s",
            [after, pbx_id, list(DEPENDS_ON_SETTINGS), ROWS_AT_ONCE],
        )
        found = cursor.fetchall()
    if not found:
        return set(), after
    threads = {thread for _, thread in found}
    links = links_of_channels(pbx_id, threads)
    return {links[thread][0] if thread in links else thread for thread in threads}, found[-1][0]
