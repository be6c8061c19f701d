"""Everything a municipality has, as CSV files it can take away. Owner mode only."""

from pathlib import Path

from django.apps import apps
from psycopg import sql

from tenants.directory.queries import municipality_with_slug
from tenants.isolation.context import connection
from tenants.isolation.register import MUNICIPALITY_TABLES

# Means of signing in are nobody's data to take away, and dangerous in a file.
_NOT_EXPORTED = {"sessions.Session", "mfa.Authenticator", "account.EmailConfirmation", "usersessions.UserSession"}
_SECRET_COLUMNS = {"people_user": {"password"}, "people_invitation": {"token_digest"}}


class UnableToExport(Exception):
    """Nothing usable was exported; the text says why."""


def export_municipality(*, slug: str, folder: Path) -> dict[str, int]:
    """Writes one CSV per table (UTF-8, header, RFC 4180) and gives the rows of each. Raises UnableToExport."""
    connection.set_schema_to_public()
    municipality = municipality_with_slug(slug)
    if municipality is None:
        raise UnableToExport(f"No open municipality has the address “{slug}”.")
    if folder.exists() and any(folder.iterdir()):
        raise UnableToExport(f"{folder} is not empty: choose another folder for the export.")
    folder.mkdir(parents=True, exist_ok=True)
    rows = {}
    for label in sorted(set(MUNICIPALITY_TABLES) - _NOT_EXPORTED):
        model = apps.get_model(label)
        table = model._meta.db_table
        columns = [f.column for f in model._meta.local_fields if f.column not in _SECRET_COLUMNS.get(table, set())]
        rows[table] = _copy_out(municipality.schema_name, table, columns, folder / f"{table}.csv")
    return rows


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
