"""Pages that exist only to be measured: one with six queries, one without a database."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from tenants.people.access import PUBLIC, access

QUERIES = 5  # the sixth is the host's look-up


@access(PUBLIC)
def queries(request: HttpRequest) -> HttpResponse:
    """Five small queries on the municipality's own tables."""
    with connection.cursor() as cursor:
        for number in range(QUERIES):
            cursor.execute("SELECT id, name, label FROM lines_queue WHERE name = %s", [f"queue {number}"])
            cursor.fetchall()
    return HttpResponse("done")


@access(PUBLIC)
def nothing(request: HttpRequest) -> HttpResponse:
    """A page that asks the database nothing."""
    return HttpResponse("done")


urlpatterns = [path("queries", queries, name="queries"), path("", nothing, name="nothing")]
