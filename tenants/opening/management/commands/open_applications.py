"""Opens what was asked for on the public page, when the provisioner does not run."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from kit.cli import printed
from tenants.isolation.context import connection
from tenants.opening.actions import open_application
from tenants.opening.models import Application


class Command(BaseCommand):
    help = "Opens the municipalities that were applied for and confirmed; the provisioner does the same by itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        connection.set_schema_to_public()
        asked = list(Application.objects.filter(state=Application.State.OPENING).values_list("pk", flat=True))
        for application in asked:
            open_application(application_id=application)
        opened = list(
            Application.objects.filter(pk__in=asked, state=Application.State.OPEN).values_list("slug", flat=True)
        )
        sentence = f"{len(asked)} asked for, {len(opened)} opened{': ' if opened else '.'}{', '.join(opened)}"
        self.stdout.write(printed({"asked": len(asked), "opened": opened}, sentence, as_json=options["json"]))
