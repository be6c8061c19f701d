"""What people call the queues, agents, lines and telephones that calls speak of, and which of them a word means."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from callhub.calls.rules.numbers import name_seen_by
from callhub.departments.models import Extension
from callhub.lines.models import Agent, Line, Queue
from tenants.directory.rules import search_key


@dataclass(frozen=True)
class Names:
    """Labels by the name in the records and departments by extension, as ``role`` may see them."""

    role: str = ""
    queues: Mapping[str, str] = field(default_factory=dict)
    agents: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, str] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)

    def queue(self, name: str) -> str:
        """The queue as people call it."""
        return self.queues.get(name, name)

    def agent(self, name: str) -> str:
        """The agent as people call them."""
        return name_seen_by(self.role, self.agents.get(name, name))

    def name_in_file(self, name: str) -> str:
        """The name in the records, for a file to take away."""
        return name_seen_by(self.role, name)

    def telephone(self, number: str) -> str:
        """The department of an extension, else the agent of that name, else the number itself."""
        return self.departments.get(number) or self.agent(number)

    def telephone_and_owner(self, number: str) -> str:
        """The number beside the department or the agent it is known by."""
        shown, known = name_seen_by(self.role, number), self.telephone(number)
        return shown if known == shown else f"{shown} · {known}"


def names_in_use(role: str) -> Names:
    """Every name people gave. The lists are short: towns have tens of queues and hundreds of telephones."""
    return Names(
        role,
        dict(Queue.objects.exclude(label="").values_list("name", "label")),
        dict(Agent.objects.exclude(label="").values_list("name", "label")),
        dict(Line.objects.exclude(name="").values_list("number", "name")),
        dict(Extension.objects.filter(department__isnull=False).values_list("number", "department__name")),
    )


@dataclass(frozen=True)
class Meant:
    """The names in the records that a word may mean."""

    queues: list[str]
    agents: list[str]
    lines: list[str]
    extensions: list[str]


def names_meant_by(word: str) -> Meant:
    """Queues, agents, lines and extensions whose name, label, person or department holds ``word``, accents aside."""
    wanted = search_key(word)

    def among(named: Iterable[tuple[str, str]]) -> list[str]:
        return [name for name, label in named if wanted and wanted in search_key(f"{name} {label}")]

    telephones = Extension.objects.values_list("number", "search_key", "department__name")
    return Meant(
        among(Queue.objects.values_list("name", "label")),
        among(Agent.objects.values_list("name", "label")),
        among(Line.objects.values_list("number", "name")),
        among((number, f"{key} {department or ''}") for number, key, department in telephones),
    )
