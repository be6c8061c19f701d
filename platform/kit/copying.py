"""Rows into PostgreSQL by COPY, in its text form."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

_CHUNK = 4_000  # lines sent at once: the server works while the next ones are prepared


def as_cell(text: str) -> str:
    """A text as COPY reads it back."""
    if "\\" in text or "\t" in text or "\n" in text or "\r" in text:
        text = text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text


def as_time(epoch: float | None) -> str:
    r"""Epoch seconds as a timestamp with time zone, None as \N."""
    return r"\N" if epoch is None else datetime.fromtimestamp(epoch, UTC).isoformat()


def copy_lines(connection: Any, table: str, columns: str, lines: list[str]) -> None:
    """Sends prepared lines (tab-separated cells, newline at the end) over a Django connection."""
    if not lines:
        return
    connection.ensure_connection()
    with (
        connection.wrap_database_errors,
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
    ):
        for chunk in _chunks(lines):
            copy.write("".join(chunk).encode())


def _chunks(lines: list[str]) -> Iterable[list[str]]:
    for start in range(0, len(lines), _CHUNK):
        yield lines[start : start + _CHUNK]
