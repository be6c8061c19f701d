"""Asks the provisioner to open a municipality; needs no secret of the database's owner."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from kit.cli import printed
from tenants.audit.actions import actor_of_command
from tenants.isolation.context import CONSOLE, inside
from tenants.opening.actions import request_opening


class Command(BaseCommand):
    help = "Asks the running provisioner to open a municipality."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--ine", required=True, help="INE code, five digits")
        parser.add_argument("--slug", required=True, help="its address: <slug>.<host>")
        parser.add_argument("--reason", default="requested from the command line")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        with inside(CONSOLE):
            request_opening(
                ine_code=options["ine"], slug=options["slug"], by=actor_of_command(), reason=options["reason"]
            )
        sentence = f"The provisioner was asked to open “{options['slug']}”."
        self.stdout.write(printed({"requested": options["slug"]}, sentence, as_json=options["json"]))
