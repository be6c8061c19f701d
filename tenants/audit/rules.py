"""Who acts and from where. Knows nothing of Django."""

import ipaddress
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


def client_address(remote: str, forwarded: str, trusted_proxies: int) -> str:
    """The internet address a request comes from; empty when there is none.

    ``remote`` is the other end of the connection, ``forwarded`` the X-Forwarded-For header. Each of the
    ``trusted_proxies`` before us added the address it saw at the right; whatever stands further left was written by the
    visitor and is not believed. A request that did not pass all of them counts as coming from ``remote``.
    """
    chain = [_address(one) for one in forwarded.split(",")] if forwarded.strip() else []
    if 0 < trusted_proxies <= len(chain) and chain[-trusted_proxies]:
        return chain[-trusted_proxies]
    return _address(remote)


def _address(text: str) -> str:
    # Some proxies add the port: 192.0.2.7:4711 or [2001:db8::7]:4711.
    plain = text.strip()
    if plain.startswith("["):
        plain = plain[1:].partition("]")[0]
    elif plain.count(":") == 1:
        plain = plain.partition(":")[0]
    try:
        return str(ipaddress.ip_address(plain))
    except ValueError:
        return ""
