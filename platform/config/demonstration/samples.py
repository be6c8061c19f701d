"""Sample calls of a municipality on trial, by the generator of the demonstration."""

import re
from datetime import date
from itertools import islice
from pathlib import Path

from callhub.departments.queries import departments_of_extensions
from callhub.pbx.adapters import SourceFormat
from config.demonstration.rules import EXTENSIONS, Town, year_of_calls
from tenants.directory.models import Municipality

DAYS = 28  # weeks enough to see a rhythm, few enough to be there at once
FEWEST, MOST = 1_500, 9_000  # calls of a year, by inhabitants between
HANDED_TO = tuple(number for number, _department, person in EXTENSIONS if person)  # by the genuine calls
_HANDED = "|".join(HANDED_TO)
_IN_QUEUES = re.compile(rf"(?<=BLINDTRANSFER\|)(?:{_HANDED})(?=\|)")
# Of a call's details: who was called and who calls, the channels, what was dialled. Ids and durations are none of these.
_IN_DETAILS = re.compile(
    rf'(?<=[/<])(?:{_HANDED})(?=[-@>,"])|(?<=^"",")(?:{_HANDED})(?=")|(?<=",")(?:{_HANDED})(?=","(?:dept|intern)")'
)


def write_samples(town: Municipality, today: date, folder: Path) -> list[tuple[SourceFormat, Path]]:
    """Writes the files of the four weeks before ``today``; gives them in the order in which they are to be taken in.

    Calls are handed to extensions of the active municipality that have a department, one after the other.
    """
    calls = min(max(town.population, FEWEST), MOST)
    invented = Town(town.slug, town.ine_code, town.name, calls, time_zone=town.time_zone)
    known = sorted(departments_of_extensions())
    own = list(HANDED_TO) if not known or set(HANDED_TO) <= set(known) else known[: len(HANDED_TO)]
    instead = {number: own[place % len(own)] for place, number in enumerate(HANDED_TO)}
    folder.mkdir(parents=True, exist_ok=True)
    queue_log, details = folder / "queue_log", folder / "cdr-custom.csv"
    with queue_log.open("w") as queues, details.open("w") as rows:
        for queue_lines, detail_lines in islice(year_of_calls(invented, today), 365 - DAYS, None):
            queues.writelines(f"{_IN_QUEUES.sub(lambda m: instead[m[0]], line)}\n" for line in queue_lines)
            rows.writelines(f"{_IN_DETAILS.sub(lambda m: instead[m[0]], line)}\n" for line in detail_lines)
    return [(SourceFormat.QUEUE_LOG, queue_log), (SourceFormat.CDR, details)]
