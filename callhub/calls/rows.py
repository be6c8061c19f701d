"""The columns of the list of calls, on the page and as CSV: one set for calls, one for visits, one for derivations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from callhub.calls.forms import OUTCOME_NAMES
from callhub.calls.models import Call, Outcome
from callhub.calls.queries.callers import caller_seen_by, line_seen_by
from callhub.calls.queries.names import Names
from callhub.calls.queries.populations import Unit
from callhub.calls.rules.derivations import seconds_to_end
from callhub.calls.sentences import result_in_words
from callhub.calls.summaries import kind_in_words
from shell import numbers


@dataclass(frozen=True)
class Column:
    """A column: its heading and words on the page, its name and plain value in the file. A side without function lacks it."""

    name: str
    heading: str = ""
    words: Callable[[Any], str] | None = None
    value: Callable[[Any], Any] | None = None
    is_number: bool = False


class Table:
    """The rows of one unit as somebody with ``role`` may see them. A row is a call with what `populations` tells of it."""

    def __init__(self, unit: Unit, role: str, names: Names, zone: ZoneInfo) -> None:
        self.unit, self.role, self.names, self.zone = unit, role, names, zone
        makers = {Unit.CALL: self._of_calls, Unit.DERIVATION: self._of_derivations}
        self._columns: list[Column] = makers.get(unit, self._of_visits)()

    def at(self, row: Any) -> datetime:
        """The moment a row is listed by."""
        moment: datetime = row.started_at if self.unit == Unit.CALL else row.row_at
        return moment

    @property
    def headings(self) -> list[tuple[str, bool]]:
        """Words over the columns of the page after the moment, and whether numbers stand under them."""
        return [(column.heading, column.is_number) for column in self._columns if column.words]

    def cells(self, row: Call) -> list[tuple[str, bool, str]]:
        """What the page shows of a row, each with the heading it stands under."""
        return [(column.words(row), column.is_number, column.heading) for column in self._columns if column.words]

    @property
    def names_of_columns(self) -> list[str]:
        """The header of the file."""
        return [{Unit.CALL: "started_at", Unit.DERIVATION: "handed_at"}.get(self.unit, "entered_at"), "call"] + [
            column.name for column in self._columns if column.value
        ]

    def values(self, row: Call) -> Sequence[Any]:
        """A line of the file."""
        moment = self.at(row).astimezone(self.zone).isoformat()
        return [moment, row.key, *(column.value(row) for column in self._columns if column.value)]

    def _caller(self) -> Column:
        return Column("caller", _("Caller"), self._seen_caller, self._seen_caller)

    def _seen_caller(self, row: Call) -> str:
        return caller_seen_by(self.role, row)

    def _seen_line(self, row: Call) -> str:
        return line_seen_by(self.role, row)

    def _of_calls(self) -> list[Column]:
        names = self.names
        return [
            self._caller(),
            Column("line", _("Line"), lambda row: names.lines.get(row.line) or self._seen_line(row), self._seen_line),
            Column("direction", value=lambda row: row.direction),
            Column("outcome", _("Outcome"), kind_in_words, lambda row: row.outcome),
            Column("agent", _("Agent"), lambda r: names.telephone(r.agent), lambda r: names.name_in_file(r.agent)),
        ]

    def _of_visits(self) -> list[Column]:
        names = self.names
        return [
            self._caller(),
            Column("queue", _("Queue"), lambda row: names.queue(row.row_queue or ""), lambda row: row.row_queue),
            Column("outcome", _("Outcome"), _outcome_of_visit, lambda row: row.row_outcome or row.outcome),
            Column("wait_seconds", _("Wait"), lambda r: numbers.duration(r.row_wait), lambda r: r.row_wait, True),
            Column(
                "talk_seconds", _("Conversation"), lambda r: numbers.duration(r.row_talk), lambda r: r.row_talk, True
            ),
            Column(
                "agent",
                _("Agent"),
                lambda r: names.agent(r.row_agent or ""),
                lambda r: names.name_in_file(r.row_agent or ""),
            ),
        ]

    def _of_derivations(self) -> list[Column]:
        names = self.names
        return [
            self._caller(),
            Column(
                "by_agent",
                _("Handed on by"),
                lambda r: names.agent(r.row_agent),
                lambda r: names.name_in_file(r.row_agent),
            ),
            Column(
                "extension",
                _("Handed to"),
                lambda r: names.telephone_and_owner(r.row_target),
                lambda r: names.name_in_file(r.row_target),
            ),
            Column("department", value=lambda row: names.departments.get(row.row_target, "")),
            Column("result", _("Result"), lambda row: result_in_words(row.row_outcome), lambda row: row.row_outcome),
            Column("seconds", _("After"), lambda row: numbers.duration(_seconds_of(row)), _seconds_of, True),
        ]


def _outcome_of_visit(row: Any) -> str:
    return str(OUTCOME_NAMES[Outcome(row.row_outcome or row.outcome)])


def _seconds_of(row: Any) -> float | None:
    """Until a derivation was picked up, came back or was lost."""
    return seconds_to_end(row.row_outcome, row.row_at, row.row_picked_up_after, row.row_back_at, row.ended_at)
