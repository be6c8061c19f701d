"""Is the process alive, can it work? Answers that tell the truth, for whoever watches the service."""

import sys
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

from shell.views import service_unavailable
from tenants.directory.queries import municipalities_behind
from tenants.isolation.context import connection
from tenants.isolation.queries import is_worked_on
from tenants.isolation.template import plan_fingerprint, planned_migrations
from tenants.people.access import PUBLIC, access

# Queue -> who works on it, and how long its most frequent periodic job may take to come round.
WORKERS = {
    "default": ("worker", timedelta(minutes=3)),
    "opening": ("provisioner", timedelta(minutes=12)),
}

log = structlog.get_logger("sct.health")


@access(PUBLIC)
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process answers."""
    return JsonResponse({"process": "alive"})


@access(PUBLIC)
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every part that is asked for works, else 503; the answer names each part and its state."""
    try:
        parts = {"database": "answers", **_migrations(), **_workers()}
    except DatabaseError:
        log.exception("the database does not answer")
        parts = {"database": "does not answer"}
    is_ready = set(parts.values()) <= {"answers", "complete", "works"}
    return JsonResponse(parts, status=200 if is_ready else 503)


def _migrations() -> dict[str, str]:
    missing = len(planned_migrations() - set(MigrationRecorder(connection).applied_migrations()))
    if missing:
        return {"migrations": f"{missing} missing"}
    behind = len(municipalities_behind(plan_fingerprint()))
    return {"migrations": "complete", "municipalities": f"{behind} behind" if behind else "complete"}


def _workers() -> dict[str, str]:
    if not settings.EXPECT_WORKERS:
        return {}
    return {
        name: "works" if is_worked_on(queue, within) else "does not work" for queue, (name, within) in WORKERS.items()
    }


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of an error: a database that does not answer is no fault of the page, and passes."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return service_unavailable(request)
    return defaults.server_error(request)
