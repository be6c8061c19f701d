"""How a figure is told: its value and fraction in words, what it was counted from, the calls behind it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reporting.dashboard.rules import Asked
from reporting.dashboard.sentences import reason_in_words
from reporting.kpi.counts import Counts
from reporting.kpi.definitions import LATEST, QUANTILES, SERVICE_LEVELS, Definition, definition
from reporting.kpi.rules import NOT_OF_SUBJECT, OUTCOMES, Figure, figure
from shell import numbers


@dataclass(frozen=True)
class Told:
    """One figure in words; ``numerator`` and ``denominator`` are empty where there is none to show."""

    says: Definition
    name: str
    figure: Figure
    value: str
    numerator: str
    denominator: str
    reason: str
    interval: str

    @property
    def formula(self) -> str:
        """The formula with its words in the reader's language; letters are the same in all."""
        return _(self.says.formula)

    @property
    def fraction(self) -> str:
        """``70 / 90``; the reason where there is no value."""
        if self.figure.value is None:
            return self.reason
        return f"{self.numerator} / {self.denominator}" if self.denominator else ""


def told(asked: Asked, figure_id: str, counts: Counts, days: Sequence[Counts] | None) -> Told:
    """A figure of ``counts``, which sum up ``days`` when these are given."""
    says = definition(figure_id)
    one = Figure(figure_id, None, reason=NOT_OF_SUBJECT)
    if asked.kind in says.subjects:
        one = figure(counts, figure_id, asked.target_seconds, asked.short_abandon_seconds, days)
    is_told = one.value is not None
    return Told(
        says, _(says.name), one, _value(one, says),
        _numerator(one, says) if is_told else "",
        numbers.whole(one.denominator) if is_told and one.denominator else "",
        reason_in_words(one.reason, figure_id), numbers.interval(*one.interval) if one.interval else "",
    )  # fmt: skip


def all_told(asked: Asked, counts: Counts, days: Sequence[Counts] | None) -> list[Told]:
    """Every figure that is told of this subject, with its latest definition."""
    return [told(asked, says.id, counts, days) for says in LATEST if asked.kind in says.subjects]


def _value(one: Figure, says: Definition) -> str:
    if one.value is None:
        return numbers.MISSING
    if says.unit == "share":
        return numbers.share(int(one.numerator or 0), int(one.denominator or 0))
    return numbers.duration(one.value) if says.unit == "seconds" else numbers.whole(one.value)


def _numerator(one: Figure, says: Definition) -> str:
    is_time = says.unit == "seconds" and says.id not in QUANTILES
    return numbers.duration(one.numerator) if is_time else numbers.whole(one.numerator)


def unit_words(one: Told) -> tuple[str, str]:
    """The value of a figure set large: its number and its unit."""
    share, among = one.figure.value, int(one.figure.denominator or 0)
    if share is None or one.says.unit != "share":
        return one.value, ""
    if among < numbers.FEW_CASES:
        return numbers.whole(one.figure.numerator), numbers.out_of(among)
    return numbers.percent_number(share), numbers.percent_sign()


def limits(asked: Asked) -> str:
    """The limits that stand beside every service level."""
    words = {"target": asked.target_seconds, "short": asked.short_abandon_seconds}
    return _("T = %(target)s s, S = %(short)s s") % words


def uses_limits(figure_id: str) -> bool:
    """Whether T or S changes this figure."""
    return figure_id in SERVICE_LEVELS or figure_id == "commitment_days"


def grouped(told: Iterable[Told]) -> list[tuple[str, list[Told]]]:
    """Figures by what they count, each group with its heading."""
    headings = {
        "visits": _("Waiting in queues"), "calls": _("Whole calls"), "derivations": _("Calls handed on"),
        "callers": _("Callers"), "days": _("Days"),
    }  # fmt: skip
    groups: dict[str, list[Told]] = {about: [] for about in headings}
    for one in told:
        groups[one.says.about].append(one)
    return [(headings[about], of) for about, of in groups.items() if of]


def calls_behind(asked: Asked, says: Definition, part: str) -> str:
    """The list of the calls that a figure's numerator or denominator counts."""
    filters: dict[str, Any] = {"behind": says.id, "part": part, "starts": asked.first, "ends": asked.last}
    if asked.kind != "all":
        filters[asked.kind] = asked.name
    if uses_limits(says.id):
        filters |= {"target_seconds": asked.target_seconds, "short_abandon_seconds": asked.short_abandon_seconds}
    return f"{reverse('calls:calls')}?{urlencode(filters)}"


def ingredients(asked: Asked, about: str, counts: Counts) -> list[tuple[str, str, str]]:
    """What a figure was counted from: words, the letter of the formula, how many."""
    t, s = asked.target_seconds, asked.short_abandon_seconds
    within, short = _("… within %(seconds)s s") % {"seconds": t}, _("… before %(seconds)s s") % {"seconds": s}
    rows: Iterable[tuple[str, str, float]]
    if about in {"visits", "days"}:
        rows = [
            (_("Answered"), "A", counts["answered"]), (within, "AT", counts.within(t)),
            (_("Abandoned"), "B", counts["abandoned"]), (short, "Bs", counts.abandoned_before(s)),
            (within, "BT", counts.abandoned_within(t)), (_("Left the queue otherwise"), "F", counts["flowed_out"]),
            (_("… by a key"), "", counts["flowed_out_by_key"]), (_("Without a known end"), "U", counts["unknown"]),
            (_("Entries into queues"), "O", counts["offered"]), (_("Rejected"), "R", counts["outcome_REJECTED"]),
        ]  # fmt: skip
    elif about == "derivations":
        rows = [
            (_("Handed on blindly"), "", counts["blind_total"]), (_("… picked up"), "", counts["blind_picked_up"]),
            (_("… came back to a queue"), "", counts["blind_returned_to_queue"]), (_("… lost"), "", counts["blind_lost"]),
            (_("… without trace"), "", counts["blind_unknown"]),
            (_("Handed on after speaking"), "", counts["attended_total"]),
        ]  # fmt: skip
    elif about == "callers":
        told = counts.callers
        before = told.get("missed", 0) - told.get("served_again", 0) - told.get("unserved", 0)
        rows = [
            (_("Callers with a call lost"), "", told.get("missed", 0)),
            (_("… called again that day and were served"), "", told.get("served_again", 0)),
            (_("… had been served before, that day"), "", before),
            (_("… left unserved"), "", told.get("unserved", 0)),
            (_("Calls lost of hidden numbers"), "", told.get("hidden_missed", 0)),
            (_("Runs of calls"), "", told.get("runs", 0)),
            (_("… answered at the first call"), "", told.get("answered_first", 0)),
        ]  # fmt: skip
    elif asked.kind == "department":
        rows = [(_("Calls of the department"), "", counts["talk_calls"])]
    else:
        rows = [
            (_("Inbound calls"), "", counts["inbound"]),
            *((outcome_in_words(word), "", counts[f"outcome_{word}"]) for word in OUTCOMES),
            (_("Answered by a person and handed on"), "", counts["with_derivation"]),
            (_("… blindly"), "", counts["with_blind"]), (_("… after speaking"), "", counts["with_attended"]),
        ]  # fmt: skip
    return [(words, letter, numbers.whole(number)) for words, letter, number in rows]


def outcome_in_words(word: str) -> str:
    """What became of a call."""
    return {
        "ANSWERED": _("… answered by a person"), "ABANDONED": _("… abandoned while waiting"),
        "FLOWED_OUT": _("… left the queue unanswered"), "VOICEMAIL": _("… voicemail"),
        "NOT_ANSWERED": _("… nobody answered"), "REJECTED": _("… rejected"), "CLOSED": _("… out of hours"),
    }.get(word, _("… not known"))  # fmt: skip


def label_of(by: str, start: Any) -> str:
    """How a day, month or hour is written in a table."""
    if by == "hour":
        return f"{start}:00–{start + 1}:00"
    return date_format(start, "SHORT_DATE_FORMAT" if by == "day" else "F Y")
