"""Is the process alive, can it work? Answers that tell the truth, for whoever watches the service."""

from django.db import DatabaseError
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse

from tenants.isolation.context import connection
from tenants.isolation.template import planned_migrations
from tenants.people.access import PUBLIC, access


@access(PUBLIC)
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process answers."""
    return JsonResponse({"process": "alive"})


@access(PUBLIC)
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and has this code's migrations, else 503 with the reason."""
    try:
        done = set(MigrationRecorder(connection).applied_migrations())
    except DatabaseError:
        return JsonResponse({"database": "does not answer"}, status=503)
    missing = planned_migrations() - done
    if missing:
        return JsonResponse({"database": "answers", "migrations": f"{len(missing)} missing"}, status=503)
    return JsonResponse({"database": "answers", "migrations": "complete"})
