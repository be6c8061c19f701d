"""Opens a municipality from the command line."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from kit.cli import printed, text_up_to
from tenants.audit.actions import actor_of_command
from tenants.directory.rules import COLOURS
from tenants.opening.actions import open_municipality


class Command(BaseCommand):
    help = "Opens a municipality: schema, role and address, in one transaction."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--ine", required=True, help="INE code, five digits")
        parser.add_argument("--slug", required=True, help="its address: <slug>.<host>")
        parser.add_argument(
            "--name", default="", type=text_up_to(100), help="its name, when it is not the one of the INE list"
        )
        parser.add_argument("--colour", default=COLOURS[0], help=f"of its pages: one of {', '.join(COLOURS)}")
        parser.add_argument("--reason", type=text_up_to(500), default="opened from the command line")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        opened = open_municipality(
            ine_code=options["ine"],
            slug=options["slug"],
            name=options["name"],
            colour=options["colour"],
            by=actor_of_command(),
            reason=options["reason"],
        )
        municipality = opened.municipality
        answer = {
            "municipality": str(municipality.uuid),
            "schema": municipality.schema_name,
            "slug": municipality.slug,
            "host": opened.host,
            "seconds": round(opened.seconds, 3),
        }
        sentence = f"{municipality.name} is open at {opened.host} ({municipality.population:,} inhabitants)."
        self.stdout.write(printed(answer, sentence, as_json=options["json"]))
