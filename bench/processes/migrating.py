"""Makes a schema with the same tables by the stock command."""

import time

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from bench.processes.answering import answer_questions  # noqa: E402


def _migrate(*, schema: str) -> float:
    """Seconds of one stock `migrate_schemas` into a new schema."""
    connection.set_schema_to_public()  # type: ignore[attr-defined]
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}")
    call_command("migrate_schemas", schema_name=schema, verbosity=0, interactive=False)
    return time.perf_counter() - started


if __name__ == "__main__":
    answer_questions(_migrate)
