"""Everything a municipality has, as CSV files it can take away. Owner mode only."""

import json
import shutil
from pathlib import Path

from django.apps import apps
from psycopg import sql

from tenants.directory.models import Municipality
from tenants.isolation.context import connection
from tenants.isolation.register import MUNICIPALITY_TABLES

# Means of signing in are nobody's data to take away, and dangerous in a file.
_NOT_EXPORTED = {"sessions.Session", "mfa.Authenticator", "account.EmailConfirmation", "usersessions.UserSession"}
_SECRET_COLUMNS = {"people_user": {"password"}, "people_invitation": {"token_digest"}}
CONTENTS = "contents.json"


class UnableToExport(Exception):
    """Nothing usable was exported; the text says why."""


def refuse_unusable(folder: Path, municipality: Municipality) -> None:
    """Raises UnableToExport when ``folder``, or where it is written first, holds something else than this export."""
    for used in (folder, _unfinished(folder)):
        if used.exists() and not (used.is_dir() and (not any(used.iterdir()) or _is_export_of(used, municipality))):
            raise UnableToExport(f"{used} is not empty: choose another folder for the export.")


def export_municipality(*, municipality: Municipality, folder: Path) -> dict[str, int]:
    """Writes one CSV per table (UTF-8, header, RFC 4180) and gives the rows of each. Raises UnableToExport.

    ``folder`` appears whole or not at all.
    """
    refuse_unusable(folder, municipality)
    unfinished = _unfinished(folder)
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        rows = _write(municipality, unfinished)
        shutil.rmtree(folder, ignore_errors=True)  # empty, or an export of the same that an earlier try made
        unfinished.rename(folder)
    except OSError as error:
        raise UnableToExport(f"The export could not be written to {folder}: {error.strerror or error}.") from error
    return rows


def _unfinished(folder: Path) -> Path:
    return folder.absolute().with_name(f"{folder.absolute().name}.unfinished")


def _is_export_of(folder: Path, municipality: Municipality) -> bool:
    contents = folder / CONTENTS
    return contents.exists() and json.loads(contents.read_text())["municipality"] == str(municipality.uuid)


def _write(municipality: Municipality, folder: Path) -> dict[str, int]:
    rows: dict[str, int] = {}
    _write_contents(municipality, folder, rows)  # first, so that what a killed export left can be told from other files
    for label in sorted(set(MUNICIPALITY_TABLES) - _NOT_EXPORTED):
        model = apps.get_model(label)
        table = model._meta.db_table
        columns = [f.column for f in model._meta.local_fields if f.column not in _SECRET_COLUMNS.get(table, set())]
        rows[table] = _copy_out(municipality.schema_name, table, columns, folder / f"{table}.csv")
    _write_contents(municipality, folder, rows)
    return rows


def _write_contents(municipality: Municipality, folder: Path, rows: dict[str, int]) -> None:
    told = {"municipality": str(municipality.uuid), "name": municipality.name, "rows": rows}
    (folder / CONTENTS).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _copy_out(schema: str, table: str, columns: list[str], path: Path) -> int:
    statement = sql.SQL("COPY (SELECT {} FROM {}.{}) TO STDOUT (FORMAT csv, HEADER)").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(schema), sql.Identifier(table)
    )
    connection.ensure_connection()
    with path.open("wb") as file, connection.connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for piece in copy:
                file.write(piece)
        return int(cursor.rowcount)
