"""Jobs of a municipality: deferred after commit, entered through one decorator. A job is a hint, the table is the truth."""

import functools
from collections.abc import Callable
from typing import Any

import structlog
from django.db import connections, transaction
from procrastinate.exceptions import AlreadyEnqueued

from tenants.directory.models import Municipality
from tenants.directory.queries import open_municipalities
from tenants.isolation.context import CONSOLE, PUBLIC_SITE, connection, inside

log = structlog.get_logger("sct.jobs")


def in_municipality(task: Callable[..., None]) -> Callable[..., None]:
    """Runs ``task(schema=..., ...)`` inside that municipality, on connections of its own; a closed one is left alone."""

    @functools.wraps(task)
    def run(*context: Any, schema: str, **arguments: Any) -> None:
        connection.set_tenant(PUBLIC_SITE)
        municipality = Municipality.objects.filter(schema_name=schema).first()
        if municipality is None or not municipality.is_open:
            return
        structlog.contextvars.bind_contextvars(schema=schema, job=task.__name__)
        try:
            with inside(municipality):
                task(*context, schema=schema, **arguments)
        finally:
            structlog.contextvars.clear_contextvars()
            connections.close_all()

    return run


def in_every_municipality(
    work: Callable[[Municipality], None], *, among: Callable[[Municipality], bool] | None = None
) -> None:
    """Does ``work`` inside each open municipality. One that fails is logged and keeps none of the others waiting.

    ``among`` says by its row in the shared directory which ones are entered at all.
    """
    for municipality in filter(among, open_municipalities()) if among else open_municipalities():
        try:
            with inside(municipality):
                work(municipality)
        except Exception:
            log.exception("a sweep failed for a municipality", schema=municipality.schema_name)


def for_every_municipality(work: Callable[[Municipality], None]) -> None:
    """Does ``work`` for each open municipality on Adtende's side (CONSOLE), outside of it; else as ``in_every_municipality``."""
    with inside(CONSOLE):
        for municipality in open_municipalities():
            try:
                work(municipality)
            except Exception:
                log.exception("a sweep failed for a municipality", schema=municipality.schema_name)


def defer_after_commit(task: Any, *, queueing_lock: str = "", **arguments: Any) -> None:
    """Defers a job once the transaction is through. A queue that does not answer is no error: a sweep finds the work.

    With ``queueing_lock`` nothing is deferred while a job with the same one waits for a worker.
    """

    def defer() -> None:
        try:
            (task.configure(queueing_lock=queueing_lock) if queueing_lock else task).defer(**arguments)
        except AlreadyEnqueued:
            return
        except Exception:
            log.exception("a job was not deferred", task=task.name)

    transaction.on_commit(defer, robust=True)
