"""Fills the demonstration municipalities, each as its own role."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from config.demonstration.actions import fill_towns


class Command(BaseCommand):
    help = "People, departments and a year of calls for the demonstration municipalities."

    def handle(self, *args: Any, **options: Any) -> None:
        fill_towns(datetime.now(UTC).date(), self._say)

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
