"""Imports, undoing them and better settings as jobs. A job is a hint: the tables say what is to be done."""

import structlog
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from callhub.pbx.actions import ClaimedElsewhere, UnableToImport, finish_undo, give_up, take_in, tell_with_settings
from callhub.pbx.models import Import
from callhub.pbx.queries import stalled_imports, switchboards_told_with_other_settings
from tenants.directory.models import Municipality
from tenants.isolation.jobs import defer_after_commit, in_every_municipality, in_municipality

log = structlog.get_logger("sct.imports")
MOST_TRIES = 5
RETRY = RetryStrategy(max_attempts=MOST_TRIES + 1, wait=10)


@app.task(queue="imports", name="work_on_import", retry=RETRY, pass_context=True)
@in_municipality
def work_on_import(context: JobContext, *, schema: str, import_id: int) -> None:
    """Takes a file in, or takes it back, or goes on with either after a crash."""
    batch = Import.objects.get(pk=import_id)
    if batch.waits_for_columns:
        return
    try:
        if batch.state == Import.State.UNDOING:
            finish_undo(batch=batch)
        else:
            take_in(batch=batch)
    except UnableToImport:
        return  # the import itself says why; trying again would say the same
    except ClaimedElsewhere:
        return  # a command, or another worker, is at it
    except Exception:
        log.exception("an import failed for a reason nobody foresaw", import_id=import_id)
        if (context.job.attempts or 0) < MOST_TRIES:
            raise
        give_up(batch=batch)


@app.task(queue="imports", name="tell_calls_with_settings", retry=RETRY)
@in_municipality
def tell_calls_with_settings(*, schema: str, pbx_id: int) -> None:
    """Tells the calls of a switchboard again after its settings changed."""
    tell_with_settings(pbx_id=pbx_id)


def ask_for_import(*, schema: str, import_id: int) -> None:
    """Has an import worked on once the transaction is through."""
    defer_after_commit(work_on_import, schema=schema, import_id=import_id)


def ask_for_telling(*, schema: str, pbx_id: int) -> None:
    """Has the calls of a switchboard told again once the transaction is through."""
    defer_after_commit(tell_calls_with_settings, schema=schema, pbx_id=pbx_id)


@app.periodic(cron="* * * * *")
@app.task(queue="default", name="sweep_imports", queueing_lock="sweep_imports", pass_context=False)
def sweep_imports(timestamp: int) -> None:
    """Finds work that nobody does (a killed worker, a queue that did not answer) and asks for it again."""

    def sweep(municipality: Municipality) -> None:
        schema = municipality.schema_name
        for import_id in stalled_imports():
            _ask_once(work_on_import, f"{schema}/{import_id}", schema=schema, import_id=import_id)
        for pbx_id in switchboards_told_with_other_settings():
            _ask_once(tell_calls_with_settings, f"{schema}/pbx/{pbx_id}", schema=schema, pbx_id=pbx_id)

    in_every_municipality(sweep)


def _ask_once(task: object, lock: str, **arguments: object) -> None:
    """Asks unless the same was asked by an earlier sweep and still waits for a worker."""
    try:
        task.configure(queueing_lock=lock).defer(**arguments)  # type: ignore[attr-defined]
    except AlreadyEnqueued:
        return
