"""Closes a municipality after exporting everything it has. Run again after a crash, it goes on."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from kit.cli import printed
from tenants.audit.actions import actor_of_command
from tenants.opening.actions import close_municipality


class Command(BaseCommand):
    help = "Exports a municipality's data to a folder and closes it. Its address is never used again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--slug", required=True)
        parser.add_argument("--export-to", required=True, type=Path, help="an empty or new folder for the export")
        parser.add_argument("--reason", required=True)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        closed = close_municipality(
            slug=options["slug"], folder=options["export_to"], by=actor_of_command(), reason=options["reason"]
        )
        municipality, rows = closed.municipality, closed.rows
        answer = {
            "municipality": str(municipality.uuid),
            "slug": municipality.slug,
            "export": str(options["export_to"]),
            "tables": rows,
        }
        sentence = f"{municipality.name} is closed; {sum(rows.values())} rows of {len(rows)} tables were exported."
        self.stdout.write(printed(answer, sentence, as_json=options["json"]))
