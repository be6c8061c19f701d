"""Rows into PostgreSQL by COPY, in its text form."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

_CHUNK = 1_000  # lines sent at once: the server works while the next ones are prepared


def as_cell(text: str) -> str:
    """A text as COPY reads it back."""
    if "\\" in text or not text.isprintable():
        text = text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text


@lru_cache(10_000)  # a call and its visit tell the same moments
def as_time(epoch: float | None) -> str:
    r"""Epoch seconds as a timestamp with time zone, None as \N."""
    return r"\N" if epoch is None else datetime.fromtimestamp(epoch, UTC).isoformat()


def as_array(texts: Iterable[str]) -> str:
    """Texts as one literal of an array, for ``%s::text[]``: many times quicker than a list of parameters."""
    return "{" + ",".join('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts) + "}"


def copy_lines(connection: Any, table: str, columns: str, lines: Iterable[str]) -> None:
    """Sends lines (tab-separated cells, newline at the end) over a Django connection, while they are being made."""
    waiting = iter(lines)
    first = list(islice(waiting, _CHUNK))
    if not first:
        return
    connection.ensure_connection()
    with (
        connection.wrap_database_errors,
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
    ):
        copy.write("".join(first).encode())
        while chunk := list(islice(waiting, _CHUNK)):
            copy.write("".join(chunk).encode())
