"""Gives a municipality more time of trial from the command line."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kit.cli import printed
from tenants.audit.actions import actor_of_command
from tenants.directory.queries import municipality_with_slug
from tenants.isolation.context import connection
from tenants.opening.actions.lifecycle import lengthen_trial


class Command(BaseCommand):
    help = "Gives a municipality on trial, or suspended after it, time until a day, which counts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--slug", required=True)
        parser.add_argument("--until", required=True, help="the last day, such as 2027-01-31")
        parser.add_argument("--reason", required=True)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            until = date.fromisoformat(options["until"])
        except ValueError as error:
            raise CommandError(f"“{options['until']}” is no day: write it like 2027-01-31.") from error
        connection.set_schema_to_public()
        town = municipality_with_slug(options["slug"])
        if town is None:
            raise CommandError(f"No open municipality has the address “{options['slug']}”.")
        lengthen_trial(schema=town.schema_name, ends_on=until, by=actor_of_command(), reason=options["reason"])
        answer = {"slug": town.slug, "until": until.isoformat()}
        self.stdout.write(printed(answer, f"The trial of {town.name} ends on {until}.", as_json=options["json"]))
