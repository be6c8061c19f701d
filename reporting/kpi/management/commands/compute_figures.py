"""Computes the figures that wait for it."""

import select
import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kit.cli import printed
from reporting.kpi.actions import compute_changed, compute_settled
from tenants.directory.queries import municipality_with_slug
from tenants.isolation.context import inside

PAUSE_SECONDS = 0.5


class Command(BaseCommand):
    help = "Computes the figures of the days whose calls changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--municipality", required=True, metavar="SLUG")
        parser.add_argument(
            "--until-input-ends",
            action="store_true",
            help="go on while another process imports, until standard input ends, and leave the latest day to it",
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        municipality = municipality_with_slug(options["municipality"])
        if municipality is None:
            raise CommandError(f"No municipality has the address “{options['municipality']}”.")
        with inside(municipality):
            days = _until_input_ends() if options["until_input_ends"] else compute_changed()
        self.stdout.write(printed({"days": days}, f"Figures of {days} days were computed.", as_json=options["json"]))


def _until_input_ends() -> int:
    done: set[date] = set()
    just_done: set[date] = set()
    while not select.select([sys.stdin], [], [], 0 if just_done else PAUSE_SECONDS)[0]:
        just_done = compute_settled(done)
        done |= just_done
    return len(done)
