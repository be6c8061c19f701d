"""A whole import, calls and figures included, against COPY of the rows it left into the same tables."""

import json
import multiprocessing
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from bench import records
from bench.cluster import Cluster, Run
from bench.results import SEED, Result, scaled

ROWS = 1_000_000
ROUNDS = 3  # of the reference
CHUNK = 1 << 18


def measure(cluster: Cluster) -> Iterator[Result]:
    """Two imports, each into a municipality of its own."""
    yield _measure(cluster, "queue-log", "asterisk-queue-log", records.write_queue_log, None)
    yield _measure(cluster, "table", "table", records.write_table, records.TABLE_MAPPING)


def _measure(
    cluster: Cluster, name: str, source: str, write: Callable[[Path, int], None], mapping: dict[str, Any] | None
) -> Result:
    rows = scaled(ROWS, at_least=1000)
    filled, empty = cluster.open(f"origen-{name}", "08033"), cluster.open(f"copia-{name}", "08064")
    path = cluster.home / f"{name}.txt"
    # In a process of its own: what this one once needed would count as the peak of the processes it starts.
    writing = multiprocessing.get_context("fork").Process(target=write, args=(path, rows))
    writing.start()
    writing.join()
    arguments = ["import_calls", "--municipality", f"origen-{name}", "--format", source, "--json"]
    if mapping:
        chosen = cluster.home / f"{name}.json"
        chosen.write_text(json.dumps(mapping))
        arguments += ["--mapping", str(chosen)]
    with cluster.connect(filled) as connection:
        before = _sizes(connection, filled)
        connection.execute("CHECKPOINT")
        run = cluster.manage(*arguments, str(path))
        tables = [table for table, number in _sizes(connection, filled).items() if number != before[table]]
        copied = sum(_copy_out(connection, table, cluster.home / f"{table}.copy") for table in tables)
    seconds = [_copy_in(cluster, empty, tables) for _ in range(ROUNDS)]
    for table in tables:
        (cluster.home / f"{table}.copy").unlink()
    path.unlink()
    return _told(name, rows, run, median(seconds), f"{copied:,} rows in {len(tables)} tables")


def _told(name: str, rows: int, run: Run, reference: float, what: str) -> Result:
    answer = run.answer
    assert answer["rows"] == rows and answer["rejected_total"] == 0, answer
    return Result(
        f"import-{name}",
        run.seconds / reference,
        "<= 3.0",
        f"{rows:,} rows, {answer['calls_created']:,} calls over two years, seed {SEED}: {run.seconds:.1f} s "
        f"({run.cpu_seconds:.1f} s of them its own processor) against "
        f"{reference:.1f} s of COPY ({what}, median of {ROUNDS}); peak memory of the import {run.peak_mb:.0f} MB",
    )


def _sizes(connection: psycopg.Connection[Any], schema: str) -> dict[str, int]:
    names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [schema]).fetchall()
    return {name: _one(connection, f"SELECT count(*) FROM {name}") for (name,) in names}


def _one(connection: psycopg.Connection[Any], query: str) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def _copy_out(connection: psycopg.Connection[Any], table: str, path: Path) -> int:
    """Writes a table's rows as they are to a file and gives their number."""
    with path.open("wb") as file, connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} TO STDOUT") as copy:
            for chunk in copy:
                file.write(chunk)
        return cursor.rowcount


def _copy_in(cluster: Cluster, schema: str, tables: list[str]) -> float:
    """Seconds of COPY of the kept rows into empty tables with their indexes, in one transaction."""
    with cluster.connect(schema) as connection:
        connection.execute("TRUNCATE " + ", ".join(tables) + " CASCADE")
        connection.execute("CHECKPOINT")
        started = time.perf_counter()
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # tables in any order
            for table in tables:
                path = cluster.home / f"{table}.copy"
                with path.open("rb") as file, cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    while chunk := file.read(CHUNK):
                        copy.write(chunk)
        return time.perf_counter() - started
