"""Sample calls of a municipality on trial, by the generator of the demonstration."""

from datetime import date
from itertools import islice
from pathlib import Path

from callhub.pbx.adapters import SourceFormat
from config.demonstration.rules import Town, year_of_calls
from tenants.directory.models import Municipality

DAYS = 28  # weeks enough to see a rhythm, few enough to be there at once
FEWEST, MOST = 1_500, 9_000  # calls of a year, by inhabitants between


def write_samples(town: Municipality, today: date, folder: Path) -> list[tuple[SourceFormat, Path]]:
    """Writes the files of the four weeks before ``today``; gives them in the order in which they are to be taken in."""
    calls = min(max(town.population, FEWEST), MOST)
    invented = Town(town.slug, town.ine_code, town.name, calls, time_zone=town.time_zone)
    folder.mkdir(parents=True, exist_ok=True)
    queue_log, details = folder / "queue_log", folder / "cdr-custom.csv"
    with queue_log.open("w") as queues, details.open("w") as rows:
        for queue_lines, detail_lines in islice(year_of_calls(invented, today), 365 - DAYS, None):
            queues.writelines(f"{line}\n" for line in queue_lines)
            rows.writelines(f"{line}\n" for line in detail_lines)
    return [(SourceFormat.QUEUE_LOG, queue_log), (SourceFormat.CDR, details)]
