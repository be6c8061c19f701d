"""A call's story as lanes on a time line, and as a list of sentences."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from callhub.calls.models import Derivation
from callhub.calls.queries.lists import CallStory
from shell.charts import Lane, Span
from shell.charts.timeline import Kind


@dataclass(frozen=True)
class Step:
    """One thing that happened, for the list beside the drawing."""

    at: datetime
    words: str
    is_trouble: bool = False


def lanes_of(story: CallStory, departments: dict[str, str]) -> list[Lane]:
    """One lane for the whole call, one per queue, one per telephone, one per derivation that nobody took."""
    start = story.call.started_at
    ends = [m for m in (story.call.ended_at, *(v.left_at for v in story.visits)) if m]
    end = max(ends, default=start)

    def since(moment: datetime) -> float:
        return max((moment - start).total_seconds(), 0.0)

    lanes = [Lane(_("Citizen"), [Span(0, since(end), "whole")])]
    for visit in story.visits:
        left = visit.left_at or end
        kind: Kind = "wait" if visit.outcome == "ANSWERED" else "unanswered"
        lanes.append(
            Lane(_("Queue %(name)s") % {"name": visit.queue}, [Span(since(visit.entered_at), since(left), kind)])
        )
        if visit.agent and visit.talk_seconds is not None and not story.legs:
            lanes.append(Lane(visit.agent, [Span(since(left), since(left) + visit.talk_seconds, "talk")]))
    for leg in story.legs:
        begun = since(leg.started_at)
        name = f"{leg.party} · {departments[leg.party]}" if leg.party in departments else leg.party
        lanes.append(Lane(name, [Span(begun, begun + (leg.talk_seconds or 0.0), "talk")]))
    for derivation in story.derivations:
        if derivation.result in {Derivation.Result.RETURNED, Derivation.Result.LOST}:
            begun = since(derivation.at)
            name = f"{derivation.target} · {departments.get(derivation.target, '')}".strip(" ·")
            lanes.append(Lane(name, [Span(begun, since(end), "unanswered")]))
    return lanes


def steps_of(story: CallStory, departments: dict[str, str]) -> list[Step]:
    """What happened, in order of time, in sentences."""
    steps = [Step(story.call.started_at, _("The call came in."))]
    for visit in story.visits:
        steps.append(Step(visit.entered_at, _("It entered the queue %(queue)s.") % {"queue": visit.queue}))
        if visit.left_at:
            words = _visit_words(visit.outcome, visit.agent, visit.exit_reason)
            steps.append(Step(visit.left_at, words, visit.outcome != "ANSWERED"))
    for leg in story.legs:
        who = departments.get(leg.party, leg.party)
        steps.append(
            Step(leg.started_at, _("Telephone %(number)s (%(who)s) spoke.") % {"number": leg.party, "who": who})
        )
    for derivation in story.derivations:
        where = departments.get(derivation.target, derivation.target)
        is_missed = derivation.result in {Derivation.Result.RETURNED, Derivation.Result.LOST}
        steps.append(Step(derivation.at, _derivation_words(derivation, where), is_missed))
    if story.call.ended_at:
        steps.append(Step(story.call.ended_at, _("The call ended.")))
    return sorted(steps, key=lambda step: step.at)


def _visit_words(outcome: str, agent: str, reason: str) -> str:
    if outcome == "ANSWERED":
        return _("%(agent)s answered.") % {"agent": agent}
    if outcome == "ABANDONED":
        return _("The citizen hung up while waiting.")
    return {
        "TIMEOUT": _("The longest wait was over and the call left the queue."),
        "KEY": _("The citizen pressed a key and left the queue."),
        "EMPTY": _("Nobody was at the queue and the call left it."),
        "WITHDRAWN": _("The call was taken out of the queue."),
    }.get(reason, _("The call left the queue."))


def _derivation_words(derivation: Derivation, where: str) -> str:
    place = {"who": derivation.by_agent, "where": where}
    if derivation.kind == Derivation.Kind.ATTENDED:
        return _("%(who)s handed the call over to %(where)s after speaking with them.") % place
    return {
        "PICKED_UP": _("%(who)s handed the call to %(where)s, which picked up."),
        "RETURNED": _("%(who)s handed the call to %(where)s, which did not pick up; it came back to the queue."),
        "LOST": _("%(who)s handed the call to %(where)s, which did not pick up; it was lost."),
    }.get(
        derivation.result, _("%(who)s handed the call to %(where)s; no record tells whether it was picked up.")
    ) % place
