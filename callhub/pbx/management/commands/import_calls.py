"""Takes files of a switchboard in, in this process, through the same action as the job."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError

from callhub.pbx.actions import (
    ClaimedElsewhere,
    UnableToImport,
    pbx_named,
    request_import,
    set_pbx_settings,
    size_of_readable,
    take_in_now,
)
from callhub.pbx.actions.imports import ALREADY
from callhub.pbx.adapters import SourceFormat
from callhub.pbx.adapters.base import UnableToRead
from callhub.pbx.adapters.table.mapping import mapping_of
from callhub.pbx.models import Import
from callhub.pbx.queries import import_answer
from callhub.pbx.rules import PbxSettings, UnusableSettings
from kit.cli import printed, text_up_to
from tenants.audit.actions import actor_of_command
from tenants.directory.models import Municipality
from tenants.directory.queries import municipality_with_slug
from tenants.isolation.context import inside


class Command(BaseCommand):
    help = "Imports records of a switchboard. Importing a file again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--municipality", required=True, metavar="SLUG")
        parser.add_argument("--format", required=True, choices=[f.value for f in SourceFormat])
        parser.add_argument(
            "--pbx", default="", type=text_up_to(100), metavar="NAME", help="the switchboard, when there are several"
        )
        parser.add_argument("--pbx-settings", type=Path, metavar="FILE.json")
        parser.add_argument("--timezone", default="", help="of times without offset; the municipality's by default")
        parser.add_argument("--mapping", type=Path, metavar="FILE.json", help="of the columns of a table")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")

    def handle(self, *args: Any, **options: Any) -> None:
        municipality = municipality_with_slug(options["municipality"])
        if municipality is None:
            raise CommandError(f"No municipality has the address “{options['municipality']}”.")
        with inside(municipality):
            answer = self._import(municipality, options)
        self.stdout.write(printed(answer, _in_words(answer), as_json=options["json"]))
        if complaint := _why_nothing_came_of_it(answer):
            raise CommandError(complaint)

    def _import(self, municipality: Municipality, options: dict[str, Any]) -> dict[str, Any]:
        by, source = actor_of_command(), SourceFormat(options["format"])
        zone = _zone(options["timezone"] or municipality.time_zone)
        mapping = _mapping(options["mapping"], source)
        chosen = _settings(options["pbx_settings"])
        _refuse_unreadable(options["paths"])
        pbx = pbx_named(name=options["pbx"], by=by)
        if chosen is not None:
            set_pbx_settings(pbx=pbx, chosen=chosen, by=by, reason="given on the command line")
        batches: list[Import] = []
        for path in options["paths"]:
            try:
                batch = request_import(
                    pbx=pbx, source=source, file_name=path.name, path=path.absolute(), timezone_name=zone,
                    mapping=mapping, by=by, reason="command line",
                )  # fmt: skip
                batches.append(take_in_now(batch=batch))
            except UnableToImport as error:
                raise CommandError(str(error)) from error
            except ClaimedElsewhere:
                raise CommandError(f"{path.name} is being taken in by the worker: see the page of imports.") from None
        return import_answer(batches)


def _refuse_unreadable(paths: list[Path]) -> None:
    """Looked at before the first is taken in: of a mistyped list of files none is."""
    try:
        for path in paths:
            str(path).encode()
            size_of_readable(path, path.name)
    except UnicodeEncodeError:
        shown = path.name.encode(errors="replace").decode()
        raise CommandError(f"{shown} has a name that is not UTF-8: give it another name.") from None
    except UnableToImport as error:
        raise CommandError(str(error)) from error


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise CommandError(f"“{name}” is not a time zone: write it like Europe/Madrid.") from None
    return name


def _json_file(path: Path, what: str) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"The {what} {path} cannot be opened: {error.strerror}.") from error
    except ValueError as error:
        raise CommandError(f"The {what} {path} is not JSON: {error}.") from error
    if not isinstance(found, dict):
        raise CommandError(f"The {what} {path} must hold one JSON object.")
    return found


def _mapping(path: Path | None, source: SourceFormat) -> dict[str, Any] | None:
    if source is not SourceFormat.TABLE:
        return None
    if path is None:
        raise CommandError("A table needs --mapping FILE.json that says which column is which.")
    mapping = _json_file(path, "mapping")
    try:
        mapping_of(mapping)
    except UnableToRead as error:
        raise CommandError(str(error)) from error
    return mapping


def _settings(path: Path | None) -> PbxSettings | None:
    if path is None:
        return None
    try:
        return PbxSettings.from_json(_json_file(path, "settings file"))
    except UnusableSettings as error:
        raise CommandError(str(error)) from error


def _why_nothing_came_of_it(answer: dict[str, Any]) -> str:
    """One sentence when rows were refused and not one could be used; rows that are there already are no failure."""
    is_of_use = answer["used"] or answer["merged"] or answer["ignored"].get(ALREADY)
    if is_of_use or not answer["rejected_total"]:
        return ""
    first = answer["rejected"][0]
    return f"None of the {answer['rows']} rows could be used: in line {first['line']}, {first['reason']}."


def _in_words(answer: dict[str, Any]) -> str:
    ignored = ", ".join(f"{reason} {number}" for reason, number in answer["ignored"].items()) or "none"
    lines = [
        f"{answer['rows']} rows: {answer['used']} used, {answer['merged']} merged, "
        f"{sum(answer['ignored'].values())} ignored ({ignored}), {answer['rejected_total']} rejected.",
        f"{answer['calls_created']} calls are new, {answer['calls_updated']} were told again.",
        *(f"line {row['line']}: {row['reason']}" for row in answer["rejected"][:10]),
    ]
    return "\n".join(lines)
