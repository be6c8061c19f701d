"""Figures of a municipality and a period, on the command line."""

from argparse import ArgumentParser
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError

from callhub.lines.queries import queues_by_name
from kit.cli import printed
from kit.periods import Period, UnusableMoment, parse_moment
from reporting.kpi.queries import ALL, QUEUE, counts_between
from reporting.kpi.rules import DEFAULT_SHORT_ABANDON_SECONDS, DEFAULT_TARGET_SECONDS, figures_json
from tenants.directory.queries import municipality_with_slug
from tenants.isolation.context import inside


class Command(BaseCommand):
    help = "Prints the figures of a period. Moments without offset are the municipality's own clock."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--municipality", required=True, metavar="SLUG")
        parser.add_argument("--from", required=True, dest="starts", metavar="ISO")
        parser.add_argument("--to", required=True, dest="ends", metavar="ISO", help="not included")
        parser.add_argument("--queue", default="", metavar="NAME")
        parser.add_argument("--target-seconds", type=int, default=DEFAULT_TARGET_SECONDS)
        parser.add_argument("--short-abandon-seconds", type=int, default=DEFAULT_SHORT_ABANDON_SECONDS)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        municipality = municipality_with_slug(options["municipality"])
        if municipality is None:
            raise CommandError(f"No municipality has the address “{options['municipality']}”.")
        zone = ZoneInfo(municipality.time_zone)
        try:
            period = Period(parse_moment(options["starts"], zone), parse_moment(options["ends"], zone))
        except UnusableMoment as error:
            raise CommandError(str(error)) from error
        for name in ("target_seconds", "short_abandon_seconds"):
            if options[name] < 0:
                raise CommandError(f"--{name.replace('_', '-')} is {options[name]}: seconds are 0 or more.")
        queue = options["queue"]
        with inside(municipality):
            if queue:
                _refuse_unknown(queue)
            counts = counts_between(period, zone, QUEUE if queue else ALL, queue)
        answer = figures_json(counts, options["target_seconds"], options["short_abandon_seconds"])
        self.stdout.write(printed(answer, _in_words(answer), as_json=options["json"]))


def _refuse_unknown(queue: str) -> None:
    known = [name for name, _label in queues_by_name()]
    if queue not in known:
        there_are = f"there are {', '.join(known)}" if known else "no file has told of any yet"
        raise CommandError(f"No queue is called “{queue}”: {there_are}.")


def _in_words(answer: dict[str, Any]) -> str:
    lines = []
    for name, figure in {**answer["visits"], **answer["calls"]}.items():
        if isinstance(figure, dict) and "value" in figure:
            value = figure["value"]
            shown = f"unknown ({figure['reason']})" if value is None else f"{value:g}"
            of = f"  = {figure['numerator']:g} / {figure['denominator']:g}" if figure.get("denominator") else ""
            lines.append(f"{name.replace('_', ' '):<26}{shown}{of}")
    lines.append("outcomes: " + ", ".join(f"{word} {n}" for word, n in answer["calls"]["outcomes"].items()))
    return "\n".join(lines)
