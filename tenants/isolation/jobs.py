"""Jobs of a municipality: deferred after commit, entered through one decorator. A job is a hint, the table is the truth."""

import functools
from collections.abc import Callable
from typing import Any

import structlog
from django.db import connections, transaction

from tenants.directory.models import Municipality
from tenants.isolation.context import PUBLIC_SITE, connection, inside

log = structlog.get_logger("sct.jobs")


def in_municipality(task: Callable[..., None]) -> Callable[..., None]:
    """Runs ``task(schema=..., ...)`` inside that municipality, on connections of its own; a closed one is left alone."""

    @functools.wraps(task)
    def run(*, schema: str, **arguments: Any) -> None:
        connection.set_tenant(PUBLIC_SITE)
        municipality = Municipality.objects.filter(schema_name=schema).first()
        if municipality is None or municipality.state == Municipality.State.CLOSED:
            return
        structlog.contextvars.bind_contextvars(schema=schema, job=task.__name__)
        try:
            with inside(municipality):
                task(schema=schema, **arguments)
        finally:
            structlog.contextvars.clear_contextvars()
            connections.close_all()

    return run


def defer_after_commit(task: Any, **arguments: Any) -> None:
    """Defers a job once the transaction is through. A queue that does not answer is no error: a sweep finds the work."""

    def defer() -> None:
        try:
            task.defer(**arguments)
        except Exception:
            log.exception("a job was not deferred", task=task.name)

    transaction.on_commit(defer, robust=True)
