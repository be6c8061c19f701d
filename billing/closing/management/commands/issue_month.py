"""Invoices a closed month."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.closing.actions import issue_month
from billing.closing.rules import UnusableMonth, month_named
from kit.cli import printed
from tenants.audit.actions import actor_of_command
from tenants.isolation.context import CONSOLE, inside


class Command(BaseCommand):
    help = "Issues the invoices of a closed month to all who pay by electronic invoice. Issued twice, nothing changes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--month", required=True, metavar="YYYY-MM")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            month = month_named(options["month"])
        except UnusableMonth as error:
            raise CommandError(str(error)) from error
        with inside(CONSOLE):
            done = issue_month(month=month, by=actor_of_command(), reason="given on the command line")
        answer = {
            "month": options["month"],
            "issued": {town.slug: str(invoice) for town, invoice in done.made},
            "there_before": {town.slug: str(invoice) for town, invoice in done.there},
            "refused": {town.slug: why for town, why in done.refused},
        }
        told = f"{options['month']}: {len(done.made)} invoices issued, {len(done.there)} there before."
        if options["json"] or not done.refused:
            self.stdout.write(printed(answer, told, as_json=options["json"]))
        if done.refused:
            raise CommandError(f"{told} Not issued: " + " ".join(f"{town}: {why}" for town, why in done.refused))
