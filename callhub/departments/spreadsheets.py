"""Spreadsheets of departments: read from a file, sealed while a person looks at them, written to take away."""

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from django.core import signing
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callhub.departments.models import Department
from callhub.departments.rules import Refusal, Row, columns_of, judged
from callhub.pbx.adapters.base import RawRow, UnableToRead
from callhub.pbx.adapters.table.spreadsheet import is_spreadsheet, spreadsheet_rows
from shell.csv import csv_response
from tenants.isolation.context import connection

MOST_ROWS = 5_000
MOST_LETTERS = 1_000  # of a cell; every column allows fewer, and the sentence about it says so
SEALED_SECONDS = 3600
HEADER: dict[str, Promise] = {
    "department": gettext_lazy("Department"),
    "extension": gettext_lazy("Extension"),
    "person": gettext_lazy("Who answers"),
    "telephone": gettext_lazy("Direct telephone"),
    "email": gettext_lazy("E-mail address"),
}


class UnableToReadSheet(Exception):
    """Nothing of the file can be used; one sentence says why."""


@dataclass(frozen=True)
class Sheet:
    """A spreadsheet that was read: rows that can be used, and rows that cannot."""

    name: str
    rows: list[Row]
    refused: list[Refusal]


def read(name: str, content: bytes) -> Sheet:
    """The rows of an XLSX or CSV. Raises UnableToReadSheet."""
    try:
        lines = _xlsx(content) if is_spreadsheet(content) else _csv(content)
        cells = list(itertools.islice(lines, MOST_ROWS + 2))
    except (UnableToRead, UnicodeDecodeError, csv.Error) as error:
        raise UnableToReadSheet(_("The file cannot be read: save it as XLSX or as CSV and give that one.")) from error
    if len(cells) > MOST_ROWS + 1:
        raise UnableToReadSheet(_("The file has more than %(number)s rows: give it in parts.") % {"number": MOST_ROWS})
    columns = columns_of(cells[0][1]) if cells else {}
    if "department" not in columns:
        raise UnableToReadSheet(
            _("The first row must name the columns, and one of them must be “%(column)s”: the template has them all.")
            % {"column": HEADER["department"]}
        )
    return _sheet(name, [_row(number, texts, columns) for number, texts in cells[1:] if any(map(str.strip, texts))])


def _sheet(name: str, rows: Iterable[Row]) -> Sheet:
    return Sheet(name[:200], *judged(rows))


def _row(number: int, texts: Sequence[str], columns: dict[str, int]) -> Row:
    said = {column: _clean(texts[place]) for column, place in columns.items() if place < len(texts)}
    return Row(number, **{"department": "", **said})


def _clean(text: str) -> str:
    # The apostrophe is the one that our own CSV puts before what could be taken for a formula.
    plain = " ".join(text.replace("\0", " ").split())[:MOST_LETTERS]
    return plain[1:] if plain[:1] == "'" and plain[1:2] in set("=+-@") else plain


def _csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")  # what a Spanish Excel saves as CSV
    delimiter = max((",", ";", "\t"), key=text.partition("\n")[0].count)
    yield from enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1)


def _xlsx(content: bytes) -> Iterator[tuple[int, list[str]]]:
    for row in spreadsheet_rows(io.BytesIO(content), ","):
        if isinstance(row, RawRow):
            yield row.line, next(csv.reader([row.payload]), [])


# Sealed: signed for this municipality and for an hour, so that nothing is stored before somebody confirms it.


def _salt() -> str:
    return f"departments.spreadsheet.{connection.schema_name}"


def sealed(sheet: Sheet) -> str:
    """The sheet as one text that nobody else can make."""
    rows = [astuple(row) for row in sorted([*sheet.rows, *(one.row for one in sheet.refused)], key=_number)]
    return signing.dumps({"name": sheet.name, "rows": rows}, salt=_salt(), compress=True)


def _number(row: Row) -> int:
    return row.number


def opened(text: str) -> Sheet:
    """The sheet of a sealed text, each row judged again. Raises UnableToReadSheet."""
    try:
        said: dict[str, Any] = signing.loads(text, salt=_salt(), max_age=SEALED_SECONDS)
    except signing.BadSignature as error:
        raise UnableToReadSheet(_("The preview is older than an hour: give the file again.")) from error
    return _sheet(said["name"], [Row(*row) for row in said["rows"]])


# To take away


def rows_kept(departments: Iterable[Department]) -> Iterator[list[str]]:
    """The rows that a spreadsheet of these departments has: one for each extension, one for a department without."""
    for one in departments:
        extensions = list(one.extensions.all())
        for extension in extensions:
            yield [one.name, extension.number, extension.person, extension.telephone, one.email]
        if not extensions:
            yield [one.name, "", "", "", one.email]


def file_response(name: str, format: str, header: Iterable[object], rows: Iterable[Sequence[str]]) -> HttpResponse:
    """An XLSX, or a CSV, to download."""
    titles = [str(one) for one in header]
    if format != "xlsx":
        return csv_response(f"{name}.csv", titles, rows, {})
    response = HttpResponse(
        _written(titles, rows), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _written(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    from xlsxwriter import Workbook

    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        text = book.add_format({"num_format": "@"})  # an extension like 007 stays as it is
        sheet.set_column(0, len(titles) - 1, 26, text)
        for number, cells in enumerate([titles, *rows]):
            for place, cell in enumerate(cells):
                sheet.write_string(number, place, cell, None if number else book.add_format({"bold": True}))
    return file.getvalue()
