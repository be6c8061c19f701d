"""The worker: runs the jobs of all municipalities, each as its own role."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Runs the queues “imports” and “default” until it is stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("procrastinate", "worker", "--queues", "imports,default", "--name", "worker", "--concurrency", "1")
