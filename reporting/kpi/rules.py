"""From counts to figures: every figure with numerator, denominator and definition. Knows nothing of Django."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from kit.intervals import wilson
from reporting.kpi.counts import DERIVATION_KEYS, Counts
from reporting.kpi.definitions import SERVICE_LEVELS, definition

DEFAULT_TARGET_SECONDS = 20
DEFAULT_SHORT_ABANDON_SECONDS = 5
OUTCOMES = ("ANSWERED", "ABANDONED", "FLOWED_OUT", "VOICEMAIL", "NOT_ANSWERED", "REJECTED", "CLOSED", "UNKNOWN")

# Reasons why a figure is not there, as words that pages translate.
NO_CALLS = "no_calls_in_the_period"
NO_QUEUE_RECORD = "no_queue_record"
NOT_TRACED = "derivations_not_traced"
NO_TRANSFER_RECORD = "no_record_of_transfers"
NOTHING_TO_DIVIDE = "denominator_is_zero"
NO_WAITS = "no_record_of_waits"
NO_CALLERS = "no_known_callers"
NO_PERSON_RECORD = "no_record_of_who_answered"
NO_WRAP_UP = "no_record_of_wrap_up"
NO_AGENTS_TIME = "no_record_of_available_time"
NOT_OF_SUBJECT = "not_told_of_this_part"
ONLY_OF_DAYS = "only_told_of_days"
REASONS = (
    NO_CALLS, NO_QUEUE_RECORD, NOT_TRACED, NO_TRANSFER_RECORD, NOTHING_TO_DIVIDE, NO_WAITS, NO_CALLERS, NO_PERSON_RECORD,
    NO_WRAP_UP, NO_AGENTS_TIME, NOT_OF_SUBJECT, ONLY_OF_DAYS,
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One figure: ``value`` None when it cannot be told, and then ``reason`` says why. Never 0 instead."""

    id: str
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    reason: str = ""

    @property
    def version(self) -> int:
        return definition(self.id).version

    @property
    def interval(self) -> tuple[float, float] | None:
        """The Wilson 95 % interval of a share, None where it makes no sense."""
        if self.value is None or not self.denominator or definition(self.id).unit != "share":
            return None
        return wilson(int(self.numerator or 0), int(self.denominator))


_TOLD = "answered_with_transfer_record"  # answered calls of which a source tells whether they were handed on


def has_queue_figures(counts: Counts) -> bool:
    """Whether the sources tell what happened in queues: a queue's own record of at least one call, or no call that could
    have entered one, as on a Sunday on which all came out of hours."""
    never_entered = counts["outcome_CLOSED"] + counts["outcome_REJECTED"]
    return bool(counts["offered"] or counts["with_queue_record"] or counts["without_queue_record"] <= never_entered)


def knows_transfers(counts: Counts) -> bool:
    """Whether a source that tells transfers (queue_log, CEL) speaks of any of the calls, or nobody spoke who could have
    handed one on."""
    told = counts["with_transfer_record"] or counts["blind_total"] or counts["attended_total"]
    return bool(told or not counts["answered_by_person"] + counts["person_unknown"])


def why_no_derivations(counts: Counts) -> str:
    """The reason why nothing can be said of derivations; empty when something can."""
    if not counts["inbound"]:
        return NO_CALLS
    return "" if knows_transfers(counts) else NO_TRANSFER_RECORD


def why_no_waits(counts: Counts) -> str:
    """The reason why nothing can be said of how long those answered waited; empty when something can."""
    if not has_queue_figures(counts):
        return NO_QUEUE_RECORD
    return NO_WAITS if counts["answered"] and not counts.waits_answered else ""


def _ratio(figure_id: str, numerator: float, denominator: float, reason: str = "") -> Figure:
    if reason:
        return Figure(figure_id, None, reason=reason)
    if denominator <= 0:
        return Figure(figure_id, None, numerator, denominator, NOTHING_TO_DIVIDE)
    return Figure(figure_id, numerator / denominator, numerator, denominator)


def service_level(counts: Counts, figure_id: str, target: int, short: int) -> Figure:
    """One of the six service levels of docs/figures.md, ``target`` and ``short`` in whole seconds.

    Of the answered those whose wait is known; an abandoned one of unknown wait counts as a long wait, never as a short one.
    """
    b, f, r = counts["abandoned"], counts["flowed_out"], counts["outcome_REJECTED"]
    a = sum(counts.waits_answered.values())
    at = counts.within(target)
    parts: dict[str, tuple[float, float]] = {
        "sl_default": (at, a + b - counts.abandoned_before(short)),
        "sl_answered": (at, a),
        "sl_answered_or_abandoned_within": (at + counts.abandoned_within(target), a + b),
        "sl_strict": (at, a + b),
        "sl_offered": (at, a + b + f),
        "sl_whole_demand": (at, a + b + f + r),
    }
    return _ratio(figure_id, *parts[figure_id], why_no_waits(counts))


def _queue_ratio(figure_id: str, numerator: str, denominator: str) -> Callable[[Counts], Figure]:
    def figure(counts: Counts) -> Figure:
        reason = "" if has_queue_figures(counts) else NO_QUEUE_RECORD
        return _ratio(figure_id, counts[numerator], counts[denominator], reason)

    return figure


def _quantile(figure_id: str, share: float) -> Callable[[Counts], Figure]:
    def figure(counts: Counts) -> Figure:
        if reason := why_no_waits(counts):
            return Figure(figure_id, None, reason=reason)
        value, n = counts.wait_quantile(share), sum(counts.waits_answered.values())
        if value is None:
            return Figure(figure_id, None, 0, 0, NOTHING_TO_DIVIDE)
        return Figure(figure_id, value, counts.within(value), n)

    return figure


def _average_wait(counts: Counts) -> Figure:
    answered = sum(counts.waits_answered.values())
    return _ratio("average_speed_of_answer", counts["wait_answered_sum"], answered, why_no_waits(counts))


def _by_person(counts: Counts) -> Figure:
    told = counts["inbound"] - counts["person_unknown"]
    reason = NO_CALLS if not counts["inbound"] else "" if told else NO_PERSON_RECORD
    return _ratio("answered_by_person_rate", counts["answered_by_person"], told, reason)


def _derived(figure_id: str, numerator: str) -> Callable[[Counts], Figure]:
    def figure(counts: Counts) -> Figure:
        return _ratio(figure_id, counts[numerator], counts[_TOLD], why_no_derivations(counts))

    return figure


def _solution_index(counts: Counts) -> Figure:
    told = counts[_TOLD]
    return _ratio("solution_index", told - counts["with_derivation"], told, why_no_derivations(counts))


def _disaffection(counts: Counts) -> Figure:
    followed = counts.derivations_followed
    reason = NOT_TRACED if counts["blind_total"] and not followed else ""
    if not knows_transfers(counts):
        reason = NO_TRANSFER_RECORD
    return _ratio("disaffection", counts.derivations_missed, followed, reason)


def _inside_wait(counts: Counts) -> Figure:
    reason = "" if knows_transfers(counts) else NO_TRANSFER_RECORD
    return _ratio("average_inside_wait", counts["blind_inside_wait_sum"], counts["blind_inside_wait_n"], reason)


def _number(figure_id: str, counted: str, among: str = "") -> Callable[[Counts], Figure]:
    """A plain count of visits; ``among`` names what it is a part of."""

    def figure(counts: Counts) -> Figure:
        if not has_queue_figures(counts):
            return Figure(figure_id, None, reason=NO_QUEUE_RECORD)
        if not counts["offered"]:
            return Figure(figure_id, None, reason=NO_CALLS)
        return Figure(figure_id, counts[counted], counts[counted], counts[among] if among else None)

    return figure


def _why_no_callers(counts: Counts) -> str:
    if counts.callers.get("runs"):
        return ""
    return NO_CALLERS if counts["inbound"] else NO_CALLS


def _first_attempt(counts: Counts) -> Figure:
    told = counts.callers
    return _ratio("first_attempt_rate", told.get("answered_first", 0), told.get("runs", 0), _why_no_callers(counts))


def _unserved(counts: Counts) -> Figure:
    if reason := _why_no_callers(counts):
        return Figure("unserved_citizens", None, reason=reason)
    unserved = counts.callers.get("unserved", 0)
    return Figure("unserved_citizens", unserved, unserved, counts.callers.get("missed", 0))


def _department_calls(counts: Counts) -> Figure:
    calls = counts["talk_calls"]
    return Figure("department_calls", calls, calls) if calls else Figure("department_calls", None, reason=NO_CALLS)


def _department_talk(counts: Counts) -> Figure:
    return _ratio("department_talk", counts["talk_seconds"], counts["talk_calls"])


def _untold(figure_id: str, reason: str) -> Callable[[Counts], Figure]:
    """A figure that no record these formats know can give."""
    return lambda counts: Figure(figure_id, None, reason=reason)


def commitment_days(days: Iterable[Counts], target_seconds: int) -> Figure:
    """Of the days on which somebody entered a queue, those whose mean wait of the answered was ``target_seconds`` at most."""
    open_days = [day for day in days if day["offered"]]
    waits = [_average_wait(day).value for day in open_days]
    kept = sum(1 for wait in waits if wait is not None and wait <= target_seconds)
    return _ratio("commitment_days", kept, len(open_days))


FIGURES: dict[str, Callable[[Counts], Figure]] = {
    "answer_rate": _queue_ratio("answer_rate", "answered", "offered"),
    "abandonment_rate": _queue_ratio("abandonment_rate", "abandoned", "offered"),
    "average_speed_of_answer": _average_wait,
    "average_talk": _queue_ratio("average_talk", "talk_sum", "talk_n"),
    "wait_median": _quantile("wait_median", 0.5),
    "wait_p90": _quantile("wait_p90", 0.9),
    "answered_by_person_rate": _by_person,
    "derivation_rate": _derived("derivation_rate", "with_derivation"),
    "derivation_blind_rate": _derived("derivation_blind_rate", "with_blind"),
    "derivation_attended_rate": _derived("derivation_attended_rate", "with_attended"),
    "solution_index": _solution_index,
    "disaffection": _disaffection,
    "average_inside_wait": _inside_wait,
    "visits_answered": _number("visits_answered", "answered"),
    "callbacks_requested": _number("callbacks_requested", "flowed_out_by_key", "offered"),
    "first_attempt_rate": _first_attempt,
    "unserved_citizens": _unserved,
    "department_calls": _department_calls,
    "department_talk": _department_talk,
    "average_handle_time": _untold("average_handle_time", NO_WRAP_UP),
    "occupancy_rate": _untold("occupancy_rate", NO_AGENTS_TIME),
}


def figure(
    counts: Counts,
    figure_id: str,
    target_seconds: int = DEFAULT_TARGET_SECONDS,
    short_abandon_seconds: int = DEFAULT_SHORT_ABANDON_SECONDS,
    days: Iterable[Counts] | None = None,
) -> Figure:
    """The figure with this definition id. Raises UnknownDefinition.

    ``days`` are the days that ``counts`` sums up, None when it is no sum of days: what is said of days only needs them.
    """
    if definition(figure_id).is_of_days and days is None:
        return Figure(figure_id, None, reason=ONLY_OF_DAYS)
    if figure_id in SERVICE_LEVELS:
        return service_level(counts, figure_id, target_seconds, short_abandon_seconds)
    if figure_id == "commitment_days":
        return commitment_days(days or (), target_seconds)
    return FIGURES[figure_id](counts)


def broken_identities(counts: Counts) -> list[str]:
    """The identities of docs/figures.md that do not hold; an empty list when all is well."""
    broken = []
    if counts["offered"] != sum(counts[k] for k in ("answered", "abandoned", "flowed_out", "unknown")):
        broken.append("O = A + B + F + U")
    if counts["inbound"] != sum(counts[f"outcome_{word}"] for word in OUTCOMES):
        broken.append("inbound = sum of outcomes")
    for kind in ("blind", "attended"):
        parts = sum(counts[f"{kind}_{key}"] for key in ("picked_up", "returned_to_queue", "lost", "unknown"))
        if counts[f"{kind}_total"] != parts:
            broken.append(f"{kind} derivations = picked up + returned + lost + unknown")
    return broken


def figures_json(counts: Counts, target_seconds: int, short_abandon_seconds: int) -> dict[str, Any]:
    """What `manage figures --json` prints; its shape is fixed."""
    known = has_queue_figures(counts)

    def number(name: str, is_known: bool = True, reason: str = "") -> dict[str, Any]:
        return {"value": int(counts[name])} if is_known else {"value": None, "reason": reason}

    def as_json(one: Figure) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "value": one.value,
            "numerator": one.numerator,
            "denominator": one.denominator,
            "definition": one.id,
            "version": one.version,
        }
        return answer | ({"reason": one.reason} if one.reason else {})

    visits = {
        name: number(name, known, NO_QUEUE_RECORD)
        for name in ("offered", "answered", "abandoned", "flowed_out", "unknown")
    }
    untold = why_no_waits(counts)
    within = {"value": None, "reason": untold} if untold else {"value": counts.within(target_seconds)}
    levels = {name: service_level(counts, name, target_seconds, short_abandon_seconds) for name in SERVICE_LEVELS}
    return {
        "visits": {
            **visits,
            "answered_within_target": within,
            "service_level": as_json(levels["sl_default"]),
            "average_speed_of_answer": as_json(figure(counts, "average_speed_of_answer")),
            "average_talk": as_json(figure(counts, "average_talk")),
            "target_seconds": target_seconds,
            "short_abandon_seconds": short_abandon_seconds,
        },
        "calls": {
            "inbound": number("inbound"),
            "answered_by_person": _answered_by_person(counts),
            "outcomes": {word: int(counts[f"outcome_{word}"]) for word in OUTCOMES},
            "derivations": {kind: _derivations_json(counts, kind) for kind in ("blind", "attended")},
            "disaffection": as_json(figure(counts, "disaffection")),
            "solution_index": as_json(figure(counts, "solution_index")),
        },
        "definitions": {
            name: {
                "value": one.value,
                "numerator": one.numerator,
                "denominator": one.denominator,
                "formula": definition(name).formula,
                "version": one.version,
            }
            for name, one in levels.items()
        },
    }


def _answered_by_person(counts: Counts) -> dict[str, Any]:
    answer: dict[str, Any] = {"value": int(counts["answered_by_person"])}
    if counts["person_unknown"]:
        answer["unknown"] = int(counts["person_unknown"])
    return answer


def _derivations_json(counts: Counts, kind: str) -> dict[str, Any]:
    """Plain numbers; one that the records cannot give is a null with its reason."""
    values = {key: int(counts[f"{kind}_{key}"]) for key in DERIVATION_KEYS[:5]}
    is_traced = not values["total"] or values["unknown"] < values["total"]
    reason = NO_TRANSFER_RECORD if not knows_transfers(counts) else "" if is_traced else NOT_TRACED

    def told(number: int, reason: str) -> int | dict[str, Any]:
        return {"value": None, "reason": reason} if reason else number

    untold = reason if reason == NO_TRANSFER_RECORD else ""
    return {
        "total": told(values["total"], untold),
        "picked_up": told(values["picked_up"], reason),
        "not_picked_up": told(values["returned_to_queue"] + values["lost"], reason),
        "returned_to_queue": told(values["returned_to_queue"], reason),
        "lost": told(values["lost"], reason),
        "unknown": told(values["unknown"], untold),
    }
