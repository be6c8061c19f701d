"""How the sample calls of a municipality on trial stand."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from callhub.pbx.models import Import, Pbx
from callhub.pbx.queries import (
    has_real_records,
    has_real_records_in,
    is_end_of_samples_asked,
    latest_sample_pbx,
    reason_of_end_of_samples,
    samples_there,
)
from tenants.audit.models import AuditEntry
from tenants.directory.models import Municipality

FILES = 2  # of which the sample calls are made: the queues' record and the calls' details
STALLED_AFTER = timedelta(minutes=2)
CLOSING = "close_samples"
CONTRACT = "a contract was accepted"
REAL_RECORDS = "real records came in"
ONE_TAKEN_BACK = "one of their two files was taken back"


@dataclass(frozen=True)
class Samples:
    """``state``: NONE, MAKING, READY, ENDING or ENDED; ``files`` are their imports, in order; ``done`` of ``total`` steps."""

    state: str
    files: tuple[Import, ...] = ()
    done: int = 0
    total: int = FILES + 1


def samples_of_town() -> Samples:
    """The latest sample calls of the active municipality."""
    pbx = latest_sample_pbx()
    if pbx is None:
        return Samples("NONE")
    files = tuple(Import.objects.filter(pbx=pbx).order_by("id"))
    taken_in = {one.file_name for one in files if one.state == Import.State.DONE}
    done = min(1, len(files)) + len(taken_in)
    is_broken = any(one.state in {Import.State.UNDOING, Import.State.UNDONE, Import.State.FAILED} for one in files)
    if is_broken or is_end_of_samples_asked(pbx):  # one of the two files may have been undone on the page of imports
        return Samples("ENDING" if samples_there() else "ENDED", files, done)
    return Samples("READY" if len(taken_in) >= FILES else "MAKING", files, done)


def are_closed() -> bool:
    """Whether no sample calls are made any more, as a contract was accepted; the trial may still go on until it is paid."""
    return AuditEntry.objects.filter(verb=CLOSING).exists()


def may_have_samples(town: Municipality) -> bool:
    """Whether sample calls may be made: on trial, before a contract, and without a record of its own."""
    return town.state == Municipality.State.TRIAL and not has_real_records() and not are_closed()


def why_they_end(pbx: Pbx) -> str:
    """Why the sample calls of ``pbx`` are to go, one of ``tenants.audit.words.REASONS``; empty while they may stay."""
    if asked := reason_of_end_of_samples(pbx):
        return asked
    if are_closed():
        return CONTRACT
    if has_real_records_in():
        return REAL_RECORDS
    return ONE_TAKEN_BACK if samples_of_town().state == "ENDING" else ""


def unfinished_sample_pbx() -> Pbx | None:
    """The sample switchboard whose files nobody makes, though they were asked for; None when there is none."""
    pbx, told = latest_sample_pbx(), samples_of_town()
    if pbx is None or told.state != "MAKING" or pbx.created_at > timezone.now() - STALLED_AFTER:
        return None
    return pbx
