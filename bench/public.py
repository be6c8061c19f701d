"""The public page under gunicorn, against a page without database behind the same middleware."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from bench.cluster import ROOT, Cluster, UnableToMeasure
from bench.results import Result, scaled

ROUNDS = 15
REQUESTS = 300  # of each client in a round
CLIENTS = 2
TOWNS = {"un": "08033", "dos": "08064", "tres": "08096"}
MONTHS = 24  # published, of each municipality
_COUNTS = """
INSERT INTO public_publiccount (schema_name, indicator, period, value, is_suppressed, as_at)
SELECT %(schema)s, indicator, period, 1000, false, now()
FROM unnest(ARRAY['calls', 'wait_median', 'outcome_ANSWERED', 'outcome_ABANDONED', 'outcome_FLOWED_OUT',
  'outcome_VOICEMAIL', 'outcome_NOT_ANSWERED', 'outcome_REJECTED', 'outcome_CLOSED', 'outcome_UNKNOWN']) indicator
CROSS JOIN (SELECT 'total' AS period UNION ALL
  SELECT to_char(date '2024-12-01' + make_interval(months => n), 'YYYY-MM') FROM generate_series(0, %(months)s - 1) n)
"""


def measure(cluster: Cluster) -> Iterator[Result]:
    """Throughput of both servers in turn; the median of the rounds' ratios."""
    rounds, requests = scaled(ROUNDS, at_least=2), scaled(REQUESTS, at_least=20)
    for name, code in TOWNS.items():
        schema = cluster.open(f"public-{name}", code)
        with cluster.connect() as connection:
            connection.execute(_COUNTS, {"schema": schema, "months": MONTHS})
    ratios, pages, bare = [], [], []
    with _server(cluster) as page, _server(cluster, BENCH_PUBLIC="1") as nothing:
        for port in (page, nothing):
            _throughput(port, requests)  # warm
        for number in range(rounds):
            order = (page, nothing) if number % 2 else (nothing, page)
            found = {port: _throughput(port, requests) for port in order}
            ratios.append(found[page] / found[nothing])
            pages.append(found[page])
            bare.append(found[nothing])
    yield Result(
        "public-page",
        median(ratios),
        ">= 0.7",
        f"median of {rounds} paired rounds of {CLIENTS} x {requests} requests: {median(pages):.0f} against "
        f"{median(bare):.0f} requests a second, 2 workers x 4 threads, {len(TOWNS)} municipalities with {MONTHS} published months each",
    )


@contextmanager
def _server(cluster: Cluster, **environment: str) -> Iterator[int]:
    """gunicorn as in the Procfile; gives its port."""
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2",
         "--threads", "4", "--worker-class", "gthread", "--no-control-socket", "--access-logfile", os.devnull,
         "--log-level", "warning"],
        cwd=ROOT, env=cluster.environment | {"DJANGO_SETTINGS_MODULE": "bench.measured_settings"} | environment,
    )  # fmt: skip
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(150):
        try:
            return _ask(port, 1)
        except OSError:
            time.sleep(0.2)
    raise UnableToMeasure("gunicorn does not answer")


def _ask(port: int, times: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        for _ in range(times):
            connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                raise UnableToMeasure(f"the page answered {response.status}")
    finally:
        connection.close()


def _throughput(port: int, requests: int) -> float:
    """Requests a second of all clients together."""
    failed: list[BaseException] = []

    def client() -> None:
        try:
            _ask(port, requests)
        except (OSError, UnableToMeasure) as error:
            failed.append(error)

    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    started = time.perf_counter()
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    if failed:
        raise UnableToMeasure(str(failed[0]))
    return CLIENTS * requests / (time.perf_counter() - started)
