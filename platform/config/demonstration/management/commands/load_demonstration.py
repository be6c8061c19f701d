"""Opens the demonstration municipalities and has them filled. A second run keeps the data."""

import subprocess
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.demonstration.actions import open_towns


class Command(BaseCommand):
    help = "Loads three demonstration municipalities; goes on where an earlier run stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        open_towns(self._say)
        done = subprocess.run([sys.executable, sys.argv[0], "fill_demonstration"], check=False)
        if done.returncode:
            raise CommandError(
                "The demonstration was not loaded completely: run the command again, it goes on from there."
            )

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
