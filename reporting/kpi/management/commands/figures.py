"""Figures of a municipality and a period, on the command line."""

from argparse import ArgumentParser
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from callhub.lines.queries import queues_by_name
from kit.cli import printed
from kit.periods import Period, UnusableMoment, parse_period, written
from reporting.kpi.actions import compute_changed
from reporting.kpi.definitions import definition
from reporting.kpi.queries import ALL, QUEUE, counts_between
from reporting.kpi.rules import DEFAULT_SHORT_ABANDON_SECONDS, DEFAULT_TARGET_SECONDS, figures_json
from shell import numbers
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
            period = parse_period(options["starts"], options["ends"], zone)
        except UnusableMoment as error:
            raise CommandError(str(error)) from error
        for name in ("target_seconds", "short_abandon_seconds"):
            if options[name] < 0:
                raise CommandError(f"--{name.replace('_', '-')} is {options[name]}: seconds are 0 or more.")
        queue = options["queue"]
        with inside(municipality):
            if queue:
                _refuse_unknown(queue)
            compute_changed()  # a call that waits to be counted is no zero
            counts = counts_between(period, zone, QUEUE if queue else ALL, queue)
        answer = figures_json(counts, options["target_seconds"], options["short_abandon_seconds"])
        heading = f"{municipality.name}, from {_told(period, zone)}"
        self.stdout.write(printed(answer, f"{heading}\n{_in_words(answer)}", as_json=options["json"]))


def _refuse_unknown(queue: str) -> None:
    known = [name for name, _label in queues_by_name()]
    if queue not in known:
        there_are = f"there are {', '.join(known)}" if known else "no file has told of any yet"
        raise CommandError(f"No queue is called “{queue}”: {there_are}.")


def _told(period: Period, zone: ZoneInfo) -> str:
    return f"{written(period.starts_at, zone)} to {written(period.ends_before, zone)} ({zone.key})"


def _in_words(answer: dict[str, Any]) -> str:
    with translation.override("en"):  # what commands say is English, and so are their numbers
        lines = [
            f"{name.replace('_', ' '):<26}{_value_in_words(figure)}"
            for name, figure in {**answer["visits"], **answer["calls"]}.items()
            if isinstance(figure, dict) and "value" in figure
        ]
        outcomes = ", ".join(f"{word} {numbers.whole(n)}" for word, n in answer["calls"]["outcomes"].items())
    return "\n".join([*lines, f"outcomes: {outcomes}"])


def _value_in_words(figure: dict[str, Any]) -> str:
    """``93.9%  = 3,888 / 4,139``, ``5.5 s  = 1,327 s / 241``, ``2,403,560``; why there is none, where there is none."""
    if figure["value"] is None:
        return f"unknown ({figure['reason'].replace('_', ' ')})"
    unit = definition(figure["definition"]).unit if "definition" in figure else "count"
    if unit == "share":
        value, above = numbers.percent(figure["value"]), numbers.whole(figure["numerator"])
    elif unit == "seconds":
        value, above = f"{_seconds(figure['value'])} s", f"{_seconds(figure['numerator'])} s"
    else:
        value, above = numbers.whole(figure["value"]), numbers.whole(figure.get("numerator"))
    return value + (f"  = {above} / {numbers.whole(figure['denominator'])}" if figure.get("denominator") else "")


def _seconds(value: float) -> str:
    return numbers.decimal(value).removesuffix(".0")
