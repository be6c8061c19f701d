"""The provisioner: the only long-running process that may make and drop schemas."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from tenants.opening.actions import assert_roles


class Command(BaseCommand):
    help = "Runs the queue “opening” as the owner of the database, until it is stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        assert_roles()
        call_command("procrastinate", "worker", "--queues", "opening", "--name", "provisioner", "--concurrency", "1")
