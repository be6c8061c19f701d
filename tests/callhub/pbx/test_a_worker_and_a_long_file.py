"""A long file through a real worker: killed in the middle it goes on, and its memory does not grow with the file."""

import os
import signal
import subprocess
import sys
import time

import pytest
from fixtures.imports import fingerprint, imported, is_balanced, ledger, minutes_later, requested

from bench.records import write_queue_log
from callhub.pbx import tasks
from callhub.pbx.adapters import SourceFormat
from callhub.pbx.models import Import
from tenants.isolation.context import inside

ROWS = 130_000  # seven blocks
MOST_MEGABYTES = 300


@pytest.fixture(scope="module")
def long_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("long") / "queue_log"
    write_queue_log(path, ROWS)
    return path


@pytest.fixture
def worker():
    """Starts real workers; each is its own process group, so that killing it leaves nothing behind."""
    started = []

    def start():
        command = [sys.executable, "-m", "config.manage", "run_worker"]
        started.append(subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def reached(town, batch, wanted, seconds=120):
    """Waits until ``wanted(batch)``; gives whether it came true."""
    for _ in range(seconds * 20):
        with inside(town):
            batch.refresh_from_db()
        if wanted(batch):
            return True
        time.sleep(0.05)
    return False


def test_a_killed_worker_loses_nothing_and_counts_nothing_twice(caldes, arrecife, long_file, worker):
    batch = requested(caldes, long_file, SourceFormat.QUEUE_LOG)
    tasks.work_on_import.defer(schema=caldes.schema_name, import_id=batch.pk)
    first = worker()
    assert reached(caldes, batch, lambda b: b.rows > 0)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    with inside(caldes):
        batch.refresh_from_db()
    assert batch.state == Import.State.RUNNING
    assert 0 < batch.rows < ROWS
    minutes_later(caldes, batch)
    tasks.sweep_imports(0)
    worker()
    assert reached(caldes, batch, lambda b: b.state == Import.State.DONE)
    assert is_balanced(batch)
    assert ledger(batch) == ledger(imported(arrecife, long_file, SourceFormat.QUEUE_LOG))
    assert fingerprint(caldes) == fingerprint(arrecife)


PEAK = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", "config.manage", *sys.argv[1:]], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
sys.exit(done.returncode)
"""


def test_the_memory_of_an_import_and_of_its_second_process_stays_under_the_limit(caldes, long_file):
    command = ["import_calls", "--municipality", "caldes", "--format", "asterisk-queue-log", str(long_file)]
    done = subprocess.run([sys.executable, "-c", PEAK, *command], capture_output=True, text=True, check=True)
    largest = int(done.stdout)
    print(f"largest process: {largest} MB")
    assert 2 * largest < MOST_MEGABYTES, f"one of the two processes of an import took {largest} MB"
