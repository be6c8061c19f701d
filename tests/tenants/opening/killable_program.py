"""Does parts of an opening in child processes that can be killed at any statement or moment: see kills_program.py.

Started once as the web (TENANT_DB_MODE=login) and once as the provisioner (owner). Reads a line of JSON for each part:
{"part", "arguments", "kill"}, where kill is null, {"statement": number, "moment": "before"|"during"|"after", "seconds"} or
{"seconds"}; answers with {"is_killed", "answer", "seconds", "statements", "at"}: what was run, and where the kill hit.
"""

import contextlib
import json
import os
import re
import signal
import sys
import threading
import time

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.password_validation import validate_password  # noqa: E402
from django.core import mail  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402
from procrastinate.contrib.django import app  # noqa: E402
from procrastinate.exceptions import AlreadyEnqueued  # noqa: E402
from watching import watch  # noqa: E402

from tenants.directory.models import Municipality  # noqa: E402
from tenants.directory.queries import forget_hosts, host_of  # noqa: E402
from tenants.isolation.backend.base import IDLE  # noqa: E402

START = "/open-account/"
PASSWORD = "una contrasenya prou llarga"


# The parts


def browser(host: str, place: str) -> Client:
    return Client(headers={"host": host, "accept-language": "en"}, REMOTE_ADDR=place)


def mark_of(response) -> str:
    return re.search(r'name="form_mark" value="([^"]+)"', response.content.decode())[1]


def send(ine_code: str, slug: str, email: str, place: str) -> str:
    """Fills the public pages in; gives the link that comes by mail."""
    public = browser(settings.BASE_HOST, place)
    answers = {
        "name": "Kill", "slug": slug, "language": "ca", "remark": "", "person": "Persona", "post": "Secretaria",
        "email": email, "telephone": "972000000", "to": "send",
    }  # fmt: skip
    mark = mark_of(public.get(f"{START}{ine_code}/"))
    sent = public.post(f"{START}{ine_code}/", {**answers, "form_mark": mark})
    assert sent.status_code == 302, sent.status_code
    return re.search(r"https?://[^/]+(/open-account/continue/\S+)", mail.outbox[-1].body)[1]


def press(link: str, do: str, place: str) -> list:
    """Presses the button of the page behind the link; gives status and where it leads."""
    public = browser(settings.BASE_HOST, place)
    mark = mark_of(public.get(f"{START}other/"))
    answer = public.post(link, {"do": do, "form_mark": mark})
    return [answer.status_code, answer.headers.get("Location", "")]


def accept(host: str, path: str, place: str) -> int:
    """Chooses the first administrator's password."""
    answer = browser(host, place).post(path, {"name": "Persona", "password": PASSWORD})
    return answer.status_code


def look(host: str, email: str, place: str) -> int:
    """Signs in and opens the dashboard; gives its status."""
    own = browser(host, place)
    signed = own.post("/account/login/", {"login": email, "password": PASSWORD})
    return own.get("/").status_code if signed.status_code == 302 else signed.status_code


def work() -> None:
    """The provisioner's worker, until its queue is empty."""
    with app.replace_connector(app.connector.get_worker_connector()) as working:
        working.run_worker(queues=["opening"], name="provisioner", wait=False, listen_notify=False)


def sweep() -> None:
    """The provisioner starts again, and its sweep is due."""
    with contextlib.suppress(AlreadyEnqueued):
        app.configure_task(
            "open_waiting_applications", queue="opening", queueing_lock="open_waiting_applications"
        ).defer(timestamp=int(time.time()))
    work()


PARTS = {"send": send, "press": press, "accept": accept, "look": look, "work": work, "sweep": sweep}


def run(part: str, arguments: dict, kill: dict | None) -> dict:
    """Does a part in a child, which is killed as told."""
    reading, writing = os.pipe()
    begun = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.close(reading)
        watch(writing, kill or {})
        forget_hosts()
        answer = PARTS[part](**arguments)
        connections.close_all()
        os.write(writing, f"={json.dumps(answer)}\n".encode())
        os._exit(0)
    os.close(writing)
    if kill and "statement" not in kill:
        threading.Timer(kill["seconds"], _kill_child, [child]).start()
    with open(reading, encoding="utf-8") as pipe:  # ends when the child does
        told = pipe.read().splitlines()
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, f"{part} failed: see above"
    answers = [json.loads(line[1:]) for line in told if line.startswith("=")]
    return {
        "is_killed": os.WIFSIGNALED(status),
        "answer": answers[0] if answers else None,
        "seconds": time.perf_counter() - begun,
        "statements": _statements(told),
        "at": _where(told),
    }


def _kill_child(child: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


def _statements(told: list[str]) -> list[tuple[str, float]]:
    """The step and the seconds of each statement; of those of the queue, which overlap, about how long."""
    begun = [line[1:].partition(" ") for line in told if line.startswith("+")]
    ended = [float(line[1:]) for line in told if line.startswith("-")]
    return [(label, max(end - float(begin), 0)) for (begin, _, label), end in zip(begun, ended, strict=False)]


def _where(told: list[str]) -> str:
    """The step that the latest statement belonged to; between statements, what it came after."""
    begun = [line.partition(" ")[2] for line in told if line.startswith("+")]
    if not begun:
        return "before the first statement"
    return f"{'in' if told[-1].startswith('+') else 'after'} {begun[-1]}"


def load_before_children_come() -> None:
    """Pages, addresses and lists that a process loads once; each child would load them again, and be long about it."""
    somebody = host_of(Municipality.objects.filter(state="ACTIVE").values_list("slug", flat=True)[0])
    for host, path in [(settings.BASE_HOST, f"{START}17114/"), (somebody, "/account/login/")]:
        browser(host, "127.0.0.1").get(path)
    accept(somebody, "/people/accept/none/", "127.0.0.1")
    validate_password(PASSWORD)
    connections.close_all()
    IDLE.close_all()


def main() -> None:
    settings.SECOND_FACTOR_REQUIRED = False  # the second key has tests of its own
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    load_before_children_come()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(run(**json.loads(line))) + "\n")
        sys.stdout.flush()


main()
