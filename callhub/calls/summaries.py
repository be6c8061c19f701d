"""One call at a glance: a headline, what happened in a sentence or two, and its four durations."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from callhub.calls.forms import OUTCOME_NAMES
from callhub.calls.models import Call, Derivation, Direction, Outcome, Visit
from callhub.calls.queries.lists import CallStory
from callhub.calls.queries.names import Names
from callhub.calls.sentences import derivation_in_words
from callhub.calls.timelines import MISSED, end_of, seconds_of_derivation
from shell import numbers


@dataclass(frozen=True)
class Part:
    """A duration of the call; ``seconds`` None when no record tells, ``of`` says what it is made of."""

    name: str
    seconds: float | None
    of: str = ""
    is_exception: bool = False


def kind_in_words(call: Call) -> str:
    """What became of an inbound call; of any other, which way it went."""
    if call.direction == Direction.INBOUND:
        return str(OUTCOME_NAMES[Outcome(call.outcome)])
    return {"OUTBOUND": _("Outgoing call"), "INTERNAL": _("Internal call")}.get(call.direction, _("Not known"))


def headline(story: CallStory, names: Names) -> str:
    """The conclusion: what became of the call and of its latest derivation."""
    told = {"outcome": kind_in_words(story.call), "where": ""}
    latest = story.derivations[-1] if story.derivations else None
    if latest is None or latest.result == Derivation.Result.UNKNOWN or not latest.target:
        return told["outcome"]
    told["where"] = names.telephone(latest.target)
    return {
        "PICKED_UP": _("%(outcome)s, and picked up by %(where)s"),
        "RETURNED": _("%(outcome)s; %(where)s did not pick up and it came back"),
        "LOST": _("%(outcome)s; %(where)s did not pick up and it was lost"),
    }[latest.result] % told


def opening(story: CallStory, names: Names) -> list[str]:
    """How long the citizen waited and what then happened, and a sentence for each derivation."""
    call = story.call
    answered = next((place for place, v in enumerate(story.visits, 1) if v.outcome == "ANSWERED"), None)
    wait = _wait(story.visits[:answered])
    time = {"time": numbers.duration(wait)}
    sentences = []
    if call.direction == Direction.INBOUND and wait is not None:
        words = {
            Outcome.ANSWERED: _("The citizen waited %(time)s and a person answered."),
            Outcome.ABANDONED: _("The citizen hung up after waiting %(time)s."),
            Outcome.FLOWED_OUT: _("The call left the queue unanswered after %(time)s."),
        }.get(Outcome(call.outcome))
        sentences += [words % time] if words else []
    derived = story.derivations
    return sentences + [derivation_in_words(one, names, seconds_of_derivation(story, one)) for one in derived]


def durations(story: CallStory) -> list[Part]:
    """Waiting, waiting inside departments, talking, and the whole."""
    waits = [v.wait_seconds for v in story.visits if v.wait_seconds is not None]
    handed = [(d, seconds_of_derivation(story, d)) for d in story.derivations if d.kind == Derivation.Kind.BLIND]
    inside = [seconds for _d, seconds in handed if seconds is not None]
    talks = [leg.talk_seconds for leg in story.legs] or [v.talk_seconds for v in story.visits]
    known = [seconds for seconds in talks if seconds is not None]
    times = [numbers.duration(wait) for wait in waits]
    parts = []
    if story.visits:
        parts.append(Part(_("Wait in queues"), _wait(story.visits), " + ".join(times) if len(times) > 1 else ""))
    if handed:
        is_missed = any(one.result in MISSED for one, _seconds in handed)
        parts.append(Part(_("Wait inside departments"), sum(inside) if inside else None, "", is_missed))
    of_talk = " + ".join(numbers.duration(seconds) for seconds in known) if len(known) > 1 else ""
    parts.append(Part(_("Conversation"), sum(known) if known else None, of_talk))
    length = None if story.call.ended_at is None else (end_of(story) - story.call.started_at).total_seconds()
    return [*parts, Part(_("Whole call"), length)]


def _wait(visits: Sequence[Visit]) -> float | None:
    waits = [v.wait_seconds for v in visits if v.wait_seconds is not None]
    return sum(waits) if waits else None
