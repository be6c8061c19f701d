"""What the pages of calls say in words: which population a list shows, what became of a visit or a derivation."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from callhub.calls.models import Derivation, Visit
from callhub.calls.queries.names import Names
from callhub.calls.queries.populations import Limits, Population
from shell import numbers

_POPULATIONS: dict[str, Callable[[int], str]] = {
    "answered_within": lambda n: ngettext(
        "The %(number)s visit answered within %(target)s", "The %(number)s visits answered within %(target)s", n
    ),
    "answered_or_abandoned_within": lambda n: ngettext(
        "The %(number)s visit answered or abandoned within %(target)s",
        "The %(number)s visits answered or abandoned within %(target)s",
        n,
    ),
    "answered_or_abandoned_not_short": lambda n: ngettext(
        "The %(number)s visit answered, or abandoned after %(short)s or more",
        "The %(number)s visits answered, or abandoned after %(short)s or more",
        n,
    ),
    "answered": lambda n: ngettext(
        "The %(number)s visit answered by a person", "The %(number)s visits answered by a person", n
    ),
    "abandoned": lambda n: ngettext(
        "The %(number)s visit in which the citizen hung up while waiting",
        "The %(number)s visits in which the citizen hung up while waiting",
        n,
    ),
    "answered_or_abandoned": lambda n: ngettext(
        "The %(number)s visit answered or abandoned", "The %(number)s visits answered or abandoned", n
    ),
    "answered_abandoned_or_flowed_out": lambda n: ngettext(
        "The %(number)s visit answered, abandoned or flowed out",
        "The %(number)s visits answered, abandoned or flowed out",
        n,
    ),
    "offered": lambda n: ngettext("The %(number)s visit to a queue", "The %(number)s visits to queues", n),
    "answered_with_known_wait": lambda n: ngettext(
        "The %(number)s visit answered whose wait is known", "The %(number)s visits answered whose wait is known", n
    ),
    "with_known_talk": lambda n: ngettext(
        "The %(number)s visit whose conversation is known", "The %(number)s visits whose conversation is known", n
    ),
    "whole_demand": lambda n: ngettext(
        "The %(number)s visit answered, abandoned or flowed out, or call rejected before any queue",
        "The %(number)s visits answered, abandoned or flowed out, and calls rejected before any queue",
        n,
    ),
    "left_by_key": lambda n: ngettext(
        "The %(number)s visit in which the citizen pressed a key and left",
        "The %(number)s visits in which the citizen pressed a key and left",
        n,
    ),
    "decided": lambda n: ngettext(
        "The %(number)s inbound call of which the records tell whether a person answered",
        "The %(number)s inbound calls of which the records tell whether a person answered",
        n,
    ),
    "by_person_followed": lambda n: ngettext(
        "The %(number)s call answered by a person of which a record tells whether it was handed on",
        "The %(number)s calls answered by a person of which a record tells whether they were handed on",
        n,
    ),
    "derived_blindly": lambda n: ngettext(
        "The %(number)s call answered by a person and handed blindly to a department",
        "The %(number)s calls answered by a person and handed blindly to a department",
        n,
    ),
    "derived_attended": lambda n: ngettext(
        "The %(number)s call answered by a person and handed on after speaking with the department",
        "The %(number)s calls answered by a person and handed on after speaking with the department",
        n,
    ),
    "picked_up": lambda n: ngettext(
        "The %(number)s blind derivation that the department picked up",
        "The %(number)s blind derivations that the department picked up",
        n,
    ),
    "by_person": lambda n: ngettext(
        "The %(number)s inbound call answered by a person", "The %(number)s inbound calls answered by a person", n
    ),
    "derived": lambda n: ngettext(
        "The %(number)s call answered by a person and handed to a department",
        "The %(number)s calls answered by a person and handed to a department",
        n,
    ),
    "not_derived": lambda n: ngettext(
        "The %(number)s call answered by a person and not handed to anybody",
        "The %(number)s calls answered by a person and not handed to anybody",
        n,
    ),
    "followed": lambda n: ngettext(
        "The %(number)s derivation followed to the end", "The %(number)s derivations followed to the end", n
    ),
    "not_picked_up": lambda n: ngettext(
        "The %(number)s derivation that the department did not pick up",
        "The %(number)s derivations that the department did not pick up",
        n,
    ),
}


def population_in_words(population: Population, limits: Limits, number: int, whole: int | None) -> str:
    """Which population a list shows, as a part of ``whole`` when there is one: The 122 visits answered within 4 s, of 241."""
    these = _POPULATIONS[population.name](number) % {
        "number": numbers.whole(number),
        "target": numbers.duration(limits.target_seconds),
        "short": numbers.duration(limits.short_abandon_seconds),
    }
    if whole is None:
        return _("%(these)s.") % {"these": these}
    return _("%(these)s, of %(whole)s.") % {"these": these, "whole": numbers.whole(whole)}


def visit_in_words(visit: Visit, names: Names) -> str:
    """How a visit to a queue ended, and after how long."""
    told = {"who": names.agent(visit.agent), "time": numbers.duration(visit.wait_seconds)}
    is_timed = visit.wait_seconds is not None
    if visit.outcome == "ANSWERED":
        return _("%(who)s answered after %(time)s.") % told if is_timed else _("%(who)s answered.") % told
    if visit.outcome == "ABANDONED":
        if is_timed:
            return _("The citizen hung up after waiting %(time)s.") % told
        return _("The citizen hung up while waiting.")
    return {
        "TIMEOUT": _("The longest wait was over and the call left the queue."),
        "KEY": _("The citizen pressed a key and left the queue."),
        "EMPTY": _("Nobody was at the queue and the call left it."),
        "WITHDRAWN": _("The call was taken out of the queue."),
    }.get(visit.exit_reason, _("The call left the queue."))


def result_in_words(result: str) -> str:
    """What became of a derivation, in a few words."""
    return {
        "PICKED_UP": _("Picked up by the department"),
        "RETURNED": _("Not picked up: came back to the queue"),
        "LOST": _("Not picked up: lost"),
    }.get(result, _("Not known"))


def derivation_in_words(derivation: Derivation, names: Names, seconds: float | None) -> str:
    """Who handed the call to whom, whether it was picked up, and after how long; ``seconds`` None when no record tells."""
    told = {
        "who": names.agent(derivation.by_agent) or _("Somebody"),
        "where": names.telephone(derivation.target) or _("somebody"),
        "time": numbers.duration(seconds),
    }
    if derivation.kind == Derivation.Kind.ATTENDED:
        return _("%(who)s handed the call over to %(where)s after speaking with them.") % told
    if seconds is None or derivation.result == Derivation.Result.UNKNOWN:
        return {
            "PICKED_UP": _("%(who)s handed the call to %(where)s, which picked up."),
            "RETURNED": _("%(who)s handed the call to %(where)s, which did not pick up; it came back to the queue."),
            "LOST": _("%(who)s handed the call to %(where)s, which did not pick up; it was lost."),
        }.get(
            derivation.result, _("%(who)s handed the call to %(where)s; no record tells whether it was picked up.")
        ) % told
    if derivation.result == Derivation.Result.RETURNED and seconds < 1:
        return (
            _("%(who)s handed the call to %(where)s, which did not pick up: it came back to the queue at once.") % told
        )
    return {
        "PICKED_UP": _("%(who)s handed the call to %(where)s, which picked up after %(time)s."),
        "RETURNED": _(
            "%(who)s handed the call to %(where)s, which did not pick up: after %(time)s it came back to the queue."
        ),
        "LOST": _("%(who)s handed the call to %(where)s, which did not pick up: after %(time)s it was lost."),
    }[derivation.result] % told
