"""Checks every invoice there is: chain, numbers, totals and signatures."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.invoices.checking import checked
from kit.cli import printed
from tenants.isolation.context import CONSOLE, inside


class Command(BaseCommand):
    help = (
        "Walks chain, numbers, totals and signatures of all invoices; names the first that is wrong and what differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        with inside(CONSOLE):
            found = checked()
        answer = {"right": found.right, "wrong": found.wrong or None, "what": found.what or None}
        if found.is_right:
            self.stdout.write(printed(answer, f"{found.right} invoices are what was issued.", as_json=options["json"]))
            return
        if options["json"]:
            self.stdout.write(printed(answer, "", as_json=True))
        raise CommandError(f"{found.wrong}: {found.what} The {found.right} before it are right.")
