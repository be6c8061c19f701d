"""Closes a month of a municipality."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from billing.usage.actions import UnableToCloseMonth, close_month
from kit.cli import printed
from tenants.audit.actions import actor_of_command
from tenants.directory.queries import municipality_with_slug
from tenants.isolation.context import inside


class Command(BaseCommand):
    help = "Closes a month that is over: its answered calls are counted for the invoice. Closed twice, nothing changes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--municipality", required=True, metavar="SLUG")
        parser.add_argument("--month", required=True, metavar="YYYY-MM")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        municipality = municipality_with_slug(options["municipality"])
        if municipality is None:
            raise CommandError(f"No municipality has the address “{options['municipality']}”.")
        month = _month(options["month"])
        with inside(municipality):
            try:
                closed = close_month(
                    month=month, now=timezone.now(), by=actor_of_command(), reason="given on the command line"
                )
            except UnableToCloseMonth as error:
                raise CommandError(str(error)) from error
        answer = {
            "month": options["month"],
            "calls": closed.calls,
            "by_day": closed.by_day,
            "correction_of_earlier": closed.correction_of_earlier,
            "corrections": closed.corrections,
            "closed_at": closed.closed_at.isoformat(),
        }
        told = f"{municipality.name}, {options['month']}: {closed.calls} answered calls"
        changed = f", and {closed.correction_of_earlier:+} of earlier months" if closed.correction_of_earlier else ""
        self.stdout.write(printed(answer, f"{told}{changed}.", as_json=options["json"]))


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise CommandError(f"“{text}” is not a month: write it like 2026-10.") from None
