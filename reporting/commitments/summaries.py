"""Commitments as rows of a page: for those who keep them, and for citizens."""

from typing import Any

from reporting.commitments import words
from reporting.commitments.queries import Board, Standing
from reporting.commitments.rules import DAYS, Verdict
from shell import numbers


def told(one: Standing) -> dict[str, Any]:
    """A commitment with how it stands and how it went."""
    return {
        "promised": one.commitment,
        "measure": words.measure(one.commitment),
        "running": _running(one.running),
        "earlier": [_earlier(found) for found in one.earlier],
    }


def _running(found: Verdict | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "badge": words.verdict_in_words(found),
        "window": words.name_of_window(found.commitment.window, found.window),
        "standing": words.standing(found),
    }


def _earlier(found: Verdict) -> dict[str, Any]:
    return {
        "badge": words.verdict_in_words(found),
        "window": words.name_of_window(found.commitment.window, found.window),
        "link": words.link_of(found.window),
        "counted": words.counted(found),
        "why": words.why(found),
    }


def public_rows(board: Board) -> list[dict[str, Any]]:
    """The verdicts of windows that are over. Days are told; of calls and callers only the share, never how few missed it."""
    return [
        {
            "promised": one.commitment,
            "measure": words.measure(one.commitment),
            "earlier": [{**_earlier(found), "counted": _public_count(found)} for found in one.earlier],
        }
        for one in board.standings
    ]


def _public_count(found: Verdict) -> str:
    if found.commitment.measures.of == DAYS:
        return words.counted(found)
    missed = found.cases - found.good
    if (
        found.cases < numbers.FEW_CASES
        or 0 < missed < numbers.SUPPRESSED_BELOW
        or 0 < found.good < numbers.SUPPRESSED_BELOW
    ):
        return numbers.few_data() if found.cases < numbers.FEW_CASES else ""
    return numbers.percent(found.rate, 0)
