"""Computes, reads and shows a municipality's figures, and says how long reading and showing took."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from bench.processes.answering import answer_questions  # noqa: E402
from kit.periods import Period  # noqa: E402
from reporting.kpi.actions import compute_changed  # noqa: E402
from reporting.kpi.queries import counts_between  # noqa: E402
from tenants.directory.queries import municipality_with_slug  # noqa: E402
from tenants.isolation.context import inside  # noqa: E402
from tenants.people.models import User  # noqa: E402
from tenants.people.rules import Role  # noqa: E402

PASSWORD = "una contrasenya prou llarga"
WEEKS = 13


def _compute(slug: str) -> int:
    """Days whose figures were computed from their calls, as after an import."""
    with inside(municipality_with_slug(slug)):
        return compute_changed()


def _query(slug: str, until: str, times: int) -> list[float]:
    """Seconds of each counting of the 13 weeks before a moment. Where that is no quarter's start, calls are counted there."""
    town = municipality_with_slug(slug)
    assert town is not None
    last = datetime.fromisoformat(until)
    period, zone = Period(last - timedelta(weeks=WEEKS), last), ZoneInfo(town.time_zone)
    with inside(town):
        return _timed(lambda: counts_between(period, zone)["inbound"] > 0, times)


@cache
def _signed_in(slug: str) -> Client:
    """A browser of somebody who signed in, once: a sign-in for each round would be one too many for the limits."""
    client = Client(headers={"host": f"{slug}.{settings.BASE_HOST}"})
    with inside(municipality_with_slug(slug)):
        if not User.objects.exists():
            User.objects.create_user("lectura@example.org", PASSWORD, name="Lectura", role=Role.SUPERVISOR.value)
    client.post("/account/login/", {"login": "lectura@example.org", "password": PASSWORD})
    return client


def _page(slug: str, path: str, times: int) -> list[float]:
    """Seconds of each page for somebody who signed in."""
    return _timed(lambda: _signed_in(slug).get(path).status_code == 200, times)


def _timed(work: Callable[[], bool], times: int) -> list[float]:
    assert work(), "nothing was found"  # the first time warms up
    found = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return found


def _answer(*, what: str, **question: Any) -> Any:
    answers: dict[str, Callable[..., Any]] = {"compute": _compute, "query": _query, "page": _page}
    return answers[what](**question)


if __name__ == "__main__":
    answer_questions(_answer)
