"""Rows into PostgreSQL by COPY, in its text form."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from queue import SimpleQueue
from typing import Any, Self

_CHUNK = 4_000  # lines sent at once


class _Abandoned(Exception):
    """The lines ended by an error of whoever made them: the server forgets those it has."""


def as_cell(text: str) -> str:
    """A text as COPY reads it back."""
    if "\\" in text or not text.isprintable():
        text = text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text


@lru_cache(10_000)  # a call and its visit tell the same moments
def as_time(epoch: float | None) -> str:
    r"""Epoch seconds as a timestamp with time zone, None as \N."""
    if epoch is None:
        return r"\N"
    day, second = divmod(epoch, 86_400)
    if second != int(second):
        return datetime.fromtimestamp(epoch, UTC).isoformat()
    hour, second = divmod(int(second), 3600)  # most moments are whole seconds: half the work of the line above
    return f"{_day(day)} {hour}:{second // 60}:{second % 60}+0"


@lru_cache(1_000)
def _day(number: float) -> str:
    """The day so many days after 1970."""
    return datetime.fromtimestamp(number * 86_400, UTC).date().isoformat()


def as_array(texts: Iterable[str]) -> str:
    """Texts as one literal of an array, for ``%s::text[]``: many times quicker than a list of parameters."""
    return "{" + ",".join('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts) + "}"


def copy_lines(connection: Any, table: str, columns: str, lines: Iterable[str]) -> None:
    """Sends lines (tab-separated cells, newline at the end) over a Django connection, and waits until they are in."""
    with Copier(connection) as copier:
        copier.send(table, columns, lines)


class Copier:
    """Sends lines over a Django connection by a thread of its own: the server takes them in while the next are being made.

    The connection belongs to the thread until `wait`, or the end of the `with` block: nothing else may be asked over it.
    ``while_waiting`` is called when there is nothing left to send and the server is not done yet; it must return at once.
    """

    def __init__(self, connection: Any, while_waiting: Callable[[], None] = lambda: None) -> None:
        connection.ensure_connection()
        self._while_waiting = while_waiting
        self._connection = connection.connection
        self._errors = connection.wrap_database_errors
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="copying")
        self._sending: list[Future[None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._thread.shutdown()
        if kind is None:
            self.wait()

    def send(self, table: str, columns: str, lines: Iterable[str]) -> None:
        """Hands over all ``lines`` (tab-separated cells, newline at the end), after those of earlier tables."""
        chunks: SimpleQueue[bytes | _Abandoned | None] = SimpleQueue()
        self._sending.append(self._thread.submit(self._copy, f"COPY {table} ({columns}) FROM STDIN", chunks))
        waiting = iter(lines)
        last: _Abandoned | None = _Abandoned()
        try:
            while chunk := list(islice(waiting, _CHUNK)):
                chunks.put("".join(chunk).encode())
            last = None
        finally:
            chunks.put(last)

    def wait(self) -> None:
        """Returns when the server has all lines. Raises what it said against any of them, as Django's errors."""
        sending, self._sending = self._sending, []
        if sending:
            self._while_waiting()
        with self._errors:
            for one in sending:
                one.result()

    def _copy(self, statement: str, chunks: SimpleQueue[bytes | _Abandoned | None]) -> None:
        chunk = chunks.get()
        if chunk is None:
            return
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            while chunk is not None:
                if isinstance(chunk, _Abandoned):
                    raise chunk
                copy.write(chunk)
                chunk = chunks.get()
