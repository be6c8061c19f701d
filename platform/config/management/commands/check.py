"""Django's `check`, which here always asks the server too: an unsafe one is refused without an extra flag."""

from typing import Any

from django.core.management.commands.check import Command as DjangosCheck


class Command(DjangosCheck):
    def handle(self, *app_labels: Any, **options: Any) -> None:
        options["databases"] = options["databases"] or ["default"]
        super().handle(*app_labels, **options)
