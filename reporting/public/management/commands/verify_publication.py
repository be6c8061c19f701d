"""Checks what was published."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kit.cli import printed
from reporting.public.chain import read, trouble_with
from reporting.public.checking import checked
from reporting.public.keys import keys_to_check_with
from reporting.public.signing import UnusableKey, canonical, public_keys
from tenants.directory.models import Municipality
from tenants.isolation.context import PUBLIC_SITE, inside


class Command(BaseCommand):
    help = (
        "Checks that every published month is what was signed, and that none is missing; names those that are not. "
        "With --file, a file from the public site."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--municipality", default="", metavar="SLUG")
        parser.add_argument("--month", metavar="YYYY-MM")
        parser.add_argument("--file", type=Path, metavar="FILE", help="JSON of an edition, as downloaded")
        parser.add_argument(
            "--key", type=Path, metavar="FILE", help="public keys as PEM; otherwise those of the settings"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            keys = public_keys(_bytes_of(options["key"])) if options["key"] else keys_to_check_with()
        except UnusableKey as error:
            raise CommandError(str(error)) from error
        if options["file"]:
            self.stdout.write(printed(*_checked_file(options["file"], keys), as_json=options["json"]))
            return
        month = _month(options["month"]) if options["month"] else None
        with inside(PUBLIC_SITE):
            if options["municipality"] and not Municipality.objects.filter(slug=options["municipality"]).exists():
                raise CommandError(f"No municipality has the address “{options['municipality']}”.")
            found = checked(keys, options["municipality"], month)
        answer = {"editions": found.editions, "wrong": [str(one) for one in found.wrong]}
        if found.wrong:
            if options["json"]:
                self.stdout.write(printed(answer, "", as_json=True))
            raise CommandError(" ".join(map(str, found.wrong)))
        if not found.editions:
            raise CommandError("Nothing is published of what was asked for.")
        told = f"{found.editions} editions of months are what was published and signed."
        self.stdout.write(printed(answer, told, as_json=options["json"]))


def _checked_file(path: Path, keys: Any) -> tuple[dict[str, Any], str]:
    try:
        given = json.loads(_bytes_of(path))
        text = canonical(given["document"])
        said = read(text)
        signed = str(given["signature"])
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(
            f"{path.name} is no file of a published month: download its JSON from the month's page."
        ) from error
    if why := trouble_with(text, signed, keys):
        raise CommandError(f"{path.name} ({said.slug}, {said.month:%Y-%m}, edition {said.edition}): {why}")
    answer = {"municipality": said.slug, "month": f"{said.month:%Y-%m}", "edition": said.edition, "wrong": []}
    return answer, f"{said.town}, {said.month:%Y-%m}, edition {said.edition}: it is what was published and signed."


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise CommandError(f"“{text}” is not a month: write it like 2026-10.") from None
