"""Who acts. Knows nothing of Django."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """Where an act comes from."""

    PERSON = "PERSON"  # somebody signed in to the municipality
    STAFF = "STAFF"  # somebody of Adtende
    COMMAND = "COMMAND"  # the command line
    JOB = "JOB"  # the worker, for somebody or on schedule
    PUBLIC = "PUBLIC"  # nobody signed in


@dataclass(frozen=True)
class Actor:
    """Who acts and from where: ``origin`` is an internet address, a host name or a job's name."""

    kind: ActorKind
    name: str
    origin: str
    id: int | None = None


def command_line(name: str, origin: str) -> Actor:
    """The actor of a command typed by the operating system's user ``name`` on the machine ``origin``."""
    return Actor(ActorKind.COMMAND, name, origin)
