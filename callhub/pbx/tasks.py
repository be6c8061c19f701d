"""Imports as jobs."""

from datetime import UTC, datetime, timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from callhub.pbx.actions import UnableToImport, take_in
from callhub.pbx.models import Import
from tenants.directory.queries import municipalities_in_service
from tenants.isolation.context import inside
from tenants.isolation.jobs import in_municipality

STALLED_AFTER = timedelta(minutes=2)  # a running import notes its progress with every block


@app.task(queue="imports", name="take_in_import", retry=RetryStrategy(max_attempts=5, wait=10))
@in_municipality
def take_in_import(*, schema: str, import_id: int) -> None:
    """Takes a file in, or goes on with it after a crash."""
    batch = Import.objects.get(pk=import_id)
    if batch.state not in {Import.State.WAITING, Import.State.RUNNING} or batch.waits_for_columns:
        return
    try:
        take_in(batch=batch)
    except UnableToImport:
        return  # the import itself says why; trying again would say the same


@app.periodic(cron="* * * * *")
@app.task(queue="default", name="sweep_imports", queueing_lock="sweep_imports", pass_context=False)
def sweep_imports(timestamp: int) -> None:
    """Finds imports that wait without a live job (a killed worker, a queue that did not answer) and asks for them again."""
    alive = {
        (job.args.get("schema"), job.args.get("import_id"))
        for job in ProcrastinateJob.objects.filter(task_name="take_in_import", status__in=["todo", "doing"])
        if job.status == "todo" or not _is_stalled(job)
    }
    for municipality in municipalities_in_service():
        with inside(municipality):
            unfinished = Import.objects.filter(state__in=[Import.State.WAITING, Import.State.RUNNING])
            waiting = [batch.pk for batch in unfinished if not batch.waits_for_columns]
        for import_id in waiting:
            if (municipality.schema_name, import_id) not in alive:
                take_in_import.defer(schema=municipality.schema_name, import_id=import_id)


def _is_stalled(job: ProcrastinateJob) -> bool:
    # A worker's heartbeat is kept with its row; a job whose worker is gone stays “doing” for ever.
    worker = job.worker
    return worker is None or worker.last_heartbeat < datetime.now(UTC) - STALLED_AFTER
