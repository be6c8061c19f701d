"""Questions about queues, agents and lines."""

from datetime import datetime, timedelta

from callhub.calls.queries.recent import inbound_between
from callhub.lines.models import Agent, Line, Queue
from callhub.lines.rules import SEEN_MINUTES, Heard, Verdict, verdict_on
from callhub.pbx.queries import sample_pbx_ids
from tenants.audit.models import AuditEntry
from tenants.audit.queries import latest_of_verbs
from tenants.directory.rules import search_key

SEEN = "see_test_call"
LINE_UNSAID = "?"  # in the record of acts: the call's record does not name the number dialled
_AHEAD = timedelta(minutes=5)  # a switchboard's clock may be fast


def queues_matching(text: str) -> list[Queue]:
    """Queues with every word of ``text`` in a name of theirs, without accents; those in use first."""
    return [one for one in Queue.objects.order_by("-is_active", "name") if _matches(text, one.name, one.label)]


def agents_matching(text: str) -> list[Agent]:
    """Agents with every word of ``text`` in a name of theirs, without accents; those in use first."""
    return [one for one in Agent.objects.order_by("-is_active", "name") if _matches(text, one.name, one.label)]


def lines_matching(text: str) -> list[Line]:
    """Lines with every word of ``text`` in number or name: confirmed ones, then proposals, then those out of use."""
    order = {Line.State.IN_USE: 0, Line.State.PROPOSED: 1, Line.State.OUT_OF_USE: 2}
    found = [one for one in Line.objects.all() if _matches(text, one.number, one.name)]
    return sorted(found, key=lambda one: order[Line.State(one.state)])


def numbers_in_use() -> list[str]:
    """The public numbers in use, in E.164 or as a short code."""
    return list(Line.objects.filter(state=Line.State.IN_USE).values_list("number", flat=True))


def verdict_at(now: datetime) -> Verdict:
    """Whether a call of the last minutes came on one of the lines in use."""
    found = inbound_between(now - timedelta(minutes=SEEN_MINUTES), now + _AHEAD, sample_pbx_ids())
    return verdict_on((Heard(*one) for one in found), numbers_in_use())


def latest_test_call() -> AuditEntry | None:
    """The record of the latest test call that was seen."""
    return latest_of_verbs({SEEN}).get(SEEN)


def _matches(text: str, *names: str) -> bool:
    key = search_key(" ".join(names))
    return all(word in key for word in search_key(text).split())


def queues_by_name() -> list[tuple[str, str]]:
    """Every queue: its name in the records and how people call it."""
    return [(one.name, str(one)) for one in Queue.objects.all()]


def agents_by_name() -> list[tuple[str, str]]:
    """Every agent: their name in the records and how people call them."""
    return [(one.name, str(one)) for one in Agent.objects.all()]
