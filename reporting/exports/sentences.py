"""What a month's report says in sentences: what happened, against what, the worst of it, and what is not known."""

from datetime import date

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from reporting.dashboard.rules import FEWEST_CASES, calls_of
from reporting.exports.queries import Month, MonthReport
from reporting.exports.rules import lost_of
from shell import numbers
from shell.days import in_month, long_day, of_month, weekday_and_day


def name_of(month: date) -> str:
    """``octubre de 2026``, ``octubre del 2026``, ``October 2026``."""
    return str(date_format(month, "YEAR_MONTH_FORMAT"))


def opening(report: MonthReport) -> list[str]:
    """The sentences at the top: calls and who was answered, against other months, how long people waited."""
    said = [_what_came(report)]
    if report.is_over:
        said.append(" ".join(_compared(report.month, other) for other in report.months[1:]))
    return [*said, *filter(None, (_waits(report.month), _handed_on(report), _worst_day(report.month)))]


def _what_came(report: MonthReport) -> str:
    counts = report.month.total
    calls = calls_of(counts)
    answered = counts["answered_by_person"] if counts["inbound"] else counts["answered"]
    unknown = counts["person_unknown"] if counts["inbound"] else counts["unknown"]
    words = {
        "in_month": capfirst(in_month(report.month.first)), "day": long_day(report.last), "calls": numbers.whole(calls),
        "answered": numbers.whole(answered), "lost": numbers.whole(max(calls - answered - unknown, 0)),
        "unknown": numbers.whole(unknown),
    }  # fmt: skip
    first = (
        _("%(in_month)s %(calls)s calls came in.") % words
        if report.is_over
        else _("%(in_month)s, up to %(day)s, %(calls)s calls came in.") % words
    )
    if unknown >= calls:
        return first + " " + _("The records do not tell whether a person answered.")
    first += " " + _("A person answered %(answered)s; %(lost)s did not reach anybody.") % words
    return first + (" " + _("Of %(unknown)s the records do not tell.") % words if unknown else "")


def _compared(month: Month, other: Month) -> str:
    calls, before = calls_of(month.total), calls_of(other.total)
    words = {"in_month": in_month(other.first), "calls": numbers.whole(before)}
    if not before:
        of = {"of_month": capfirst(of_month(other.first))}
        return _("%(of_month)s there is no call on record to compare with.") % of
    if min(calls, before) < FEWEST_CASES:
        words["in_month"] = capfirst(words["in_month"])
        return _("%(in_month)s there were %(calls)s.") % words
    difference = calls / before - 1
    words["share"] = numbers.percent(abs(difference))
    if abs(difference) < 0.001:
        return _("They are as many as %(in_month)s (%(calls)s).") % words
    if difference > 0:
        return _("They are %(share)s more than %(in_month)s (%(calls)s).") % words
    return _("They are %(share)s fewer than %(in_month)s (%(calls)s).") % words


def _waits(month: Month) -> str:
    half, most = month.total.wait_quantile(0.5), month.total.wait_quantile(0.9)
    if half is None:
        return ""
    words = {"half": numbers.duration(half), "most": numbers.duration(most)}
    return (
        _("Half of those answered from a queue waited %(half)s at most; one of ten waited more than %(most)s.") % words
    )


def _handed_on(report: MonthReport) -> str:
    followed, missed = report.month.total.derivations_followed, report.month.total.derivations_missed
    if not followed:
        return ""
    words = {"missed": numbers.whole(missed), "handed": numbers.whole(followed)}
    said = _("Departments did not pick up %(missed)s of the %(handed)s calls handed to them.") % words
    most = max(report.loads, key=lambda load: load.not_picked_up, default=None)
    if most is None or most.not_picked_up < 2 or not most.department_id:
        return said
    words = {
        "name": most.name, "missed": numbers.whole(most.not_picked_up), "handed": numbers.whole(most.derived)
    }  # fmt: skip
    return said + " " + _("No department missed more than %(name)s: %(missed)s of %(handed)s.") % words


def _worst_day(month: Month) -> str:
    """The day with most calls that reached nobody; nothing where no day has cases enough to judge it."""
    judged = [(day, counts) for day, counts in month.days if counts["inbound"] >= FEWEST_CASES and lost_of(counts)]
    if not judged:
        return ""
    day, counts = max(judged, key=lambda pair: lost_of(pair[1]))
    words = {
        "day": weekday_and_day(day), "lost": numbers.whole(lost_of(counts)), "calls": numbers.whole(counts["inbound"])
    }  # fmt: skip
    return _("The worst day was %(day)s: %(lost)s of %(calls)s calls did not reach anybody.") % words


def not_known(report: MonthReport) -> list[str]:
    """What hinders the numbers from being the last word on this month."""
    said = []
    if report.has_samples:
        said.append(_("Among these calls are sample calls, which are invented."))
    if not report.is_over:
        said.append(_("The month is not over: its figures still change, and the months beside it are whole ones."))
    elif not report.is_recorded_whole:
        words = {"day": long_day(report.latest)}
        said.append(_("The latest call on record is of %(day)s: nothing is known of the days after it.") % words)
    if report.fill.waiting_from:
        words = {"moment": long_day(report.fill.waiting_from)}
        said.append(
            _("Calls from %(moment)s on are still being counted: these figures will change in a moment.") % words
        )
    return said
