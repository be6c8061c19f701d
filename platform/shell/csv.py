"""Tables to take away: CSV that a spreadsheet opens without running anything."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.http import HttpResponse

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")
_AFTER_SEPARATOR = re.compile(r"([;,\t\r\n]\s*)([=+\-@＝＋－＠])")


def safe_cell(value: Any) -> Any:
    """A text that a spreadsheet could take for a formula gets an apostrophe in front; numbers stay numbers.

    Also after a separator inside it: a spreadsheet set to another separator makes a cell of what follows.
    """
    if isinstance(value, str):
        return _AFTER_SEPARATOR.sub(r"\1'\2", f"'{value}" if value.startswith(_DANGEROUS) else value)
    return "" if value is None else value


def _lines(header: Sequence[str], rows: Iterable[Sequence[Any]], filters: Mapping[str, str]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)

    def line(cells: Sequence[Any]) -> str:
        writer.writerow([safe_cell(cell) for cell in cells])
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text

    yield line(header)
    for row in rows:
        yield line(row)
    used = {name: value for name, value in filters.items() if value}
    if used:
        yield line(["# " + "; ".join(f"{name}: {value}" for name, value in used.items())])


def csv_response(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Any]], filters: Mapping[str, str]
) -> HttpResponse:
    """A CSV (RFC 4180, UTF-8) to download; its last line says the filters it was made with."""
    response = HttpResponse("".join(_lines(header, rows, filters)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
