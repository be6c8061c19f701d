"""What the public page says in words: the conclusion, what is missing, and up to when the numbers stand."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reporting.public import definitions
from reporting.public.chain import Correction, Said
from reporting.public.queries import PublicBoard, PublicMonth, Similar, TownSite
from reporting.public.rules import FEWEST_FOR_SHARE
from shell import numbers
from shell.days import long_day

MOST_CORRECTIONS = 12  # on a page


def conclusion(board: PublicBoard) -> str:
    """The sentence at the top. Who was answered is said only when it is told of every call."""
    words = {"calls": numbers.whole(board.calls)}
    if not board.calls:
        return _("Every call to a town hall, registered one by one.")
    if board.answered is None or board.unanswered is None or board.answered_of != board.calls:
        return _("%(calls)s calls to town halls, registered one by one.") % words
    words |= {"answered": numbers.whole(board.answered), "not_answered": numbers.whole(board.unanswered)}
    if not board.unanswered and board.answered == board.calls:
        return _("%(calls)s calls to town halls, registered one by one: a person answered all of them.") % words
    return (
        _(
            "%(calls)s calls to town halls, registered one by one: a person answered %(answered)s; "
            "%(not_answered)s did not reach anybody."
        )
        % words
    )


def what_is_missing(board: PublicBoard) -> list[str]:
    """What is not good, or not known: said as loudly as the rest."""
    said = what_is_missing_of_town(board)
    if town := board.longest_waits:
        words = {"town": town.name, "wait": numbers.duration(town.wait_p90)}
        said.append(_("Waits are longest in %(town)s: one in ten of those answered waited %(wait)s or more.") % words)
    return said


def what_is_missing_of_town(board: PublicBoard) -> list[str]:
    """The same of one municipality, which is compared with nobody."""
    said = []
    if board.answered is not None and board.answered_of != board.calls:
        words = {"answered": numbers.whole(board.answered), "of": numbers.whole(board.answered_of)}
        said.append(
            _("Where the numbers are large enough to be told, a person answered %(answered)s of %(of)s.") % words
        )
    if month := board.worst_month:
        words = {
            "month": month_name(month),
            "share": numbers.percent((month.rest or 0) / (month.calls or 1)),
            "of": numbers.fraction(month.rest or 0, month.calls or 0),
        }
        if month.rest:
            said.append(
                _("The worst month was %(month)s: %(share)s of the calls did not reach anybody (%(of)s).") % words
            )
    if unknown := sum(town.unknown or 0 for town in board.telling):
        said.append(_("Of %(calls)s calls the records do not tell how they ended.") % {"calls": numbers.whole(unknown)})
    return said


def states(board: PublicBoard) -> list[tuple[str, str, str]]:
    """Badge, its word and a sentence: which months are over, and which numbers still move."""
    said = []
    closed = [month for month in board.months if month.is_closed]
    moving = [month for month in board.months if not month.is_closed]
    if closed:
        words = {"month": month_name(closed[-1])}
        said.append(
            ("ok", _("Consolidated"), _("Up to %(month)s. It changes only when a record is corrected.") % words)
        )
    if moving:
        words = {"month": month_name(moving[0]), "calls": numbers.whole(sum(month.calls or 0 for month in moving))}
        said.append(("live", _("Provisional"), _("From %(month)s on: %(calls)s calls so far.") % words))
    return said


def heading_of_trend(board: PublicBoard) -> str:
    """The conclusion of the months' drawing; without one, what is drawn."""
    told = [month for month in board.months if month.calls]
    if len(told) < 2 or any(month.is_partial for month in board.months):
        return _("Calls registered per month")
    most = max(told, key=lambda month: month.calls or 0)
    return _("%(month)s was the month with most calls: %(number)s") % {
        "month": month_name(most).capitalize(),
        "number": numbers.whole(most.calls),
    }


def heading_of_outcomes(board: PublicBoard) -> str:
    """The conclusion of what became of the calls."""
    if board.answered is None or board.answered_of < FEWEST_FOR_SHARE:
        return _("What became of the calls")
    of_100 = {"number": numbers.whole(min(int(board.answered / board.answered_of * 100), 100))}
    return _("A person answered %(number)s of every 100 calls") % of_100


def month_name(month: PublicMonth) -> str:
    """``octubre de 2026``."""
    return named(month.first_day)


def named(month: date) -> str:
    """``octubre de 2026``, of a month by its first day."""
    return date_format(month, "YEAR_MONTH_FORMAT")


def conclusion_of_town(board: PublicBoard) -> str:
    """The sentence at the top of a municipality's page."""
    town = board.towns[0]
    words = {"town": town.name, "calls": numbers.whole(board.calls)}
    if not board.calls:
        return _("%(town)s: every call to the town hall, registered one by one.") % words
    if board.answered is None or board.unanswered is None:
        return _("%(town)s: %(calls)s calls, registered one by one.") % words
    words |= {"answered": numbers.whole(board.answered), "not_answered": numbers.whole(board.unanswered)}
    if not board.unanswered and board.answered == board.calls:
        return _("%(town)s: a person answered all of its %(calls)s calls.") % words
    return (
        _("%(town)s: of %(calls)s calls a person answered %(answered)s; %(not_answered)s did not reach anybody.")
        % words
    )


def conclusion_of_month(said: Said) -> str:
    """The sentence at the top of a month's page."""
    words = {
        "town": said.town,
        "month": named(said.month),
        "calls": numbers.whole(said.calls),
        "answered": numbers.whole(said.answered),
    }
    if said.has_few_calls:
        return _("%(town)s, %(month)s: there were fewer than five calls.") % words
    if said.calls is None:
        return _("%(town)s, %(month)s: how many calls there were is not told, because another number is small.") % words
    if said.answered is None:
        return _("%(town)s, %(month)s: %(calls)s calls.") % words
    return _("%(town)s, %(month)s: a person answered %(answered)s of %(calls)s calls.") % words


def comparisons(site: TownSite, said: Said, similar: Similar) -> list[str]:
    """A month beside the same one a year before, and beside municipalities of similar size, which are not named."""
    year_before = site.editions_of(said.month.replace(year=said.month.year - 1))
    return [_beside_the_year_before(year_before), _beside_similar(similar)]


def _beside_the_year_before(editions: Sequence[Said]) -> str:
    if not editions or editions[-1].calls is None:
        return _("Of the same month a year before nothing is published to compare with.")
    before = editions[-1]
    words = {"month": named(before.month), "calls": numbers.whole(before.calls), "share": _share(before)}
    if not words["share"]:
        return _("A year before, in %(month)s, there were %(calls)s calls.") % words
    return _("A year before, in %(month)s, there were %(calls)s calls, and a person answered %(share)s.") % words


def _beside_similar(similar: Similar) -> str:
    if similar.middle is None:
        return _(
            "Fewer than five municipalities of similar size tell theirs of this month: there is nothing to compare with."
        )
    words = {"number": numbers.whole(similar.municipalities), "share": numbers.percent(similar.middle)}
    return (
        _("Half of %(number)s municipalities of similar size had a person answer at least %(share)s of the calls.")
        % words
    )


def _share(said: Said) -> str:
    if said.calls is None or said.answered is None or said.calls < FEWEST_FOR_SHARE:
        return ""
    return numbers.percent(said.answered / said.calls)


class CorrectionTold(NamedTuple):
    """A correction in words: when, of which month, what was said and what is said now."""

    day: str
    town: str
    month: str
    before: str
    now: str


def corrections(found: Sequence[Correction]) -> list[CorrectionTold]:
    """The latest corrections in words; the file has all of them."""
    return [
        CorrectionTold(
            long_day(one.now.published_at), one.now.town, named(one.now.month), _told(one.before), _told(one.now)
        )
        for one in found[:MOST_CORRECTIONS]
    ]


def _told(said: Said) -> str:
    """``1.310 llamadas, 1.203 atendidas por una persona``; what is not told is said to be so."""
    calls = numbers.few() if said.has_few_calls else numbers.whole(said.calls)
    if said.answered is None:
        return _("%(calls)s calls") % {"calls": calls}
    return _("%(calls)s calls, %(answered)s answered by a person") % {
        "calls": calls,
        "answered": numbers.whole(said.answered),
    }


def outcome_names() -> dict[str, str]:
    """What became of a call, in a citizen's words."""
    return {
        "ANSWERED": _("A person answered"),
        "ABANDONED": _("Hung up while waiting"),
        "FLOWED_OUT": _("Left the queue without being answered"),
        "VOICEMAIL": _("Reached a voicemail"),
        "NOT_ANSWERED": _("Rang and nobody answered"),
        "REJECTED": _("Found the line busy"),
        "CLOSED": _("Came in out of hours"),
        "UNKNOWN": _("The records do not tell"),
    }


def columns_of_months() -> list[tuple[str, str]]:
    """Each column of a file of months, and what it says: the dictionary, in the reader's language."""
    words = {
        "municipality": _("Name of the municipality."),
        "ine_code": _("Its code of the INE, five digits."),
        "month": _("Year and month, of the municipality's own clock."),
        "calls": _(
            "Calls from outside that the switchboard wrote down, each one once. <5: from 1 to 4. Empty: not told."
        ),
        "answered_by_person": _("Calls in which a person's telephone was connected. Empty: not told."),
        "wait_median_seconds": _("Seconds that half of the answered calls waited at most. Empty: not told."),
        "wait_p90_seconds": _("Seconds that nine in ten of the answered calls waited at most. Empty: not told."),
        "edition": _("1 as first published, one more with each correction. Empty: provisional."),
        "published_at": _("When this edition was published, in UTC. Empty: provisional."),
    }
    return [(column.name, words[column.name]) for column in definitions.MONTHS]
