"""The figures of satisfaction as tables: on a page and in a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from callhub.calls.queries.names import Names
from callhub.surveys import queries
from callhub.surveys.models import Way
from callhub.surveys.queries import Group
from callhub.surveys.rules import Tally

COLUMNS = (
    "part", "name", "invited", "answered", "response_rate", "satisfied", "satisfied_rate", "satisfied_low", "satisfied_high",
    "overall_mean", "treatment_mean", "solved", "partly",
)  # fmt: skip


@dataclass(frozen=True)
class Table:
    """A table of the page: its heading, what its first column says, and name and group of each row."""

    code: str
    heading: str
    column: str
    note: str
    rows: list[tuple[str, Group]]


def tables(first: date, past: date, month: date, names: Names) -> list[Table]:
    """Months, departments, ways and agents; of agents the months before ``month`` only."""
    rows = {
        "months": [(_month(one.key), one) for one in queries.by_month(first, past)],
        "departments": [(_department(one), one) for one in queries.by_department(first, past)],
        "ways": [(way_in_words(one.key), one) for one in queries.by_way(first, past)],
        "agents": [(names.agent(one.key), one) for one in queries.by_agent(first, month)],
    }
    told = {
        "months": (_("By month"), _("Month"), ""),
        "departments": (_("By department"), _("Department"), _("The department that picked the call up.")),
        "ways": (
            _("By way of asking"), _("How they were asked"), _(
                "Of questions read by an agent only those who answered count as asked, so they are not in the published "
                "figures."
            ),
        ),
        "agents": (
            _("By agent"), _("Agent"), _("Only months that are over, and only agents whose answers can be nobody's in particular."),
        ),
    }  # fmt: skip
    return [Table(code, *told[code], found) for code, found in rows.items()]


def values(first: date, past: date) -> Iterator[tuple[Any, ...]]:
    """The rows of the file: the whole, months, departments and ways. What is hidden on the page is empty."""
    yield _row("total", "", queries.whole(first, past))
    for one in queries.by_month(first, past):
        yield _row("month", f"{one.key:%Y-%m}", one)
    for one in queries.by_department(first, past):
        yield _row("department", _department(one), one)
    for one in queries.by_way(first, past):
        yield _row("way", one.key.lower(), one)


def _row(part: str, name: str, group: Group) -> tuple[Any, ...]:
    one = group.tally
    asked = (part, name, one.invited, one.answered, _rounded(one.response_rate))
    if group.is_hidden or not one.answered:
        return (*asked, *("",) * (len(COLUMNS) - len(asked)))
    return (*asked, one.satisfied, _rounded(one.satisfied_rate), *_interval(one), _rounded(one.overall_mean),
            _rounded(one.treatment_mean), one.solved, one.partly)  # fmt: skip


def _interval(one: Tally) -> tuple[float | None, float | None]:
    low, high = one.satisfied_interval or (None, None)
    return _rounded(low), _rounded(high)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _month(day: date) -> str:
    return capfirst(date_format(day, "F Y"))


def _department(group: Group) -> str:
    return group.key.name if group.key else _("First line")


def way_in_words(way: str) -> str:
    """How a citizen was asked."""
    return {
        Way.MESSAGE.value: _("Link by text message"),
        Way.MAIL.value: _("Link by e-mail"),
        Way.CODE.value: _("Code said by an agent"),
        Way.READ.value: _("Questions read by an agent"),
    }[way]
