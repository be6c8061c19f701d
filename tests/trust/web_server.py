"""A real gunicorn on the test's own database, and the bytes that somebody sends it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from servers import free_port


class Answer(NamedTuple):
    """Status, headers as they came, body."""

    status: int
    headers: dict[str, str]
    body: str


def sent(port: int, request: bytes) -> Answer:
    """The answer to these very bytes, which must ask to close."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        wire.sendall(request)
        raw = b""
        while part := wire.recv(65_536):
            raw += part
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(int(first.split()[1]), headers, body.decode("utf-8", "replace"))


@contextmanager
def web_server(**environment: str) -> Iterator[int]:
    """gunicorn as the product starts it; gives the port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "-k", "gthread", "--threads", "2",
               "--no-control-socket", "--log-level", "error"]  # fmt: skip
    process = subprocess.Popen(command, env={**os.environ, "PORT": str(port), **environment})
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1)
                break
            except OSError:
                time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)
