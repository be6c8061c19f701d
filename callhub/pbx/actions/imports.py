"""Taking a file in: every row stored as it came, told apart from repeats, and given its line in the ledger.

Block by block, one transaction each: a killed import goes on after its latest block. The switchboard's row is locked
during a block, so that five imports of one file at once change nothing twice, while other municipalities and other
switchboards go on in parallel.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone

from callhub.calls.rules import Links, facts, merge_links, thread_of
from callhub.pbx.actions.telling import (
    COUNTS,
    DEPENDS_ON_SETTINGS,
    ROWS_AT_ONCE,
    Readers,
    announce_end,
    links_of_channels,
    records_by_call,
    settings_of,
    tell_all_again,
    write_stories,
)
from callhub.pbx.actions.undoing import take_back
from callhub.pbx.adapters import SourceFormat, adapter_for
from callhub.pbx.adapters.base import BadRow, Ignored, RawRow, ReadOptions, Record, Rejected, UnableToRead
from callhub.pbx.models import Import, ImportBlock, Pbx, RawRecord
from callhub.pbx.rules import Evidence, PbxSettings, evidence_of, propose
from kit.copying import as_cell, copy_lines
from kit.memory import no_garbage_collection
from tenants.audit.actions import record
from tenants.audit.rules import Actor
from tenants.isolation.context import connection

ALREADY = "already_imported"
_RAW = "pbx_id, import_id, line, digest, thread, verdict, reason, payload"
_USED, _MERGED, _IGNORED = (verdict.value for verdict in RawRecord.Verdict)


class UnableToImport(Exception):
    """The file was not taken in and nothing of it is kept; one sentence says why and what to do."""


def request_import(
    *,
    pbx: Pbx,
    source: SourceFormat,
    file_name: str,
    path: Path,
    timezone_name: str,
    mapping: dict[str, Any] | None,
    by: Actor,
    reason: str,
) -> Import:
    """Notes that a file is to be taken in. Raises UnableToImport for what is no readable file."""
    if path.is_dir():
        raise UnableToImport(f"{file_name} is a folder: name the files in it, one by one.")
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        raise UnableToImport(f"{file_name} cannot be opened: {error.strerror or error}.") from error
    with transaction.atomic():
        batch = Import.objects.create(
            pbx=pbx,
            format=source.value,
            file_name=file_name[:255],
            file_size=size,
            stored_at=str(path),
            timezone=timezone_name,
            mapping=mapping,
            requested_by=by.name,
        )
        record(by=by, verb="request_import", subject=batch.file_name, reason=reason, details={"format": source.value})
    return batch


class _UpTo:
    """A file read only up to the size it had: what is appended meanwhile belongs to the next import."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._size = file, size

    def _left(self) -> int:
        return max(self._size - self._file.tell(), 0)

    def read(self, number: int = -1) -> bytes:
        return self._file.read(self._left() if number < 0 else min(number, self._left()))

    def readline(self, number: int = -1) -> bytes:
        return self._file.readline(self._left() if number < 0 else min(number, self._left()))

    def seek(self, *arguments: int) -> int:
        return self._file.seek(*arguments)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


def take_in(*, batch: Import) -> Import:
    """Takes the file of ``batch`` in, from wherever an earlier try stopped. Gives the import with its ledger.

    Raises UnableToImport; then nothing of the file counts.
    """
    path = Path(batch.stored_at)
    try:
        with path.open("rb") as file:
            _take_in_stream(batch, file)
    except UnableToRead as error:
        _fail(batch, str(error))
        raise UnableToImport(f"{batch.file_name}: {error}") from error
    except OSError as error:
        _fail(batch, f"The file cannot be read any more: {error.strerror or error}.")
        raise UnableToImport(f"{batch.file_name} cannot be read any more: {error.strerror or error}.") from error
    tell_all_again(pbx_id=batch.pbx_id)
    batch.refresh_from_db()
    batch.state, batch.finished_at = Import.State.DONE, timezone.now()
    batch.save(update_fields=["state", "finished_at"])
    announce_end()
    return batch


def _take_in_stream(batch: Import, file: BinaryIO) -> None:
    adapter = adapter_for(SourceFormat(batch.format))
    options = ReadOptions(batch.timezone, batch.mapping)
    latest = ImportBlock.objects.filter(batch=batch).order_by("-number").first()
    bounded: Any = _UpTo(file, min(batch.file_size, os.fstat(file.fileno()).st_size))
    source = file if batch.format == SourceFormat.TABLE.value and _is_zip(file) else bounded
    rows = adapter.rows(source, options)
    number, rows_before = 0, 0
    if latest is not None:
        number, rows_before = latest.number + 1, latest.rows_before + latest.state["rows"]
    started = next(rows, None)
    batch.refresh_from_db()
    batch.state = Import.State.RUNNING
    batch.started_at = batch.started_at or timezone.now()
    batch.mapping = options.mapping  # a table's adapter has added the file's header
    batch.save(update_fields=["state", "started_at", "mapping"])
    if started is None:
        return
    remaining = _again(started, rows)
    for _ in islice(remaining, rows_before):
        pass
    read = adapter.reader(options)
    readers = Readers()
    while block := list(islice(remaining, ROWS_AT_ONCE)):
        with no_garbage_collection(), transaction.atomic():
            _Block(batch, number, rows_before, block, read, readers).take_in(file.tell())
        number, rows_before = number + 1, rows_before + len(block)


def _is_zip(file: BinaryIO) -> bool:
    start = file.read(4)
    file.seek(0)
    return start == b"PK\x03\x04"


def _again(first: RawRow | BadRow, rest: Iterator[RawRow | BadRow]) -> Iterator[RawRow | BadRow]:
    yield first
    yield from rest


def _fail(batch: Import, sentence: str) -> None:
    """Nothing is stored half-way: what earlier blocks brought is taken back."""
    batch.refresh_from_db()
    take_back(batch)
    batch.state, batch.error, batch.finished_at = Import.State.FAILED, sentence[:500], timezone.now()
    batch.save(update_fields=["state", "error", "finished_at", "undone_at"])
    if batch.rows:
        announce_end()


@dataclass
class _Block:
    """One stretch of rows, inside one transaction."""

    batch: Import
    number: int
    rows_before: int
    rows: list[RawRow | BadRow]
    read: Any
    readers: Readers
    ignored: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    repeats: list[int] = field(default_factory=list)
    used: int = 0
    merged: int = 0

    def take_in(self, bytes_read: int) -> None:
        pbx = Pbx.objects.select_for_update().get(pk=self.batch.pbx_id)
        fresh = self._fresh(pbx)
        said = [(row, digest, self.read(row.payload)) for row, digest in fresh]
        records = [one for _, _, one in said if not isinstance(one, Ignored | Rejected)]
        settings = self._settings(pbx, records)
        links, moved = self._links(pbx, records)
        keys = {thread_of(one, links) for one in records} | moved
        known = records_by_call(pbx.pk, keys, self.readers)
        by_call: dict[str, list[Record]] = {key: list(stored) for key, stored in known.items()}
        self._judge(pbx, said, by_call, links, settings)
        replaced = write_stories(pbx, dict(by_call), keys, set(known) | moved, settings)
        self._refuse()
        self._note(bytes_read, replaced.created, replaced.updated)

    def _fresh(self, pbx: Pbx) -> list[tuple[RawRow, int]]:
        """The rows that were not imported before, with their digests; bad rows and repeats are noted."""
        salt = self.batch.format.encode()[:16]
        good: list[tuple[RawRow, int]] = []
        for row in self.rows:
            if isinstance(row, BadRow):
                self.refused.append((row.line, row.reason, row.excerpt))
            else:
                hashed = hashlib.blake2b(row.payload.encode(), digest_size=8, person=salt).digest()
                good.append((row, int.from_bytes(hashed, "big", signed=True)))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT r.digest, r.payload FROM pbx_rawrecord r JOIN pbx_import i ON i.id = r.import_id "
                f"WHERE r.digest = ANY(%s) AND r.pbx_id = %s AND i.format = %s AND {COUNTS}",
                [[digest for _, digest in good], pbx.pk, self.batch.format],
            )
            seen = set(cursor.fetchall())
        fresh = []
        for row, digest in good:
            if (digest, row.payload) in seen:
                self._repeat(row.line)
            else:
                seen.add((digest, row.payload))
                fresh.append((row, digest))
        return fresh

    def _repeat(self, line: int) -> None:
        self.ignored[ALREADY] += 1
        if self.repeats and self.repeats[-1] == line - 1:
            self.repeats[-1] = line
        else:
            self.repeats += [line, line]

    def _settings(self, pbx: Pbx, records: list[Record]) -> PbxSettings:
        """The settings that this block's calls are told with, after what its records show."""
        if self.batch.format not in DEPENDS_ON_SETTINGS:
            return settings_of(pbx)
        seen = Evidence.from_json(pbx.evidence).merged(evidence_of(records))
        pbx.evidence = seen.to_json()
        pbx.proposed = propose(seen).to_json()
        settings = settings_of(pbx)
        if not pbx.told_with:
            pbx.told_with = settings.to_json()
        elif pbx.told_with != settings.to_json():
            pbx.told_with = {"mixed": True}  # tell_all_again tells the others when the file is through
        pbx.save(update_fields=["evidence", "proposed", "told_with"])
        return settings

    def _links(self, pbx: Pbx, records: list[Record]) -> tuple[Links, set[str]]:
        """Links of this block's channels, kept up to date; and the calls that lose or win a channel by it."""
        links = links_of_channels(pbx.pk, {one.channel for one in records})
        before = {channel: link[0] for channel, link in links.items()}
        named = [one for one in records if one.linked is not None]
        if not named:
            return links, set()
        merge_links(links, named)
        changed = {channel: link for channel, link in links.items() if before.get(channel) != link[0]}
        told = {c: link for c, link in links.items() if c in changed or link[0] != c}
        lines = [f"{pbx.pk}\t{as_cell(c)}\t{as_cell(linked)}\t{at}\n" for c, (linked, at) in told.items()]
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM pbx_channellink WHERE pbx_id = %s AND channel = ANY(%s)", [pbx.pk, list(told)])
        copy_lines(connection, "pbx_channellink", "pbx_id, channel, linked, at", lines)
        moved = {before.get(channel, channel) for channel in changed}
        return links, moved | {link[0] for link in changed.values()}

    def _judge(
        self,
        pbx: Pbx,
        said: list[tuple[RawRow, int, Any]],
        by_call: dict[str, list[Record]],
        links: Links,
        settings: PbxSettings,
    ) -> None:
        """Gives every fresh row its line in the ledger, and its call its records."""
        proved = {key: {fact for one in stored for fact in facts(one, settings)} for key, stored in by_call.items()}
        is_table = self.batch.format == SourceFormat.TABLE.value
        lines: list[str] = []
        batch_id, pbx_id = self.batch.pk, pbx.pk
        for row, digest, one in said:
            if isinstance(one, Rejected):
                self.refused.append((row.line, one.reason, row.payload))
                continue
            reason, thread = "", ""
            if isinstance(one, Ignored):
                verdict, reason = _IGNORED, one.reason
            else:
                key = thread_of(one, links)
                if is_table and key in by_call:
                    self.refused.append(
                        (row.line, "another row with the same key and other values is there already", row.payload)
                    )
                    continue
                thread = one.linked or one.channel
                new = facts(one, settings)
                have = proved.get(key)
                if have is None:
                    have = proved[key] = set()
                if not new:
                    verdict, reason = _IGNORED, "event_not_needed"
                else:
                    verdict = _MERGED if have.issuperset(new) else _USED
                    have.update(new)
                    by_call.setdefault(key, []).append(one)
            if verdict == _USED:
                self.used += 1
            elif verdict == _MERGED:
                self.merged += 1
            else:
                self.ignored[reason] += 1
            lines.append(
                f"{pbx_id}\t{batch_id}\t{row.line}\t{digest}\t{as_cell(thread)}\t{verdict}\t{reason}\t{as_cell(row.payload)}\n"
            )
        copy_lines(connection, "pbx_rawrecord", _RAW, lines)

    def _refuse(self) -> None:
        lines = [
            f"{self.batch.pk}\t{line}\t{as_cell(reason[:300])}\t{as_cell(_shown(text))}\n"
            for line, reason, text in self.refused
        ]
        copy_lines(connection, "pbx_refusedrow", "import_id, line, reason, excerpt", lines)

    def _note(self, bytes_read: int, created: int, updated: int) -> None:
        ImportBlock.objects.create(
            batch=self.batch,
            number=self.number,
            first_line=self.rows[0].line,
            rows_before=self.rows_before,
            repeats=self.repeats,
            state={"rows": len(self.rows)},
        )
        batch = Import.objects.select_for_update().get(pk=self.batch.pk)
        batch.bytes_read = min(bytes_read, batch.file_size)
        batch.rows += len(self.rows)
        batch.used += self.used
        batch.merged += self.merged
        batch.ignored = dict(Counter(batch.ignored) + self.ignored)
        batch.rejected += len(self.refused)
        batch.calls_created += created
        batch.calls_updated += updated
        batch.save()


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "·" for c in text[:200])
