"""Commitments, verdicts and days as people read them."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reporting.commitments.rules import (
    CLOSED_DAY,
    DAYS,
    MONTH,
    NO_RECORD,
    NOBODY_ANSWERED,
    QUARTER,
    SECONDS,
    Commitment,
    DayResult,
    Verdict,
    Window,
)
from reporting.dashboard.sentences import reason_in_words as reason_of_figure
from reporting.kpi.definitions import definition
from shell import numbers


def statistics() -> list[tuple[str, str]]:
    """What can be promised, as a choice."""
    return [
        ("mean_wait", _("Days on which those answered waited, as a mean, so many seconds at most")),
        ("answered", _("Days on which a person answered at least such a share of the calls")),
        ("not_picked_up", _("Days on which departments did not pick up such a share of what was handed to them at most")),
        ("answered_calls", _("Calls that a person answered")),
        ("calls_in_time", _("Visits to queues answered within so many seconds")),
        ("first_attempt", _("Callers answered at the first attempt")),
    ]  # fmt: skip


def windows() -> list[tuple[str, str]]:
    """Over which time a commitment is judged, as a choice."""
    return [("month", _("each month")), ("quarter", _("each quarter")), ("year", _("each year"))]


def measure(one: Commitment) -> str:
    """What a commitment measures, in one sentence with its limit, target and window."""
    words = {
        "target": numbers.percent(one.target, 0),
        "limit": numbers.duration(one.limit) if one.measures.limit == SECONDS else numbers.percent(one.limit, 0),
        "window": dict(windows())[one.window],
    }
    return {
        "mean_wait": _("On %(target)s of open days at least, those answered wait %(limit)s at most as a mean; %(window)s."),
        "answered": _("On %(target)s of the days at least, a person answers %(limit)s of the calls or more; %(window)s."),
        "not_picked_up": _(
            "On %(target)s of the days at least, departments do not pick up %(limit)s at most of the calls handed to them; %(window)s."
        ),
        "answered_calls": _("A person answers %(target)s of the calls at least; %(window)s."),
        "calls_in_time": _("%(target)s at least of those who wait in a queue are answered within %(limit)s; %(window)s."),
        "first_attempt": _("%(target)s of the callers at least are answered at the first attempt; %(window)s."),
    }[one.statistic] % words  # fmt: skip


def name_of_figure(one: Commitment) -> tuple[str, int]:
    """The figure that a commitment is read from, with the version of its definition."""
    says = definition(one.measures.figure)
    return _(says.name), says.version


def name_of_window(kind: str, window: Window) -> str:
    """``noviembre de 2026``, ``cuarto trimestre de 2026``, ``2026``."""
    if kind == MONTH:
        return str(date_format(window.first, "YEAR_MONTH_FORMAT"))
    if kind == QUARTER:
        words = {"number": (window.first.month + 2) // 3, "year": window.first.year}
        return _("quarter %(number)s of %(year)s") % words
    return str(window.first.year)


def verdict_in_words(told: Verdict) -> tuple[str, str]:
    """Badge and word of a verdict."""
    if told.word == "RUNNING" and not told.cases:
        return "half", _("Still to come")
    if told.word == "RUNNING":
        return {
            "SECURED": ("ok", _("Kept already")),
            "ON_TRACK": ("ok", _("On the way")),
            "AT_RISK": ("warn", _("About to miss")),
            "LOST": ("bad", _("Out of reach")),
        }[told.outlook]
    return {
        "MET": ("ok", _("Met")),
        "MISSED": ("bad", _("Not met")),
        "TOO_FEW": ("none", _("Too few cases")),
        "NOT_KNOWN": ("none", _("Not known")),
    }[told.word]


def counted(told: Verdict) -> str:
    """``18 de 20 días``: how many kept it, of how many; empty of none."""
    if not told.cases:
        return ""
    words = {"good": numbers.whole(told.good), "cases": numbers.whole(told.cases)}
    return {
        "days": _("%(good)s of %(cases)s days"),
        "calls": _("%(good)s of %(cases)s calls"),
        "users": _("%(good)s of %(cases)s attempts"),
    }[told.commitment.measures.of] % words


def reason_in_words(reason: str, figure_id: str = "") -> str:
    """Why a day or a window is not judged; what people wrote stays as they wrote it."""
    own = {
        NO_RECORD: _("The records do not reach this day."),
        CLOSED_DAY: _("Closed by the timetable"),
        NOBODY_ANSWERED: _("Nobody who waited was answered"),
    }
    return own.get(reason) or reason_of_figure(reason, figure_id) or reason


def why(told: Verdict) -> str:
    """Why a window has no verdict; empty where it has one."""
    if told.word == "TOO_FEW":
        return _("So few cases would make a verdict a matter of luck.")
    return reason_in_words(told.reason, told.commitment.measures.figure) if told.word == "NOT_KNOWN" else ""


def day_in_words(one: DayResult, told: Verdict) -> tuple[str, str, str]:
    """Badge, word and remark of a day."""
    badge, word = {
        "KEPT": ("ok", _("Kept")),
        "MISSED": ("bad", _("Missed")),
        "COUNTED": ("info", _("Counted")),
        "LEFT_OUT": ("none", _("Left out")),
        "NOBODY": ("none", _("Nothing to count")),
        "NOT_KNOWN": ("none", _("Not known")),
        "TO_COME": ("half", _("Still to come")),
    }[one.state]
    return badge, word, reason_in_words(one.reason, told.commitment.measures.figure) if one.reason else ""


def value_in_words(one: DayResult, told: Verdict) -> str:
    """The figure of a day."""
    if one.value is None:
        return numbers.MISSING
    if definition(told.commitment.measures.figure).unit == "seconds":
        return numbers.duration(one.value)
    return numbers.share(int(one.numerator or 0), int(one.denominator or 0))


def standing(told: Verdict) -> str:
    """How a window that goes on stands: what was kept, what is left, and what it takes."""
    if not told.cases:
        return _("Nothing to count yet.")
    words = {
        "counted": counted(told), "left": numbers.whole(told.left), "needed": numbers.whole(told.needed),
        "may": numbers.whole(max(told.left - told.needed, 0)),
    }  # fmt: skip
    so_far = _("So far, %(counted)s.") % words
    if told.outlook == "LOST":
        return so_far + " " + _("Even if all that is left were kept, the target would be missed.")
    if told.commitment.measures.of != DAYS:
        words["rate"] = numbers.percent(told.rate)
        words["target"] = numbers.percent(told.commitment.target)
        return so_far + " " + _("That is %(rate)s; the target is %(target)s.") % words
    if told.outlook == "SECURED":
        return so_far + " " + _("The target is reached whatever comes.")
    return so_far + " " + _("Of about %(left)s days left, %(needed)s must keep it; %(may)s may miss.") % words


def link_of(window: Window) -> str:
    """The window as an address names it."""
    return window.first.isoformat()


def day_of(text: str) -> date | None:
    """The first day of a window in an address; None where there is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
