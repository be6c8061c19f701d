"""Prepares roles, shared tables and schemas. Safe to repeat."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config import database
from tenants.isolation import bootstrap
from tenants.isolation.register import APPLICATION_ROLES
from tenants.opening.actions import set_up_database


class Command(BaseCommand):
    help = "Makes the database's roles and brings every schema up to date. Needs a superuser in DATABASE_URL."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--only-roles",
            action="store_true",
            help="makes the application's roles and an empty database, into which a backup can be restored",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        server = database.server()
        bootstrap.prepare(
            host=server.host,
            port=server.port,
            name=server.name,
            superuser=server.superuser,
            superuser_password=server.superuser_password,
            passwords={role: database.role_password(role) for role in (bootstrap.OWNER, *APPLICATION_ROLES)},
        )
        if options["only_roles"]:
            self.stdout.write("The roles and an empty database are ready.")
            return
        set_up_database()
        self.stdout.write("The database is ready.")
