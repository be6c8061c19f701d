"""What a month's report counts, in columns that add up, and of which columns each figure is made. Knows nothing of Django."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from reporting.kpi.counts import Counts
from reporting.kpi.rules import (
    DEFAULT_SHORT_ABANDON_SECONDS,
    DEFAULT_TARGET_SECONDS,
    OUTCOMES,
    has_queue_figures,
    knows_transfers,
    why_no_waits,
)

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
# The figures of the page for the plenary, in its order: few, and the bad ones among them.
FOR_THE_PLENARY = (
    "answered_by_person_rate", "sl_default", "wait_median", "wait_p90", "abandonment_rate", "first_attempt_rate",
    "unserved_citizens", "solution_index", "disaffection",
)  # fmt: skip


class UnreadableMonth(ValueError):
    """A text that names no month."""


def month_in(text: str) -> date:
    """The first day of a month written like ``2026-11``. Raises UnreadableMonth."""
    match = _MONTH.fullmatch(text)
    if match is None:
        raise UnreadableMonth(text)
    return date(int(match[1]), int(match[2]), 1)


def year_before(month: date) -> date:
    """The same month of the year before."""
    return month.replace(year=month.year - 1)


@dataclass(frozen=True)
class Column:
    """One count of a day or a month. ``source`` names what must be on record for its nothing to be a zero."""

    key: str
    source: str
    of: Callable[[Counts], float]


def _plain(source: str, *keys: str) -> tuple[Column, ...]:
    return tuple(Column(key, source, lambda counts, key=key: counts[key]) for key in keys)  # type: ignore[misc]


def _of_callers(*keys: str) -> tuple[Column, ...]:
    return tuple(Column(key, "callers", lambda counts, key=key: counts.callers.get(key, 0)) for key in keys)  # type: ignore[misc]


COLUMNS: tuple[Column, ...] = (
    *_plain("calls", "inbound", "answered_by_person", "person_unknown", *(f"outcome_{word}" for word in OUTCOMES)),
    *_plain("queues", "offered", "answered", "abandoned", "flowed_out", "unknown", "flowed_out_by_key", "talk_sum", "talk_n"),
    Column("waits_n", "waits", lambda counts: sum(counts.waits_answered.values())),
    *_plain("waits", "wait_answered_sum"),
    Column("within", "waits", lambda counts: counts.within(DEFAULT_TARGET_SECONDS)),
    Column("abandoned_within", "waits", lambda counts: counts.abandoned_within(DEFAULT_TARGET_SECONDS)),
    Column("abandoned_short", "waits", lambda counts: counts.abandoned_before(DEFAULT_SHORT_ABANDON_SECONDS)),
    *_plain(
        "transfers", "answered_with_transfer_record", "with_derivation", "with_blind", "with_attended", "blind_total",
        "blind_picked_up", "blind_returned_to_queue", "blind_lost", "blind_unknown", "attended_total",
        "blind_inside_wait_sum", "blind_inside_wait_n",
    ),
    *_of_callers("runs", "answered_first", "missed", "served_again", "unserved"),
)  # fmt: skip
OPEN_DAYS, KEPT_DAYS = "open_days", "kept_days"  # counted from the other columns of each day

# Numerator and denominator of each figure, as sums of columns; docs/figures.md has them in letters.
FRACTIONS: dict[str, tuple[str, str]] = {
    "sl_default": ("within", "waits_n + abandoned - abandoned_short"),
    "sl_answered": ("within", "waits_n"),
    "sl_answered_or_abandoned_within": ("within + abandoned_within", "waits_n + abandoned"),
    "sl_strict": ("within", "waits_n + abandoned"),
    "sl_offered": ("within", "waits_n + abandoned + flowed_out"),
    "sl_whole_demand": ("within", "waits_n + abandoned + flowed_out + outcome_REJECTED"),
    "answer_rate": ("answered", "offered"),
    "abandonment_rate": ("abandoned", "offered"),
    "average_speed_of_answer": ("wait_answered_sum", "waits_n"),
    "average_talk": ("talk_sum", "talk_n"),
    "answered_by_person_rate": ("answered_by_person", "inbound - person_unknown"),
    "derivation_rate": ("with_derivation", "answered_with_transfer_record"),
    "derivation_blind_rate": ("with_blind", "answered_with_transfer_record"),
    "derivation_attended_rate": ("with_attended", "answered_with_transfer_record"),
    "solution_index": ("answered_with_transfer_record - with_derivation", "answered_with_transfer_record"),
    "disaffection": ("blind_returned_to_queue + blind_lost", "blind_total - blind_unknown"),
    "average_inside_wait": ("blind_inside_wait_sum", "blind_inside_wait_n"),
    "visits_answered": ("answered", ""),
    "callbacks_requested": ("flowed_out_by_key", "offered"),
    "first_attempt_rate": ("answered_first", "runs"),
    "unserved_citizens": ("unserved", "missed"),
    "commitment_days": (KEPT_DAYS, OPEN_DAYS),
}
QUANTILE_SHARES = {"wait_median": 0.5, "wait_p90": 0.9}  # told from how many waited how long


def terms(sum_of_columns: str) -> list[tuple[int, str]]:
    """The columns of a sum with their signs: ``a + b - c`` gives (1, a), (1, b), (-1, c)."""
    words = ["+", *sum_of_columns.split()] if sum_of_columns else []
    return [(-1 if sign == "-" else 1, key) for sign, key in zip(words[::2], words[1::2], strict=True)]


def cell(column: Column, counts: Counts) -> float | None:
    """The number of a column; None where no record would have told it, which is no zero."""
    number = column.of(counts)
    return number if number or _is_known(column.source, counts) else None


def _is_known(source: str, counts: Counts) -> bool:
    if source == "calls":
        return bool(counts["inbound"] or not counts["offered"])  # a queue's record alone tells of no whole call
    if source == "queues":
        return has_queue_figures(counts)
    if source == "waits":
        return not why_no_waits(counts)
    return knows_transfers(counts) if source == "transfers" else bool(counts.callers or not counts["inbound"])


def days_kept(days: Iterable[Counts]) -> tuple[int, int]:
    """Open days, and those of them that kept the target, as `commitment_days` counts them."""
    open_days = [day for day in days if day["offered"]]
    kept = [
        day
        for day in open_days
        if (waits := sum(day.waits_answered.values())) and day["wait_answered_sum"] / waits <= DEFAULT_TARGET_SECONDS
    ]
    return len(open_days), len(kept)


def lost_of(counts: Counts) -> float:
    """Inbound calls of which the records tell that nobody answered."""
    return max(counts["inbound"] - counts["person_unknown"] - counts["answered_by_person"], 0)
