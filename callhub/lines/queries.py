"""Questions about queues, agents and lines."""

from callhub.lines.models import Agent, Line, Queue
from tenants.directory.rules import search_key


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


def _matches(text: str, *names: str) -> bool:
    key = search_key(" ".join(names))
    return all(word in key for word in search_key(text).split())


def queues_by_name() -> list[tuple[str, str]]:
    """Every queue: its name in the records and how people call it."""
    return [(one.name, str(one)) for one in Queue.objects.all()]


def agents_by_name() -> list[tuple[str, str]]:
    """Every agent: their name in the records and how people call them."""
    return [(one.name, str(one)) for one in Agent.objects.all()]
