"""One worker process takes the files of two towns in at the same time, each as its own role."""

import os
import signal
import subprocess
import sys
import time

import pytest
from fixtures.imports import requested, stored_rows
from fixtures.records import records_of, stories_of, unpacked
from support import owner_connection, superuser_connection

from callhub.pbx.adapters import SourceFormat
from callhub.pbx.models import Import
from callhub.pbx.tasks import work_on_import
from tenants.isolation.context import inside


def _registered(after: int) -> int:
    with owner_connection() as owner:
        return owner.execute("SELECT count(*) FROM procrastinate_workers WHERE id > %s", [after]).fetchone()[0]


@pytest.fixture
def worker(towns):
    with owner_connection() as owner:
        (before,) = owner.execute("SELECT coalesce(max(id), 0) FROM procrastinate_workers").fetchone()
    process = subprocess.Popen(
        [sys.executable, "-m", "config.manage", "run_worker"], env={**os.environ, "IMPORTS_AT_ONCE": "2"}
    )
    until = time.monotonic() + 30
    while _registered(before) < 2 and time.monotonic() < until:
        time.sleep(0.1)
    yield process
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0


def _users_at_work() -> set[str]:
    with superuser_connection() as other:
        rows = other.execute(
            "SELECT DISTINCT usename FROM pg_stat_activity WHERE usename ~ '^t_' AND state <> 'idle'"
        ).fetchall()
    return {user for (user,) in rows}


def test_two_towns_import_at_once_through_one_worker(caldes, arrecife, tmp_path, worker):
    files = {
        caldes: unpacked("reference", "queue_log", tmp_path, "one"),
        arrecife: unpacked("edges", "queue_log", tmp_path, "two"),
    }
    batches = {town: requested(town, path, SourceFormat.QUEUE_LOG) for town, path in files.items()}
    with owner_connection() as owner:
        # Both wait at the switchboard's row, so that they are under way at the same time.
        owner.autocommit = False
        for town in files:
            owner.execute(f"SELECT 1 FROM {town.schema_name}.pbx_pbx FOR UPDATE")
        for town, batch in batches.items():
            work_on_import.defer(schema=town.schema_name, import_id=batch.pk)
        names = {town.schema_name for town in files}
        until = time.monotonic() + 30
        while not names <= _users_at_work() and time.monotonic() < until:
            time.sleep(0.1)
        assert names <= _users_at_work()
        owner.rollback()
    until = time.monotonic() + 60
    for town, batch in batches.items():
        while batch.state != Import.State.DONE and time.monotonic() < until:
            time.sleep(0.1)
            with inside(town):
                batch.refresh_from_db()
        assert batch.state == Import.State.DONE
    for town, run in ((caldes, "reference"), (arrecife, "edges")):
        calls = len(stories_of(records_of(run, "queue_log")))
        assert stored_rows(town, "calls_call") == {"calls_call": calls}


def test_a_sweep_does_not_wait_for_long_imports(caldes, arrecife, tmp_path, worker):
    batches = {
        town: requested(town, unpacked("edges", "queue_log", tmp_path, town.slug), SourceFormat.QUEUE_LOG)
        for town in (caldes, arrecife)
    }
    with owner_connection() as owner:
        owner.autocommit = False
        for town, batch in batches.items():
            owner.execute(f"SELECT 1 FROM {town.schema_name}.pbx_pbx FOR UPDATE")
            work_on_import.defer(schema=town.schema_name, import_id=batch.pk)
        with owner_connection() as other:
            sweep = other.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args, priority) "
                "VALUES ('default', 'sweep_imports', '{\"timestamp\": 0}', 0) RETURNING id"
            ).fetchone()
            until, state = time.monotonic() + 30, ("todo",)
            while state[0] in {"todo", "doing"} and time.monotonic() < until:
                time.sleep(0.2)
                state = other.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", sweep).fetchone()
        owner.rollback()
    assert state == ("succeeded",)
    until = time.monotonic() + 60
    for town, batch in batches.items():
        while batch.state != Import.State.DONE and time.monotonic() < until:
            time.sleep(0.1)
            with inside(town):
                batch.refresh_from_db()
