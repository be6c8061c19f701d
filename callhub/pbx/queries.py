"""Questions about imports: answers, ledger lines, lists."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from callhub.calls.models import Call
from callhub.calls.rules.threads import call_id
from callhub.pbx.models import ChannelLink, Import, ImportBlock, Pbx, RawRecord, RefusedRow
from kit.periods import local_day
from tenants.audit.models import AuditEntry

MOST_REJECTS_LISTED = 1_000
ROWS_LOOKED_AT = 1_000  # at each end of a file, and between


def settings_answer(pbx: Pbx) -> dict[str, Any]:
    """The settings in use, null where unknown, with the reasons."""
    settings = pbx.settings()
    return {**settings.to_json(), "reasons": settings.unknown_reasons()}


def import_answer(batches: list[Import]) -> dict[str, Any]:
    """What `manage import_calls --json` prints: the ledgers of these imports, summed."""
    ignored: dict[str, int] = {}
    for batch in batches:
        for reason, number in batch.ignored.items():
            ignored[reason] = ignored.get(reason, 0) + number
    refused = RefusedRow.objects.filter(batch__in=batches).order_by("batch_id", "line")[:MOST_REJECTS_LISTED]
    pbx = Pbx.objects.get(pk=batches[-1].pbx_id)
    return {
        "rows": sum(b.rows for b in batches),
        "used": sum(b.used for b in batches),
        "merged": sum(b.merged for b in batches),
        "ignored": ignored,
        "rejected": [{"line": row.line, "reason": row.reason} for row in refused],
        "rejected_total": sum(b.rejected for b in batches),
        "calls_created": sum(b.calls_created for b in batches),
        "calls_updated": sum(b.calls_updated for b in batches),
        "pbx_settings": settings_answer(pbx),
    }


@dataclass(frozen=True)
class LedgerLine:
    """Where one row of a file went. ``verdict`` is used, merged, ignored or rejected; ``call`` is the call's key.

    ``call_id`` is empty as long as the records do not tell of that call's beginning.
    """

    line: int
    verdict: str
    reason: str
    call: str
    call_id: str
    text: str


def ledger_line(batch: Import, line: int) -> LedgerLine | None:
    """The ledger's line for the physical line ``line`` of the file; None when no row starts there."""
    raw = RawRecord.objects.filter(batch=batch, line=line).first()
    if raw is not None:
        word = RawRecord.Verdict(raw.verdict).name.lower()
        if raw.verdict == RawRecord.Verdict.IGNORED:
            return LedgerLine(line, word, raw.reason, "", "", raw.payload)
        key = call_key_of(batch.pbx_id, raw.thread)
        own = UUID(call_id(batch.pbx.uuid, key))
        is_told = Call.objects.filter(pk=own).exists()  # not when the records begin in the middle of a call
        return LedgerLine(line, word, raw.reason, key, str(own) if is_told else "", raw.payload)
    refused = RefusedRow.objects.filter(batch=batch, line=line).first()
    if refused is not None:
        return LedgerLine(line, "rejected", refused.reason, "", "", refused.excerpt)
    block = ImportBlock.objects.filter(batch=batch, first_line__lte=line).order_by("-first_line").first()
    if block is not None and _is_within(block.repeats, line):
        return LedgerLine(line, "ignored", "already_imported", "", "", "")
    return None


def _is_within(ranges: list[int], line: int) -> bool:
    return any(first <= line <= last for first, last in zip(ranges[::2], ranges[1::2], strict=True))


def call_key_of(pbx_id: int, thread: str) -> str:
    """The key of the call that a thread of records belongs to now."""
    link = ChannelLink.objects.filter(pbx_id=pbx_id, channel=thread).first()
    return link.linked if link else thread


def days_of_import(batch: Import, zone: ZoneInfo) -> tuple[date, date] | None:
    """The first and the last day of the calls that a file tells of; None when it tells of none.

    Files of telephone records are in order, or a few such files one after the other. So of a long one its ends, lines
    spread evenly between them and those around the earliest and the latest are looked at, and not a million rows.
    """
    told = RawRecord.objects.filter(batch=batch).exclude(verdict=RawRecord.Verdict.IGNORED)
    ends = [list(told.order_by(order).values_list("line", "thread")[:ROWS_LOOKED_AT]) for order in ("line", "-line")]
    if not ends[0]:
        return None
    first, last = ends[0][0][0], ends[1][0][0]
    step = (last - first) // ROWS_LOOKED_AT + 1
    between = told.filter(line__in=range(first, last, step)).values_list("line", "thread")
    starts = _starts_of_calls(batch, {*ends[0], *ends[1], *between})
    if not starts:
        return None
    for outermost in (min, max) if step > 1 else ():
        line = outermost(starts, key=lambda one: starts[one])
        near = told.filter(line__gt=line - step, line__lt=line + step).values_list("line", "thread")
        starts |= _starts_of_calls(batch, set(near))
    return local_day(min(starts.values()), zone), local_day(max(starts.values()), zone)


def _starts_of_calls(batch: Import, rows: set[tuple[int, str]]) -> dict[int, datetime]:
    """When the calls of these lines began, by line."""
    links = ChannelLink.objects.filter(pbx_id=batch.pbx_id, channel__in={thread for _line, thread in rows})
    keys = dict(links.values_list("channel", "linked"))
    ids = {line: UUID(call_id(batch.pbx.uuid, keys.get(thread, thread))) for line, thread in rows}
    started = dict(Call.objects.filter(pk__in=set(ids.values())).values_list("pk", "started_at"))
    return {line: started[pk] for line, pk in ids.items() if pk in started}


def stalled_imports() -> list[int]:
    """Ids of imports that somebody should work on and nobody does."""
    unfinished = [Import.State.WAITING, Import.State.RUNNING, Import.State.UNDOING]
    return [batch.pk for batch in Import.objects.filter(state__in=unfinished) if batch.is_stalled]


def switchboards_told_with_other_settings() -> list[int]:
    """Ids of switchboards whose calls were told with other settings than those in use, and no import will tell them."""
    busy = Import.objects.filter(state__in=[Import.State.RUNNING, Import.State.UNDOING]).values("pbx_id")
    return [pbx.pk for pbx in Pbx.objects.exclude(pk__in=busy) if pbx.is_told_with_other_settings]


def later_files_with_repeats(batch: Import) -> QuerySet[Import]:
    """Files taken in after ``batch`` with rows that were there already: those rows are kept under the earlier file only."""
    later = Import.objects.filter(pbx_id=batch.pbx_id, format=batch.format, id__gt=batch.pk, state=Import.State.DONE)
    return later.filter(ignored__already_imported__gt=0).order_by("id")


def imports_latest_first() -> QuerySet[Import]:
    """All imports with their switchboards, the latest first."""
    return Import.objects.select_related("pbx").order_by("-id")


END_OF_SAMPLES = "end_samples"
_GONE = [Import.State.FAILED, Import.State.UNDONE]


def sample_pbx_ids() -> set[int]:
    """Ids of the switchboards whose calls are invented."""
    return set(Pbx.objects.filter(is_sample=True).values_list("pk", flat=True))


def is_import_running() -> bool:
    """Whether a file is being taken in or taken back: calls of any month may come or go."""
    return Import.objects.filter(state__in=[Import.State.RUNNING, Import.State.UNDOING]).exists()


def samples_there() -> bool:
    """Whether sample calls are among the calls, or are just coming or going."""
    return Import.objects.filter(pbx__is_sample=True).exclude(state__in=_GONE).exists()


def has_real_records() -> bool:
    """Whether a file of the municipality's own is in, is just being read, or waits to be."""
    return Import.objects.filter(pbx__is_sample=False).exclude(state__in=_GONE).exists()


def has_real_records_in() -> bool:
    """Whether a file of the municipality's own is in: one that waits or is being read may yet be discarded, or fail."""
    return Import.objects.filter(pbx__is_sample=False, state=Import.State.DONE).exists()


def latest_sample_pbx(*, is_locked: bool = False) -> Pbx | None:
    """The switchboard of the sample calls asked for last; None when nobody did. ``is_locked`` keeps others from ending it."""
    found = Pbx.objects.filter(is_sample=True).order_by("-pk")
    return (found.select_for_update() if is_locked else found).first()


def is_end_of_samples_asked(pbx: Pbx) -> bool:
    """Whether somebody took these sample calls away, or records of the municipality's own did."""
    return AuditEntry.objects.filter(verb=END_OF_SAMPLES, details__pbx=pbx.pk).exists()


def reason_of_end_of_samples(pbx: Pbx) -> str:
    """Why their end was asked, as it was written down; empty while nobody asked."""
    asked = AuditEntry.objects.filter(verb=END_OF_SAMPLES, details__pbx=pbx.pk).first()
    return asked.reason if asked else ""
