"""A call's story as lanes on a time line, and as a list of sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from callhub.calls.models import Derivation, Direction
from callhub.calls.queries.lists import CallStory
from callhub.calls.queries.names import Names
from callhub.calls.rules.derivations import seconds_to_end
from callhub.calls.sentences import derivation_in_words, visit_in_words
from shell import numbers
from shell.charts import Lane, Span
from shell.charts.timeline import Kind

MISSED = frozenset({Derivation.Result.RETURNED, Derivation.Result.LOST})


@dataclass(frozen=True)
class Step:
    """One thing that happened, for the list beside the drawing. ``state`` is "ok", "bad" or ""."""

    at: datetime
    words: str
    state: str = ""


def end_of(story: CallStory) -> datetime:
    """When the last thing known of a call happened."""
    return max([story.call.started_at, *(m for m in (story.call.ended_at, *(v.left_at for v in story.visits)) if m)])


def seconds_of_derivation(story: CallStory, derivation: Derivation) -> float | None:
    """Until it was picked up, came back to a queue, or was lost with the call; None when no record tells."""
    # A queue's record is in whole seconds: an entry in the second of the transfer came after it.
    back_at = next((v.entered_at for v in story.visits if v.entered_at + timedelta(seconds=1) > derivation.at), None)
    after = derivation.picked_up_after_seconds
    return seconds_to_end(derivation.result, derivation.at, after, back_at, story.call.ended_at)


def lanes_of(story: CallStory, names: Names) -> list[Lane]:
    """One lane for the whole call, one per queue and one per telephone, in order of appearance."""
    whole = (end_of(story) - story.call.started_at).total_seconds()
    lanes: dict[str, list[Span]] = {}
    for name, span in sorted(_stretches(story, names), key=lambda one: one[1].starts):
        lanes.setdefault(name, []).append(span)
    return [Lane(_("Citizen"), [Span(0, whole, "whole")]), *(Lane(name, spans) for name, spans in lanes.items())]


def _stretches(story: CallStory, names: Names) -> Iterator[tuple[str, Span]]:
    """Lane and stretch of every visit, conversation and ringing."""
    end = (end_of(story) - story.call.started_at).total_seconds()

    def since(moment: datetime | None) -> float:
        return end if moment is None else max((moment - story.call.started_at).total_seconds(), 0.0)

    def span(starts: float, seconds: float, kind: Kind, words: str = "") -> Span:
        return Span(starts, starts + seconds, kind, words or numbers.duration(seconds))

    for visit in story.visits:
        begun, left = since(visit.entered_at), since(visit.left_at)
        kind: Kind = "wait" if visit.outcome == "ANSWERED" else "unanswered"
        waited = "" if visit.wait_seconds is None else numbers.duration(visit.wait_seconds)
        lane = _("Queue %(name)s") % {"name": names.queue(visit.queue)}
        yield lane, span(begun, max(left - begun, 0), kind, waited)
        if visit.agent and visit.talk_seconds is not None and not story.legs:
            yield names.agent(visit.agent), span(left, visit.talk_seconds, "talk")
    for leg in story.legs:
        yield names.telephone_and_owner(leg.party), span(since(leg.started_at), leg.talk_seconds or 0.0, "talk")
    for derivation in story.derivations:
        seconds, at = seconds_of_derivation(story, derivation), since(derivation.at)
        if derivation.result == Derivation.Result.UNKNOWN or not derivation.target:
            continue
        lane = names.telephone_and_owner(derivation.target)
        if derivation.result in MISSED:
            length = end - at if seconds is None else seconds
            told = _("%(time)s, nobody picked up") % {"time": numbers.duration(length)}
            yield lane, span(at, length, "unanswered", told)
        elif seconds:
            yield lane, span(at, seconds, "wait")


def steps_of(story: CallStory, names: Names) -> list[Step]:
    """What happened, in order of time, in sentences."""
    is_inbound = story.call.direction == Direction.INBOUND
    steps = [Step(story.call.started_at, _("The call came in.") if is_inbound else _("The call began."))]
    for visit in story.visits:
        queue = names.queue(visit.queue)
        steps.append(Step(visit.entered_at, _("It entered the queue %(queue)s.") % {"queue": queue}))
        if visit.left_at:
            state = "ok" if visit.outcome == "ANSWERED" else "bad"
            steps.append(Step(visit.left_at, visit_in_words(visit, names), state))
    for leg in story.legs:
        told = {"telephone": names.telephone_and_owner(leg.party), "time": numbers.duration(leg.talk_seconds)}
        words = _("%(telephone)s spoke.") if leg.talk_seconds is None else _("%(telephone)s spoke for %(time)s.")
        steps.append(Step(leg.started_at, words % told))
    for derivation in story.derivations:
        words = derivation_in_words(derivation, names, seconds_of_derivation(story, derivation))
        state = "bad" if derivation.result in MISSED else "ok" if derivation.result == "PICKED_UP" else ""
        steps.append(Step(derivation.at, words, state))
    if story.call.ended_at:
        steps.append(Step(story.call.ended_at, _("The call ended.")))
    return sorted(steps, key=lambda step: step.at)
