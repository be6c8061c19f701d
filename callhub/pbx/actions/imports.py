"""Taking a file in: every row stored as it came, told apart from repeats, and given its line in the ledger.

Block by block, one transaction each: a killed import goes on after its latest block. The switchboard's row is locked
during a block, so that five imports of one file at once change nothing twice, while other municipalities and other
switchboards go on in parallel.
"""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

import structlog
from django.db import transaction
from django.utils import timezone

from callhub.calls.actions import forget_calls
from callhub.calls.rules import facts, thread_of
from callhub.pbx.actions.claims import Claim, ClaimedElsewhere, claimed
from callhub.pbx.actions.reading import BlocksAhead, ReadBlock, Said, rows_of
from callhub.pbx.actions.samples import end_samples
from callhub.pbx.actions.telling import (
    DEPENDS_ON_SETTINGS,
    Readers,
    Stored,
    announce_end,
    beside_long_import,
    counting_imports,
    link_channels,
    records_by_call,
    stored_rows,
    tell_all_again,
    write_stories,
)
from callhub.pbx.actions.undoing import finish_undo, take_back
from callhub.pbx.actions.uploads import forget_upload
from callhub.pbx.adapters import SourceFormat, adapter_for
from callhub.pbx.adapters.base import SAYS_NOTHING, Ignored, ReadOptions, Record, Rejected, UnableToRead, checked
from callhub.pbx.models import Import, ImportBlock, Pbx, RawRecord
from callhub.pbx.rules import Evidence, PbxSettings, evidence_of, propose
from kit.copying import Copier, as_cell, copy_lines
from kit.memory import no_garbage_collection
from tenants.audit.actions import record
from tenants.audit.rules import Actor, ActorKind
from tenants.isolation.context import connection, for_long_work

log = structlog.get_logger("sct.imports")
ALREADY = "already_imported"
_RAW = "pbx_id, import_id, line, digest, thread, verdict, reason, payload"
BYTES_AT_ONCE = 1 << 20  # each time the file is asked, other threads take their turn: every 8 kB is too often
LONG = 4  # blocks after which an import is worth a second process
BLOCKS_OF_GARBAGE = 25  # a block leaves next to none, and looking for it takes as long as reading the block
_UNFORESEEN = "The file could not be taken in for a reason nobody foresaw, and nothing of it is kept. Tell us: it is ours to mend."
MOST_ROWS_OF_A_CALL = 50_000  # the longest genuine calls have some hundreds; all of a call's are told together
MOST_LETTERS_OF_A_CALL = 20_000_000
_TOO_LONG_A_CALL = "the call has more rows than any call can have: the id that they share is wrong"
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
    size = size_of_readable(path, file_name)
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


def size_of_readable(path: Path, file_name: str) -> int:
    """The bytes of a file that can be opened. Raises UnableToImport for everything else."""
    if path.is_dir():
        raise UnableToImport(f"{file_name} is a folder: name the files in it, one by one.")
    try:
        with path.open("rb"):
            return path.stat().st_size
    except OSError as error:
        raise UnableToImport(f"{file_name} cannot be opened: {error.strerror or error}.") from error


def take_in(*, batch: Import) -> Import:
    """Takes the file of ``batch`` in, from wherever an earlier try stopped. Gives the import with its ledger.

    Raises UnableToImport, and then nothing of the file counts; or ClaimedElsewhere while another process takes it in.
    """
    with claimed(batch) as claim:
        batch.refresh_from_db()
        if batch.state not in {Import.State.WAITING, Import.State.RUNNING}:
            return batch
        try:
            with _opened(batch) as file:
                _take_in_stream(batch, file, claim)
        except UnableToRead as error:
            _fail(batch, str(error), claim)
            raise UnableToImport(f"{batch.file_name}: {error}") from error
        tell_all_again(pbx_id=batch.pbx_id, alive=claim.renew)
        batch.refresh_from_db()
        batch.state, batch.finished_at = Import.State.DONE, timezone.now()
        batch.save(update_fields=["state", "finished_at"])
        forget_upload(batch)
    if not batch.pbx.is_sample:
        _end_samples()
    announce_end()
    return batch


def _end_samples() -> None:
    """Invented calls are not to be seen beside real ones. What fails here is ended by a sweep: the real ones are in."""
    try:
        for sample in end_samples(by=Actor(ActorKind.JOB, "SCT", "samples"), reason="real records came in"):
            with suppress(ClaimedElsewhere):
                finish_undo(batch=sample)
    except Exception:
        log.exception("sample calls could not be ended beside an import")


def _opened(batch: Import) -> BinaryIO:
    try:
        return Path(batch.stored_at).open("rb", buffering=BYTES_AT_ONCE)
    except OSError as error:
        raise UnableToRead(f"The file cannot be read any more: {error.strerror or error}.") from error


def give_up(*, batch: Import) -> None:
    """Ends an import that failed again and again for a reason nobody foresaw; nothing of it counts."""
    with claimed(batch) as claim:
        _fail(
            batch, "The file could not be taken in, and trying again gave the same. Tell us: it is ours to mend.", claim
        )


def take_in_now(*, batch: Import) -> Import:
    """``take_in`` where nobody will try again: a failure that nobody foresaw is one like any other, and nothing counts."""
    try:
        return take_in(batch=batch)
    except (UnableToImport, ClaimedElsewhere):
        raise
    except Exception as error:
        log.exception("an import failed for a reason nobody foresaw", import_id=batch.pk)
        batch.refresh_from_db()
        if batch.state == Import.State.DONE:  # all rows are in; what waits to be counted is counted by a sweep
            return batch
        with claimed(batch) as claim:
            _fail(batch, _UNFORESEEN, claim)
        raise UnableToImport(f"{batch.file_name}: {_UNFORESEEN}") from error


def _take_in_stream(batch: Import, file: BinaryIO, claim: Claim) -> None:
    source, options = SourceFormat(batch.format), ReadOptions(batch.timezone, batch.mapping)
    latest = ImportBlock.objects.filter(batch=batch).order_by("-number").first()
    number, rows_before = 0, 0
    if latest is not None:
        number, rows_before = latest.number + 1, latest.rows_before + latest.state["rows"]
    rows = rows_of(file, batch.file_size, source, options)
    started = next(rows, None)
    batch.state = Import.State.RUNNING
    batch.started_at = batch.started_at or timezone.now()
    batch.mapping = options.mapping  # a table's adapter has added the file's header
    batch.save(update_fields=["state", "started_at", "mapping"])
    if started is None:
        return
    remaining = islice(chain([started], rows), rows_before, None)
    readers = Readers()
    ahead = BlocksAhead(remaining, file, source, checked(adapter_for(source).reader(options)))
    with no_garbage_collection(), ExitStack() as until_the_end, ahead:
        for block in ahead:
            with transaction.atomic():
                for_long_work()
                claim.renew()
                _Block(batch, number, rows_before, block, readers).take_in(ahead.read_next)
            number, rows_before = number + 1, rows_before + block.number_of_rows
            if number % BLOCKS_OF_GARBAGE == 0:
                gc.collect()
            if number == LONG:
                until_the_end.enter_context(beside_long_import())


def _fail(batch: Import, sentence: str, claim: Claim) -> None:
    """Nothing is stored half-way: what earlier blocks brought is taken back."""
    take_back(batch, alive=claim.renew)
    batch.refresh_from_db()
    batch.state, batch.error, batch.finished_at = Import.State.FAILED, sentence[:500], timezone.now()
    batch.save(update_fields=["state", "error", "finished_at"])
    forget_upload(batch)
    if batch.rows:
        announce_end()


@dataclass
class _Block:
    """One stretch of rows, inside one transaction."""

    batch: Import
    number: int
    rows_before: int
    block: ReadBlock
    readers: Readers
    ignored: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    repeats: list[int] = field(default_factory=list)
    used: int = 0
    merged: int = 0

    def take_in(self, while_waiting: Callable[[], None]) -> None:
        """Stores the rows and tells their calls; ``while_waiting`` is done while the server takes in the last of them."""
        pbx = Pbx.objects.select_for_update().get(pk=self.batch.pbx_id)
        threads = {one.linked or one.channel for one in _records(self.block.said)}
        stored = stored_rows(pbx.pk, threads)
        fresh = self._fresh(pbx, stored)
        records = list(_records(fresh))
        settings = self._settings(pbx, records)
        links, moved = link_channels(pbx, records)
        own = [thread_of(one, links) for one in records]
        keys = {*own, *moved}
        by_call = records_by_call(pbx.pk, keys, self.readers, threads, stored)
        forgotten = forget_calls(pbx=pbx.uuid, keys=(by_call.keys() | moved) & keys)
        with Copier(connection, while_waiting) as copier:
            copier.send("pbx_rawrecord", _RAW, self._judged(pbx, fresh, own, by_call, settings))
            replaced = write_stories(pbx, by_call, keys, forgotten, settings, copier)
        self._refuse()
        self._note(replaced.created, replaced.updated)

    def _fresh(self, pbx: Pbx, stored: list[Stored]) -> list[Said]:
        """The rows that were not imported before; repeats are noted. ``stored`` are the rows of their calls."""
        seen = {row.payload for row in stored if row.format == self.batch.format}
        seen |= self._stored_of_no_call(pbx)
        fresh, full = [], _full_threads(stored)
        for said in self.block.said:
            if said.row.payload in seen:
                self._repeat(said.row.line)
            elif full and _thread_told(said) in full:
                self.refused.append((said.row.line, _TOO_LONG_A_CALL, said.row.payload))
            else:
                seen.add(said.row.payload)
                fresh.append(said)
        return fresh

    def _stored_of_no_call(self, pbx: Pbx) -> set[str]:
        """Those of the rows' texts that are stored already: a row that belongs to no call is known by its digest."""
        digests = [str(digest) for _, digest, reading in self.block.said if isinstance(reading, Ignored)]
        if not digests:
            return set()
        counting = counting_imports(pbx.pk)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT payload, import_id FROM pbx_rawrecord WHERE digest = ANY(%s::bigint[]) AND pbx_id = %s",
                ["{" + ",".join(digests) + "}", pbx.pk],
            )
            return {payload for payload, batch_id in cursor.fetchall() if counting.get(batch_id) == self.batch.format}

    def _repeat(self, line: int) -> None:
        self.ignored[ALREADY] += 1
        if self.repeats and self.repeats[-1] == line - 1:
            self.repeats[-1] = line
        else:
            self.repeats += [line, line]

    def _settings(self, pbx: Pbx, records: list[Record]) -> PbxSettings:
        """The settings that this block's calls are told with, after what its records show."""
        if self.batch.format not in DEPENDS_ON_SETTINGS:
            return pbx.settings()
        seen = Evidence.from_json(pbx.evidence).merged(evidence_of(records))
        pbx.evidence = seen.to_json()
        pbx.proposed = propose(seen).to_json()
        settings = pbx.settings()
        if not pbx.told_with:
            pbx.told_with = settings.to_json()
        elif pbx.told_with != settings.to_json():
            pbx.told_with = {"mixed": True}  # tell_all_again tells the others when the file is through
        pbx.save(update_fields=["evidence", "proposed", "told_with"])
        return settings

    def _judged(
        self,
        pbx: Pbx,
        fresh: list[Said],
        own: list[str],
        by_call: dict[str, list[Record]],
        settings: PbxSettings,
    ) -> Iterator[str]:
        """The line of every fresh row in the ledger; gives its call its records on the way.

        ``own`` are the calls of those rows that are records, in their order.
        """
        proved = {key: {fact for one in stored for fact in facts(one, settings)} for key, stored in by_call.items()}
        is_table = self.batch.format == SourceFormat.TABLE.value
        start, coming = f"{pbx.pk}\t{self.batch.pk}\t", iter(own)
        for row, digest, one in fresh:
            if isinstance(one, Rejected):
                self.refused.append((row.line, one.reason, row.payload))
                continue
            reason, thread = "", ""
            if isinstance(one, Ignored):
                verdict, reason = _IGNORED, one.reason
            else:
                key = next(coming)
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
            yield f"{start}{row.line}\t{digest}\t{as_cell(thread)}\t{verdict}\t{reason}\t{as_cell(row.payload)}\n"

    def _refuse(self) -> None:
        self.refused += [(bad.line, bad.reason, bad.excerpt) for bad in self.block.bad]
        lines = [
            f"{self.batch.pk}\t{line}\t{as_cell(reason[:300])}\t{as_cell(_shown(text))}\n"
            for line, reason, text in self.refused
        ]
        copy_lines(connection, "pbx_refusedrow", "import_id, line, reason, excerpt", lines)

    def _note(self, created: int, updated: int) -> None:
        ImportBlock.objects.create(
            batch=self.batch,
            number=self.number,
            first_line=self.block.first_line,
            rows_before=self.rows_before,
            repeats=self.repeats,
            state={"rows": self.block.number_of_rows},
        )
        batch = Import.objects.select_for_update().get(pk=self.batch.pk)
        batch.bytes_read = min(self.block.bytes_read, batch.file_size)
        batch.rows += self.block.number_of_rows
        batch.used += self.used
        batch.merged += self.merged
        batch.ignored = dict(Counter(batch.ignored) + self.ignored)
        batch.rejected += len(self.refused)
        batch.calls_created += created
        batch.calls_updated += updated
        batch.save()


def _records(said: Iterable[Said]) -> Iterator[Record]:
    return (one.reading for one in said if not isinstance(one.reading, SAYS_NOTHING))


def _thread_told(said: Said) -> str:
    """The call or channel that a row itself names; empty when it names none."""
    one = said.reading
    return "" if isinstance(one, SAYS_NOTHING) else one.linked or one.channel


def _full_threads(stored: list[Stored]) -> set[str]:
    """Those of which so many rows are stored that no more are taken: a whole call must fit into the memory."""
    rows: Counter[str] = Counter()
    letters: Counter[str] = Counter()
    for row in stored:
        rows[row.thread] += 1
        letters[row.thread] += len(row.payload)
    return {t for t in rows if rows[t] >= MOST_ROWS_OF_A_CALL or letters[t] >= MOST_LETTERS_OF_A_CALL}


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "·" for c in text[:200])
