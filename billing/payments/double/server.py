"""The stand-in as a server: who may ask, repeated requests, faults on demand, one answer at a time."""

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from billing.payments.double import api, api_paying, pages
from billing.payments.double.engine import Engine
from billing.payments.double.forms import decode
from billing.payments.double.hooks import Hooks
from billing.payments.double.store import Obj, Refusal, Store

LARGEST = 1_000_000


@dataclass
class Faults:
    """What is wrong with the stand-in now; each is taken back by setting it to nothing."""

    slow: float = 0.0  # seconds before an answer
    status: int = 0  # every answer is this error, and nothing is done
    is_down: bool = False  # nobody answers
    lost_answers: int = 0  # so many requests are carried out, and nobody hears of it
    requests: list[tuple[str, str]] = field(default_factory=list)  # what was asked, for tests to count


class Double:
    """The account, its clock, its webhook and its faults."""

    def __init__(self, base: str, hooks: Hooks, path: Path | None = None) -> None:
        self.store = Store(path)
        self.engine = Engine(self.store, base)
        self.hooks = hooks
        self.faults = Faults()
        self.store.told.append(hooks.hear)

    def call(self, method: str, path: str, text: str, key: str, idempotency: str) -> tuple[int, Obj]:
        """Status and object of a request to the interface."""
        if not key.startswith(("Bearer sk_test_", "Bearer rk_test_")):
            refusal = Refusal(401, "Invalid API Key provided.", kind="authentication_error")
            return refusal.status, refusal.body
        print_of = hashlib.sha256(f"{method} {path} {text}".encode()).hexdigest()
        with self.store.lock:
            known = self.store.idempotency.get(idempotency) if idempotency and method == "POST" else None
            if known:
                if known[0] == print_of:
                    return known[1], known[2]
                refusal = Refusal(
                    400, "Keys for idempotent requests can only be used with the same parameters they were first used with.",
                    kind="idempotency_error",
                )  # fmt: skip
                return refusal.status, refusal.body
            try:
                status, told = 200, api.answer(self.engine, method, path, decode(text))
                told = json.loads(json.dumps(told))
            except Refusal as refusal:
                status, told = refusal.status, refusal.body
            if idempotency and method == "POST" and status != 400:
                self.store.idempotency[idempotency] = (print_of, status, told)
            self.store.keep()
        return status, told

    def control(self, text: str) -> Obj:
        """Faults and held events, for whoever shows or tests: POST to /_control with any of the fields of `Faults`."""
        wanted: dict[str, Any] = json.loads(text or "{}")
        for name in ("slow", "status", "is_down", "lost_answers"):
            if name in wanted:
                setattr(self.faults, name, wanted[name])
        if "holds" in wanted:
            self.hooks.holds = bool(wanted["holds"])
        if wanted.get("release"):
            mixed = self.hooks.mixed(int(wanted.get("seed", 1)), times=int(wanted.get("times", 1)),
                                     forged=float(wanted.get("forged", 0)))  # fmt: skip
            self.hooks.held.clear()
            return {"statuses": [self.hooks.send(one) for one in mixed]}
        if wanted.get("dispute"):
            with self.store.lock:
                return api_paying.open_dispute(self.engine, self.store.get("charge", wanted["dispute"]))
        return {"held": len(self.hooks.held)}


def _handler(double: Double) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else a kept connection waits 40 ms between head and body of an answer
        wbufsize = 65_536

        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def do_DELETE(self) -> None:
            self._answer("DELETE")

        def _answer(self, method: str) -> None:
            where = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(min(length, LARGEST)).decode("utf-8", "replace")
            if where.path == "/_control" and method == "POST":
                self._send(200, json.dumps(double.control(body)), "application/json")
            elif where.path.startswith("/v1/"):
                self._interface(method, where.path, body or where.query)
            else:
                self._page(method, where.path, body)

        def _interface(self, method: str, path: str, text: str) -> None:
            faults = double.faults
            faults.requests.append((method, path))
            if faults.is_down:
                self.close_connection = True
                return
            if faults.slow:
                time.sleep(faults.slow)
            if faults.status:
                told = {"error": {"type": "api_error", "message": "An unknown error occurred."}}
                self._send(faults.status, json.dumps(told), "application/json")
                return
            status, told = double.call(
                method, path, text, self.headers.get("Authorization", ""), self.headers.get("Idempotency-Key", "")
            )
            if faults.lost_answers:
                faults.lost_answers -= 1
                self.close_connection = True
                return
            self._send(status, json.dumps(told), "application/json")

        def _page(self, method: str, path: str, body: str) -> None:
            with double.store.lock:
                try:
                    found = pages.answer(double.engine, method, path, decode(body))
                except Refusal as refusal:
                    found = refusal.status, pages.page("", f"<h1>{refusal.body['error']['message']}</h1>"), ""
                double.store.keep()
            status, text, following = found or (404, pages.page("404", "<h1>No existe.</h1>"), "")
            self._send(status, text, "text/html; charset=utf-8", following)

        def _send(self, status: int, text: str, kind: str, following: str = "") -> None:
            raw = text.encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(raw)))
                if following:
                    self.send_header("Location", following)
                self.end_headers()
                self.wfile.write(raw)
            except OSError:
                self.close_connection = True  # whoever asked did not wait

        def log_message(self, format: str, *arguments: Any) -> None:
            """Says nothing: addresses of pages are secrets."""

    return Handler


class Server(ThreadingHTTPServer):
    """Ends without waiting for whoever is still connected."""

    daemon_threads = True


@contextmanager
def running(port: int, hooks: Hooks, path: Path | None = None) -> Iterator[Double]:
    """The stand-in on a port of this machine (0: any), in threads of this process."""
    server = Server(("127.0.0.1", port), BaseHTTPRequestHandler)
    double = Double(f"http://localhost:{server.server_port}", hooks, path)
    server.RequestHandlerClass = _handler(double)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
