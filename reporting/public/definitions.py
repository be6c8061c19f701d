"""The dictionary of the open data: every column of every file, its type and what it says. Knows nothing of Django."""

from typing import NamedTuple


class Column(NamedTuple):
    """A column of the published files. ``says`` is in English, as names of columns are."""

    name: str
    kind: str
    says: str


LICENCE_NAME = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"

MONTHS = (
    Column("municipality", "text", "Name of the municipality."),
    Column(
        "ine_code", "text", "Its code of the INE, five digits; the province's two and 000 for a body that no list has."
    ),
    Column("month", "YYYY-MM", "Month of the municipality's own clock in which the call began."),
    Column(
        "calls",
        "whole number, or <5",
        "Calls from outside that the switchboard wrote down, each one once. Empty: not told.",
    ),
    Column("answered_by_person", "whole number", "Calls in which a person's telephone was connected. Empty: not told."),
    Column("wait_median_seconds", "seconds", "Half of the answered calls waited at most this. Empty: not told."),
    Column("wait_p90_seconds", "seconds", "Nine in ten of the answered calls waited at most this. Empty: not told."),
    Column("edition", "whole number", "1 as first published, one more with each correction. Empty: provisional."),
    Column("published_at", "moment in UTC, ISO 8601", "When this edition was published. Empty: provisional."),
)
CORRECTIONS = (
    Column("municipality", "text", "Name of the municipality."),
    Column("month", "YYYY-MM", "The month that is told anew."),
    Column("edition", "whole number", "The edition that corrects the one before."),
    Column("published_at", "moment in UTC, ISO 8601", "When it was corrected."),
    Column("calls_before", "whole number, or <5", "What was said."),
    Column("calls_now", "whole number, or <5", "What is said since."),
    Column("answered_before", "whole number", "What was said of calls that a person answered."),
    Column("answered_now", "whole number", "What is said of them since."),
)
FILES = {"months.csv": MONTHS, "corrections.csv": CORRECTIONS}
