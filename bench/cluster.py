"""A database cluster of the benchmark's own, with durable settings, and processes that work on it."""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

ROOT = Path(__file__).parents[1]
QUICK_FILE = 0.3  # milliseconds


class UnableToMeasure(Exception):
    """A process of a benchmark failed; the text is what it said."""


@dataclass(frozen=True)
class Run:
    """A finished `manage` command: its answer, wall seconds, highest memory in MB and own seconds of processor."""

    answer: Any
    seconds: float
    peak_mb: float
    cpu_seconds: float


class Program:
    """A process that answers one line of JSON for each line of JSON it is asked."""

    def __init__(self, name: str, environment: dict[str, str]) -> None:
        self._name = name
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"bench.processes.{name}"],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def ask(self, **question: Any) -> Any:
        """The answer to one question. Raises UnableToMeasure when the process died."""
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass
        answer = self._process.stdout.readline()
        if not answer:
            raise UnableToMeasure(f"{self._name} ended with code {self._process.wait()}")
        return json.loads(answer)

    def close(self) -> None:
        """Lets the process end."""
        self._process.communicate()


class Cluster:
    """A cluster in a folder of its own, and the environment that points at it."""

    def __init__(self, home: Path) -> None:
        from config.embedded.server import Embedded

        self.home = home
        self.server = Embedded(home)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SCT_", "TENANT_", "DATABASE_", "SENTRY_"))}
        self.environment = kept | {
            "SCT_HOME": str(home),
            "SCT_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }

    def manage(self, *arguments: str) -> Run:
        """Runs `manage ... --json` and measures the whole process. Raises UnableToMeasure."""
        with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as complained:
            started = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, "-m", "config.manage", *arguments],
                cwd=ROOT, env=self.environment, stdout=said, stderr=complained,
            )  # fmt: skip
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            complained.seek(0)
            if process.returncode:
                raise UnableToMeasure(f"manage {arguments[0]}: {complained.read()[-1500:]}")
            text = said.read()
        return Run(
            json.loads(text) if "--json" in arguments else text,
            seconds,
            _megabytes(usage),
            usage.ru_utime + usage.ru_stime,
        )

    def open(self, slug: str, ine_code: str) -> str:
        """Opens a municipality and gives its schema."""
        answer = self.manage("open_municipality", "--ine", ine_code, "--slug", slug, "--json").answer
        return str(answer["schema"])

    def is_open(self, slug: str) -> bool:
        """Whether a municipality has this address already."""
        with self.connect() as connection:
            found = connection.execute("SELECT 1 FROM directory_municipality WHERE slug = %s", [slug]).fetchone()
        return found is not None

    @contextmanager
    def program(self, name: str, **environment: str) -> Iterator[Program]:
        """A program of bench.processes on this cluster."""
        program = Program(name, self.environment | environment)
        try:
            yield program
        finally:
            program.close()

    def connect(self, schema: str = "public") -> psycopg.Connection[Any]:
        """The superuser's connection, for arranging and for references; unqualified names are of ``schema``."""
        return psycopg.connect(
            host=str(self.server.sockets), dbname="sct", user="postgres", password=self.server.secret("postgres"),
            autocommit=True, options=f"-c search_path={schema},public -c TimeZone=UTC",
        )  # fmt: skip


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / 1024  # Linux counts in kB


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder for the clusters of one run, removed at the end: making files is slow just after many were removed."""
    folder = Path(tempfile.mkdtemp(prefix="sct-bench-"))
    folder.chmod(0o711)  # the database's own system user passes through
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def own_cluster(folder: Path) -> Iterator[Cluster]:
    """A fresh cluster in the folder, stopped at the end."""
    home = Path(tempfile.mkdtemp(dir=folder))
    home.chmod(0o711)
    cluster = Cluster(home)
    try:
        cluster.manage("set_up_database")
        yield cluster
    finally:
        cluster.server.stop()


def wait_for_quick_files(folder: Path, *, seconds: int) -> float:
    """Waits until making files is quick again, at most so long; gives the milliseconds of one.

    ext4 does not give out the inodes of files that were removed in the last minutes, and looks at each of them for each
    new file: measured 0.08 ms a file, and 1.2 to 1.8 ms after 3,000 were removed. An opening makes some 130 files.
    """
    until = time.monotonic() + seconds
    while (needed := _milliseconds_of_a_file(folder)) > QUICK_FILE and time.monotonic() < until:
        print(f"a new file takes {needed:.1f} ms: waiting until the disk has forgotten removed ones", file=sys.stderr)
        time.sleep(15)
    return needed


def _milliseconds_of_a_file(folder: Path) -> float:
    times = []
    with tempfile.TemporaryDirectory(dir=folder) as made:
        for number in range(50):
            started = time.perf_counter()
            (Path(made) / str(number)).write_bytes(bytes(8192))
            times.append(time.perf_counter() - started)
    return median(times) * 1000
