"""Shows a new municipality's dashboard for the first time, to somebody who has signed in."""

import time

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from bench.processes.answering import answer_questions  # noqa: E402
from tenants.directory.queries import forget_hosts, municipality_with_slug  # noqa: E402
from tenants.isolation.backend.base import IDLE  # noqa: E402
from tenants.isolation.context import PUBLIC_SITE, connection, inside  # noqa: E402
from tenants.people.models import User  # noqa: E402
from tenants.people.rules import Role  # noqa: E402

PASSWORD = "una contrasenya prou llarga"


def _look(*, slug: str, number: int) -> float:
    """Seconds of the page; the host is looked up and the municipality's role signs in anew."""
    place = f"10.0.{number // 250}.{number % 250 + 1}"  # the limits of sign-ins go by it
    somebody = Client(headers={"host": f"{slug}.{settings.BASE_HOST}"}, REMOTE_ADDR=place)
    with inside(municipality_with_slug(slug)):
        User.objects.create_user("lectura@example.org", PASSWORD, name="Lectura", role=Role.SUPERVISOR.value)
    somebody.post("/account/login/", {"login": "lectura@example.org", "password": PASSWORD})
    connection.set_tenant(PUBLIC_SITE)
    connection.close()
    IDLE.close_all()
    forget_hosts()
    started = time.perf_counter()
    answer = somebody.get("/")
    seconds = time.perf_counter() - started
    assert answer.status_code == 200, answer.status_code
    return seconds


if __name__ == "__main__":
    answer_questions(_look)
