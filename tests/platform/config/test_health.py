"""/healthz and /readyz tell the truth, part by part; without the database people get a page that asks to come back."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from servers import OtherServer, free_port, other_server
from support import owner_connection

from tenants.directory.queries import forget_hosts


def _ready(browse) -> tuple[int, dict[str, str]]:
    response = browse("").get("/readyz")
    return response.status_code, response.json()


def test_ready_when_database_and_every_schema_have_the_codes_migrations(caldes, browse):
    assert _ready(browse) == (
        200,
        {"database": "answers", "migrations": "complete", "municipalities": "complete"},
    )


def test_not_ready_when_a_shared_migration_is_missing(caldes, browse):
    with owner_connection() as owner:
        owner.execute("UPDATE django_migrations SET name = name || '-not' WHERE name = '0004_schema_plan'")
        try:
            assert _ready(browse) == (503, {"database": "answers", "migrations": "1 missing"})
        finally:
            owner.execute("UPDATE django_migrations SET name = '0004_schema_plan' WHERE name = '0004_schema_plan-not'")


def test_not_ready_when_a_town_is_behind(caldes, browse):
    with owner_connection() as owner:
        owner.execute("UPDATE directory_municipality SET schema_plan = reverse(schema_plan) WHERE slug = 'caldes'")
        try:
            status, parts = _ready(browse)
        finally:
            owner.execute("UPDATE directory_municipality SET schema_plan = reverse(schema_plan) WHERE slug = 'caldes'")
    assert (status, parts["municipalities"]) == (503, "1 behind")


@pytest.fixture
def empty_queue(towns) -> Iterator[None]:
    with owner_connection() as owner:
        owner.execute("DELETE FROM procrastinate_jobs")
        yield
        owner.execute("DELETE FROM procrastinate_jobs")


def _job(queue: str, status: str, ended: str) -> None:
    with owner_connection() as owner:
        (number,) = owner.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, priority, status) "
            "VALUES (%s, 'x', '{}', 0, %s) RETURNING id",
            [queue, status],
        ).fetchone()
        owner.execute(
            "INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, 'succeeded', now() - %s::interval)",
            [number, ended],
        )


def test_worker_and_provisioner_are_asked_for_where_they_are_expected(caldes, browse, settings, empty_queue):
    settings.EXPECT_WORKERS = True
    _job("default", "succeeded", "1 minute")
    status, parts = _ready(browse)
    assert (status, parts["worker"], parts["provisioner"]) == (503, "works", "does not work")
    _job("opening", "succeeded", "6 minutes")
    assert _ready(browse)[0] == 200


@pytest.mark.parametrize("ended", ["4 minutes", "3 days"])
def test_a_worker_that_did_nothing_lately_does_not_work(caldes, browse, settings, empty_queue, ended):
    settings.EXPECT_WORKERS = True
    _job("default", "succeeded", ended)
    _job("opening", "succeeded", "1 minute")
    status, parts = _ready(browse)
    assert (status, parts["worker"]) == (503, "does not work")


@pytest.fixture
def server() -> Iterator[OtherServer]:
    with other_server() as other:
        other.manage("set_up_database")
        other.manage("open_municipality", "--ine", "08033", "--slug", "caldes")
        yield other


def _get(port: int, path: str, host: str = "localhost") -> tuple[int, str, str]:
    signed_in = {"Cookie": f"sessionid={'x' * 32}"} if host != "localhost" else {}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": host, **signed_in})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, response.read().decode(), ""
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers.get("Retry-After", "")


def test_while_the_database_is_down_503_is_told_and_afterwards_everything_is_back(server):
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "-k", "gthread",
         "--threads", "2", "--no-control-socket", "--log-level", "error"],
        env={**os.environ, **server.environment, "PYTHONPATH": os.pathsep.join(sys.path)}, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                assert _get(port, "/readyz")[0] == 200
                break
            except OSError:
                time.sleep(0.2)
        assert _get(port, "/", "caldes.localhost")[0] == 200
        server.cluster.stop()
        assert json.loads(_get(port, "/healthz")[1]) == {"process": "alive"}
        status, body, _ = _get(port, "/readyz")
        assert (status, json.loads(body)) == (503, {"database": "does not answer"})
        for host in ("localhost", "caldes.localhost", "consola.localhost"):
            status, body, retry = _get(port, "/account/login/" if host != "localhost" else "/", host)
            assert (status, retry) == (503, "60"), host
            assert "<h1>" in body
        server.cluster.start()
        assert _get(port, "/readyz")[0] == 200
        assert _get(port, "/", "caldes.localhost")[0] == 200
    finally:
        process.terminate()
        process.wait(timeout=20)
        forget_hosts()
