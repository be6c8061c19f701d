"""Undoing an import: its rows stay, but count no more, and the calls they spoke of are told again from the rest."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from callhub.calls.rules import channels_of, merge_links
from callhub.pbx.actions.claims import claimed
from callhub.pbx.actions.leftovers import forget_what_samples_brought
from callhub.pbx.actions.telling import (
    COUNTS,
    DEPENDS_ON_SETTINGS,
    ROWS_AT_ONCE,
    Readers,
    Stored,
    announce_end,
    link_channels,
    links_of_channels,
    stored_rows,
    tell_again,
    tell_all_again,
)
from callhub.pbx.actions.uploads import forget_upload
from callhub.pbx.models import Import, Pbx
from callhub.pbx.rules import Evidence, evidence_of, propose
from kit.copying import as_cell, copy_lines
from tenants.audit.actions import record
from tenants.audit.rules import Actor
from tenants.isolation.context import connection


class UnableToUndo(Exception):
    """The import was not undone; one sentence says why."""


def request_undo(*, batch: Import, by: Actor, reason: str) -> Import:
    """Says that an import is to be taken back; a table whose columns nobody told is discarded at once.

    Raises UnableToUndo while it is still running, and when there is nothing to undo.
    """
    with transaction.atomic():
        batch = Import.objects.select_for_update().get(pk=batch.pk)
        if batch.waits_for_columns:
            record(by=by, verb="discard_upload", subject=batch.file_name, reason=reason)
            batch.state = Import.State.UNDONE
            batch.save(update_fields=["state"])
            forget_upload(batch)
        elif batch.state in {Import.State.WAITING, Import.State.RUNNING}:
            raise UnableToUndo("The import is still running: wait until it is done.")
        elif batch.state == Import.State.FAILED:
            raise UnableToUndo("The import failed and nothing of it is kept: there is nothing to undo.")
        elif batch.state == Import.State.DONE:
            record(by=by, verb="undo_import", subject=batch.file_name, reason=reason, details={"rows": batch.rows})
            batch.state, batch.alive_at = Import.State.UNDOING, timezone.now()
            batch.save(update_fields=["state", "alive_at"])
    return batch


def finish_undo(*, batch: Import) -> Import:
    """Takes back what was asked to be undone, from wherever an earlier try stopped.

    Raises ClaimedElsewhere while another process does.
    """
    with claimed(batch) as claim:
        batch.refresh_from_db()
        if batch.state != Import.State.UNDOING:
            return batch
        take_back(batch, alive=claim.renew)
        tell_all_again(pbx_id=batch.pbx_id, alive=claim.renew)
        batch.refresh_from_db()
        batch.state = Import.State.UNDONE
        batch.save(update_fields=["state"])
    if batch.pbx.is_sample:
        forget_what_samples_brought()
    announce_end()
    return batch


def undo_import(*, batch: Import, by: Actor, reason: str) -> Import:
    """Takes an import back in this process. Raises what request_undo and finish_undo do."""
    return finish_undo(batch=request_undo(batch=batch, by=by, reason=reason))


def take_back(batch: Import, *, alive: Callable[[], None]) -> None:
    """Makes the rows of ``batch`` count no more and tells their calls again, stretch by stretch.

    ``alive`` is called first in each stretch's transaction.
    """
    with transaction.atomic():
        alive()
        Pbx.objects.select_for_update().get(pk=batch.pbx_id)
        Import.objects.filter(pk=batch.pk, undone_at=None).update(undone_at=timezone.now())
    readers, after = Readers(), 0
    while True:
        with transaction.atomic():
            alive()
            pbx = Pbx.objects.select_for_update().get(pk=batch.pbx_id)
            rows, after = _next_rows(batch, after)
            if not rows:
                break
            _forget_links(pbx, rows, readers)
    _see_again(batch.pbx_id, batch.format, alive)


def _next_rows(batch: Import, after: int) -> tuple[list[Stored], int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, thread, payload FROM pbx_rawrecord WHERE id > %s AND import_id = %s AND verdict <> 3 "
            "ORDER BY id LIMIT %s",
            [after, batch.pk, ROWS_AT_ONCE],
        )
        found = cursor.fetchall()
    return [Stored(thread, payload, batch.pk, batch.format) for _, thread, payload in found], found[-1][
        0
    ] if found else after


def _forget_links(pbx: Pbx, rows: list[Stored], readers: Readers) -> None:
    """Tells the calls of these rows again, after links that only they proved are gone."""
    said = [one for row in rows if (one := readers.read(row)) is not None]
    threads = {row.thread for row in rows}
    channels = {channel for one in said for channel in channels_of(one)}
    before = links_of_channels(pbx.pk, channels | threads)
    keys = threads | {link[0] for link in before.values()} | channels
    remaining = [one for row in stored_rows(pbx.pk, keys) if (one := readers.read(row)) is not None]
    links = merge_links({}, remaining)
    kept = {channel: link for channel, link in links.items() if channel in channels and link[0] != channel}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM pbx_channellink WHERE pbx_id = %s AND channel = ANY(%s)", [pbx.pk, list(channels)])
    copy_lines(
        connection,
        "pbx_channellink",
        "pbx_id, channel, linked, at",
        [f"{pbx.pk}\t{as_cell(c)}\t{as_cell(linked)}\t{at}\n" for c, (linked, at) in kept.items()],
    )
    tell_again(pbx, keys, readers, pbx.settings())


def _see_again(pbx_id: int, source: str, alive: Callable[[], None]) -> None:
    """What the remaining records show about the settings and about whose call a channel is, seen again in all of them.

    The switchboard stays locked meanwhile: what an import adds at the same time must not be lost.
    """
    if source not in DEPENDS_ON_SETTINGS:
        return
    readers, seen, after = Readers(), Evidence(), 0
    with transaction.atomic():
        alive()
        pbx = Pbx.objects.select_for_update().get(pk=pbx_id)
        while True:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT r.id, r.thread, r.payload, r.import_id, i.format FROM pbx_rawrecord r JOIN pbx_import i ON i.id = r.import_id "
                    f"WHERE r.id > %s AND r.pbx_id = %s AND i.format = ANY(%s) AND {COUNTS} ORDER BY r.id LIMIT %s",
                    [after, pbx_id, list(DEPENDS_ON_SETTINGS), ROWS_AT_ONCE],
                )
                found = cursor.fetchall()
            if not found:
                break
            after = found[-1][0]
            records = [one for _, *row in found if (one := readers.read(Stored(*row))) is not None]
            seen = seen.merged(evidence_of(records))
            _, moved = link_channels(pbx, records)
            if moved:
                tell_again(pbx, moved, readers, pbx.settings())
        pbx.evidence = seen.to_json() if seen.peers or seen.contexts else {}
        pbx.proposed = propose(seen).to_json() if pbx.evidence else {}
        pbx.save(update_fields=["evidence", "proposed"])
