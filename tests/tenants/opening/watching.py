"""Counts, tells and kills: every statement and commit of a process goes by here (see killable_program.py)."""

import os
import re
import signal
import threading
import time

import psycopg


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


# What is run is told into a pipe, which keeps it when the process is gone: "+" begins a statement, "-" ends it.


class Watch:
    """Counts the statements of this process, tells each, and kills the process at the one it was told."""

    def __init__(self, pipe: int, kill: dict) -> None:
        self.pipe, self.kill, self.number = pipe, kill, 0

    def begins(self, label: str) -> int:
        self.number += 1
        number = self.number
        os.write(self.pipe, f"+{time.perf_counter()} {label}\n".encode())
        if self.is_at(number, "before"):
            die()
        if self.is_at(number, "during"):
            threading.Timer(self.kill["seconds"], die).start()
        return number

    def ends(self, number: int) -> None:
        os.write(self.pipe, f"-{time.perf_counter()}\n".encode())
        if self.is_at(number, "after"):
            die()

    def is_at(self, number: int, moment: str) -> bool:
        return self.kill.get("statement") == number and self.kill["moment"] == moment


def label_of(query: object) -> str:
    """The step of an opening that a statement belongs to."""
    text = query.decode() if isinstance(query, bytes) else str(query)
    for words, label in STEPS:
        if re.search(words, text):
            return label
    return "looking"


STEPS = [
    (r"^CREATE SCHEMA|CREATE TABLE ", "schema"),
    (r"CREATE ROLE|ALTER ROLE|GRANT \"?app_municipality|GRANT \"t_\d+\" TO", "role"),
    (r"^GRANT|^REVOKE|^ALTER DEFAULT", "grants"),
    (r"schema_number|INSERT INTO \"directory_municipality\"", "row"),
    (r"INSERT INTO \"directory_domain\"", "address"),
    (r"INSERT INTO \"audit_auditentry\"", "record"),
    (r"procrastinate_", "queue"),
    (r"opening_application\"", "application"),
    (r"people_invitation\"", "invitation"),
    (r"INSERT INTO \"people_user\"", "administrator"),
]


def watch(pipe: int, kill: dict) -> None:
    """Every statement and every commit of this process goes by the watch, those of the queue's own connections too."""
    guard = Watch(pipe, kill)

    def watched(real, label):
        def run(self, *arguments, **options):
            if arguments and str(arguments[0]).startswith("SET search_path"):  # comes before each one of the owner's
                return real(self, *arguments, **options)
            number = guard.begins(label(arguments))
            result = real(self, *arguments, **options)
            guard.ends(number)
            return result

        return run

    def watched_async(real, label):
        async def run(self, *arguments, **options):
            number = guard.begins(label(arguments))
            result = await real(self, *arguments, **options)
            guard.ends(number)
            return result

        return run

    psycopg.Cursor.execute = watched(psycopg.Cursor.execute, lambda given: label_of(given[0]))
    psycopg.Connection.commit = watched(psycopg.Connection.commit, lambda given: "commit")
    psycopg.AsyncCursor.execute = watched_async(psycopg.AsyncCursor.execute, lambda given: label_of(given[0]))
