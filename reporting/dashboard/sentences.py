"""The sentences a dashboard opens with, and the exceptions that ask for a decision."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from reporting.dashboard.queries import Board, DepartmentBoard
from reporting.dashboard.rules import DISAFFECTION_TARGET, FEWEST_CASES
from reporting.kpi import rules as kpi
from reporting.kpi.counts import Counts
from shell import numbers
from shell.days import day_and_month, weekday_and_day

# They say “no calls” of their own calls, when there may be others in the period.
_OF_NO_CALL_ELSE = ("visits_answered", "callbacks_requested", "department_calls")


def opening(board: Board) -> str:
    """What happened on the latest day worth telling, against what is usual on that weekday, and what came in since."""
    if board.told_day is None:
        return _("There are no calls in this period.")
    day, counts = board.told_day
    calls, answered, unknown = _calls_answered_unknown(counts)
    words = {
        "unknown": numbers.whole(unknown),
        "day": weekday_and_day(day),
        "calls": numbers.whole(calls),
        "answered": numbers.whole(answered),
        "lost": numbers.whole(max(calls - answered - unknown, 0)),
    }
    first = _("On %(day)s %(calls)s calls came in.") % words
    if board.usual_of_told:
        difference = calls / board.usual_of_told - 1
        share = {"share": numbers.percent(abs(difference))}
        if min(calls, board.usual_of_told) < FEWEST_CASES:
            first += " " + _("Usual on that weekday: %(usual)s.") % {"usual": numbers.whole(board.usual_of_told)}
        elif abs(difference) < 0.05:
            first += " " + _("That is what is usual on that weekday.")
        elif difference > 0:
            first += " " + _("That is %(share)s more than usual on that weekday.") % share
        else:
            first += " " + _("That is %(share)s fewer than usual on that weekday.") % share
    if unknown >= calls:
        return first + " " + _("The records do not tell whether a person answered.")
    first += " " + _("A person answered %(answered)s; %(lost)s did not reach anybody.") % words
    return first + (" " + _("Of %(unknown)s the records do not tell.") % words if unknown else "") + _since(board)


def _calls_answered_unknown(counts: Counts) -> tuple[float, float, float]:
    if counts["inbound"]:
        return counts["inbound"], counts["answered_by_person"], counts["person_unknown"]
    return counts["offered"], counts["answered"], counts["unknown"]


def _since(board: Board) -> str:
    if board.since_told is None:
        return ""
    day, counts = board.since_told
    calls, answered, unknown = _calls_answered_unknown(counts)
    words = {"day": weekday_and_day(day), "calls": numbers.calls(int(calls)), "answered": numbers.whole(answered)}
    if unknown:
        return " " + _("After it, up to %(day)s: %(calls)s.") % words
    if not answered:
        return " " + _("After it, up to %(day)s: %(calls)s, none answered by a person.") % words
    return " " + _("After it, up to %(day)s: %(calls)s; a person answered %(answered)s.") % words


def reason_in_words(reason: str, figure_id: str = "") -> str:
    """Why a figure is not there: of one figure what it lacks, where the reason alone would say too little."""
    lacking = _lacking().get(figure_id, "")
    if lacking and (reason == kpi.NOTHING_TO_DIVIDE or (reason == kpi.NO_CALLS and figure_id in _OF_NO_CALL_ELSE)):
        return lacking
    return {
        "no_calls_in_the_period": _("There are no calls in this period."),
        "no_queue_record": _("No record of queues was imported for this period."),
        "derivations_not_traced": _("The records imported do not tell what became of derived calls."),
        "no_record_of_transfers": _("The records imported do not tell which calls were handed on."),
        "denominator_is_zero": _("No call of this period counts for this figure."),
        "no_record_of_waits": _("The records do not tell how long those answered waited."),
        "no_known_callers": _("No call of this period tells who calls."),
        "no_record_of_who_answered": _("The records imported do not tell whether a person answered."),
        "no_record_of_wrap_up": _("No record tells hold and the work after a call, so handling is not known."),
        "no_record_of_available_time": _("No record tells how long agents were ready for a call."),
        "not_told_of_this_part": _("This figure is not kept for this part: see it for all calls."),
        "only_told_of_days": _("This figure is only told of whole days."),
    }.get(reason, "")


def _lacking() -> dict[str, str]:
    """What there was none of, by the figure that would count it; of the others there simply were no calls."""
    no_visit = _("No call entered a queue in this period.")
    no_end = _("No call that waited in a queue was answered or given up in this period.")
    no_answer = _("No call was answered from a queue in this period.")
    nobody_handed_on = _("No answered call of this period has a record of whether it was handed on.")
    no_department = _("No telephone of this department spoke in a call of this period.")
    return {
        **dict.fromkeys(("answer_rate", "abandonment_rate", "callbacks_requested", "commitment_days"), no_visit),
        **dict.fromkeys(("sl_default", "sl_strict", "sl_answered_or_abandoned_within"), no_end),
        **dict.fromkeys(("sl_offered", "sl_whole_demand"), no_end),
        **dict.fromkeys(("sl_answered", "visits_answered"), no_answer),
        **dict.fromkeys(
            ("average_speed_of_answer", "wait_median", "wait_p90"),
            _("No call was answered from a queue with a known wait in this period."),
        ),
        "average_talk": _("No conversation after a queue is known in this period."),
        **dict.fromkeys(("derivation_blind_rate", "derivation_attended_rate"), nobody_handed_on),
        **dict.fromkeys(("derivation_rate", "solution_index"), nobody_handed_on),
        "disaffection": _("No call was handed on blindly in this period."),
        "average_inside_wait": _("No call handed on blindly was picked up with a known wait in this period."),
        **dict.fromkeys(("department_calls", "department_talk"), no_department),
    }


def why_no_derivations(counts: Counts, department: Counts | None = None) -> str:
    """Why nothing can be told of derivations: of ``department``, or of all calls, which ``counts`` are."""
    asked = counts if department is None else department
    reason = kpi.why_no_derivations(counts) or kpi.figure(asked, "disaffection").reason
    if reason == kpi.NOTHING_TO_DIVIDE:
        return _("No call was handed blindly to a department in this period.")
    return reason_in_words(reason) or _("These days are counted by hour when a file is imported next.")


def department_opening(found: DepartmentBoard) -> str:
    """What became of the calls handed to a department, in one sentence."""
    followed, missed = found.counts.derivations_followed, found.counts.derivations_missed
    if not found.extensions:
        return _("No extension is known as one of %(name)s, so no call can be told to be its own.") % {
            "name": found.name
        }
    if not followed:
        return why_no_derivations(found.all_calls, found.counts)
    words = {"name": found.name, "missed": numbers.whole(missed), "all": numbers.whole(followed)}
    if not missed:
        return _("%(name)s picked up every call handed to it: %(all)s.") % words
    return _("%(name)s did not pick up %(missed)s of the %(all)s calls handed to it.") % words


def department_cards(counts: Counts, median: float | None, why_none: str) -> list[dict[str, Any]]:
    """The figures of a department; ``share`` ones have numerator and denominator, the others a ``value``."""
    followed = int(counts.derivations_followed)
    missed, picked_up = int(counts.derivations_missed), int(counts["blind_picked_up"])
    disaffection, reason = kpi.figure(counts, "disaffection"), "" if followed else why_none
    low, high = disaffection.interval or (None, None)
    ends = {"returned": numbers.whole(counts["blind_returned_to_queue"]), "lost": numbers.whole(counts["blind_lost"])}
    missed_words = _("%(returned)s came back to the queue, %(lost)s were lost.") % ends
    if followed >= FEWEST_CASES:
        missed_words = f"{numbers.fraction(missed, followed)}. {missed_words}"
    no_wait = _("No record tells how long the department took.") if picked_up else _("No call was picked up.")
    waits = {"mean": numbers.duration(_mean_inside(counts)), "calls": numbers.calls(int(counts["blind_inside_wait_n"]))}
    return [
        {
            "name": _("Calls handed to the department"),
            "value": numbers.whole(counts["blind_total"]) if counts["blind_total"] else "",
            "of": _beside(counts),
            "reason": reason,
        },
        {
            "name": _("Picked up"),
            "is_share": True,
            "numerator": picked_up if followed else None,
            "denominator": followed,
            "low": None,
            "high": None,
            "reason": reason,
        },
        {
            "name": _("Not picked up"),
            "is_share": True,
            "numerator": missed if followed else None,
            "denominator": followed,
            "of": missed_words,
            "low": low,
            "high": high,
            "is_exception": (disaffection.value or 0) > DISAFFECTION_TARGET,
            "reason": reason,
        },
        {
            "name": _("Half are picked up within"),
            "value": numbers.duration(median) if median is not None else "",
            "of": _("Mean %(mean)s, of %(calls)s") % waits,
            "reason": reason or no_wait,
        },
    ]


def _mean_inside(counts: Counts) -> float | None:
    known = counts["blind_inside_wait_n"]
    return counts["blind_inside_wait_sum"] / known if known else None


def _beside(counts: Counts) -> str:
    """What stands beside the blind derivations: those without trace, and those handed over after speaking."""
    words = {"unknown": numbers.whole(counts["blind_unknown"]), "attended": numbers.whole(counts["attended_total"])}
    told = [_("Of %(unknown)s no record tells what became of them.") % words] if counts["blind_unknown"] else []
    return " ".join([*told, _("Besides, %(attended)s after speaking with it.") % words])


def target_of_disaffection(told: kpi.Figure) -> dict[str, str]:
    """The target of internal disaffection in words, and whether it was met; nothing of fewer cases than make a share."""
    if told.value is None or (told.denominator or 0) < FEWEST_CASES:
        return {"state": "", "target": ""}
    share = {"share": numbers.percent(DISAFFECTION_TARGET, 0)}
    if told.value > DISAFFECTION_TARGET:
        return {"state": "bad", "target": _("Target, %(share)s at most: not met") % share}
    return {"state": "ok", "target": _("Target, %(share)s at most: met") % share}


def end_in_words(result: str) -> str:
    """How a derivation ended that nobody picked up."""
    return {"RETURNED": _("It came back to the queue"), "LOST": _("It was lost")}.get(result, _("Not known"))


@dataclass(frozen=True)
class Notice:
    """One thing that asks for a decision, and the one action to take."""

    state: str
    word: str
    sentence: str
    detail: str
    url: str
    action: str


def exceptions(board: Board) -> list[Notice]:
    """At most three: what misses its target first, by how many citizens it cost."""
    last = board.past - timedelta(days=1)
    period = {"first": day_and_month(board.first), "last": day_and_month(last)}
    found: list[tuple[float, Notice]] = []
    for load in board.loads:
        if load.rate is not None and load.rate > DISAFFECTION_TARGET:
            words: dict[str, Any] = {
                "name": load.name, "missed": numbers.whole(load.not_picked_up), "all": numbers.whole(load.derived)
            }  # fmt: skip
            found.append(
                (
                    load.not_picked_up,
                    Notice(
                        "bad", _("Urgent"),
                        _("%(name)s did not pick up %(missed)s of the %(all)s calls handed to it.") % words
                        if load.department_id
                        else _("Extensions without a department did not pick up %(missed)s of %(all)s calls.") % words,
                        _("From %(first)s to %(last)s. The target is one of five at most.") % period,
                        f"/calls/?derivation=NOT_PICKED_UP&department={load.department_id}&{board.filter}",
                        _("See the %(missed)s calls") % words,
                    ),
                )
            )  # fmt: skip
    abandoned = kpi.figure(board.total, "abandonment_rate")
    if abandoned.value is not None and abandoned.value > 0.1 and (abandoned.denominator or 0) >= 30:
        found.append(
            (
                abandoned.numerator or 0,
                Notice(
                    "warn", _("Attention"),
                    _("%(share)s of those who waited in a queue hung up.") % {"share": numbers.percent(abandoned.value)},
                    _("%(few)s of %(all)s entries into queues, from %(first)s to %(last)s.")
                    % {**period, "few": numbers.whole(abandoned.numerator or 0), "all": numbers.whole(abandoned.denominator or 0)},
                    f"/calls/?outcome=ABANDONED&{board.filter}", _("See these calls"),
                ),
            )
        )  # fmt: skip
    return [notice for _number, notice in sorted(found, key=_harm)[:3]]


def _harm(told: tuple[float, Notice]) -> tuple[bool, float]:
    number, notice = told
    return notice.state != "bad", -number
