"""An address that runs whatever SQL it is given: what an injection in a view would give an attacker."""

import json

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from tenants.people.access import PUBLIC, access


@access(PUBLIC)
@csrf_exempt
def raw_sql(request: HttpRequest) -> JsonResponse:
    """Runs statements one after the other on the request's own connection; answers rows or the refusal."""
    answer: dict[str, object] = {}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT session_user::text")
            answer["session_user"] = cursor.fetchone()[0]
            for statement in json.loads(request.body):
                cursor.execute(statement)
                answer["rows"] = [list(map(str, row)) for row in cursor.fetchall()] if cursor.description else []
    except Error as error:
        answer["refused"] = str(error).splitlines()[0]
    return JsonResponse(answer)


urlpatterns = [path("raw-sql/", raw_sql)]
