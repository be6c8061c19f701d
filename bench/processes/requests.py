"""Serves requests in this process, as gunicorn would, and says how long each one took."""

import io
import time
from typing import Any

from bench.processes.answering import answer_questions
from config.wsgi import application
from tenants.directory.queries import forget_hosts


def _environment(host: str, path: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "HTTP_HOST": host, "SERVER_NAME": host,
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(), "wsgi.version": (1, 0), "wsgi.multithread": False,
        "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip


def _request(host: str, path: str) -> float:
    """Seconds of one request, from its first byte to the end, with the host looked up anew."""
    forget_hosts()
    statuses: list[str] = []
    started = time.perf_counter()
    response = application(_environment(host, path), lambda status, headers, *_: statuses.append(status))  # type: ignore[arg-type]
    body = b"".join(response)
    response.close()
    seconds = time.perf_counter() - started
    assert statuses[0].startswith("200") and body == b"done", (statuses, body[:500])
    return seconds


def _requests(*, hosts: list[str], path: str, times: int) -> list[float]:
    return [_request(hosts[number % len(hosts)], path) for number in range(times)]


if __name__ == "__main__":
    answer_questions(_requests)
