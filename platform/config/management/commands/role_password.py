"""Tells the password of a role of the application, for programs such as pg_dump that sign in by themselves."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config import database
from tenants.isolation.register import APPLICATION_ROLES


class Command(BaseCommand):
    help = "Prints the password of a role, made from role_key."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", choices=APPLICATION_ROLES)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(database.role_password(options["role"]))
