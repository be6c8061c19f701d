"""Invites somebody from the command line: how the first person of a municipality, or of Adtende, comes in."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.urls import reverse

from kit.cli import printed, text_up_to
from tenants.audit.actions import actor_of_command
from tenants.directory.queries import host_of, municipality_with_slug
from tenants.isolation.context import CONSOLE, inside
from tenants.people.actions import INVITATION_DAYS, invite_person
from tenants.people.rules import CHOSEN_ROLES, STAFF_ROLES, Role


class Command(BaseCommand):
    help = (
        "Invites somebody and prints the link, which works once and for a week. Without --municipality: to the console."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--municipality", default="", metavar="SLUG")
        parser.add_argument("--email", required=True, type=text_up_to(254))
        parser.add_argument("--name", required=True, type=text_up_to(120))
        parser.add_argument("--role", default="administrator", metavar="ROLE", help="administrator when not given")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        municipality = municipality_with_slug(options["municipality"]) if options["municipality"] else None
        if options["municipality"] and municipality is None:
            raise CommandError(f"No municipality has the address “{options['municipality']}”.")
        _refuse_no_address(options["email"])
        role = _role(options["role"], is_municipal=municipality is not None)
        with inside(municipality or CONSOLE):
            invited = invite_person(
                email=options["email"], name=options["name"], role=role, by=actor_of_command(), reason="command line"
            )
        host = host_of(municipality.slug) if municipality else settings.STAFF_HOST
        urls = settings.TENANT_URLCONF if municipality else settings.STAFF_URLCONF
        scheme, port = ("https", "") if settings.SECURE else ("http", f":{settings.PORT}")
        link = f"{scheme}://{host}{port}{reverse('people:accept', urls, args=[invited.token])}"
        words = f"Give this link to {options['email']}; it works once, for {INVITATION_DAYS} days:\n{link}"
        self.stdout.write(
            printed({"email": options["email"], "role": role.value, "link": link}, words, as_json=options["json"])
        )


def _refuse_no_address(text: str) -> None:
    try:
        validate_email(text.strip())
    except ValidationError:
        raise CommandError(f"“{text}” is no e-mail address.") from None


def _role(word: str, *, is_municipal: bool) -> Role:
    roles = {
        role.value.lower().removeprefix("staff_"): role for role in (CHOSEN_ROLES if is_municipal else STAFF_ROLES)
    }
    found = roles.get(word.lower())
    if found is None:
        known = ", ".join(sorted(roles))
        raise CommandError(f"“{word}” is no role there: choose one of {known}.")
    return found
