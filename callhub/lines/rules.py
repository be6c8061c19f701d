"""How lines are forwarded, by carrier, and whether a test call was seen. Knows nothing of Django."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain

from kit.telephones import recognised

SEEN_MINUTES = 30  # a test call is one of the last minutes: time enough to take a file out of a switchboard


class Carrier(StrEnum):
    """Who the line is contracted with."""

    MOVISTAR = "MOVISTAR"
    VODAFONE = "VODAFONE"
    ORANGE = "ORANGE"
    MASMOVIL = "MASMOVIL"
    DIGI = "DIGI"
    OTHER = "OTHER"


class When(StrEnum):
    """Which calls are forwarded."""

    ALWAYS = "ALWAYS"
    BUSY = "BUSY"
    NO_ANSWER = "NO_ANSWER"
    UNREACHABLE = "UNREACHABLE"


_SERVICES = {When.ALWAYS: "21", When.BUSY: "67", When.NO_ANSWER: "61", When.UNREACHABLE: "62"}
# What a carrier itself tells in public: Movistar's answer in comunidad.movistar.es, "tarifa desvío de llamadas" (mobile).
# Mobile networks share the codes of 3GPP TS 22.030; fixed lines those of ETSI, which not every carrier offers. Whatever
# we did not read of the carrier itself is to be asked of it.
_CONFIRMED = frozenset({(Carrier.MOVISTAR, True)})


@dataclass(frozen=True)
class Code:
    """What is dialled to forward, to undo it, and to ask whether it is forwarded."""

    when: When
    dial: str
    undo: str
    check: str


def is_mobile(number: str) -> bool:
    """Whether a Spanish number in E.164 is of a mobile telephone."""
    return number.startswith(("+346", "+347"))


def codes(target: str, *, mobile: bool) -> list[Code]:
    """The codes that forward a line to ``target`` (E.164); a fixed line is never out of reach."""
    digits = target.removeprefix("+34") if target.startswith("+34") else f"00{target.removeprefix('+')}"
    on, off = ("**", "##") if mobile else ("*", "#")
    return [
        Code(when, f"{on}{service}*{digits}#", f"{off}{service}#", f"*#{service}#")
        for when, service in _SERVICES.items()
        if mobile or when != When.UNREACHABLE
    ]


def is_confirmed(carrier: Carrier, *, mobile: bool) -> bool:
    """Whether the carrier itself publishes these codes; otherwise it is to be asked."""
    return (carrier, mobile) in _CONFIRMED


@dataclass(frozen=True)
class Heard:
    """An inbound call of the records: ``line`` is the number dialled as they write it, empty when they do not say."""

    id: str
    started_at: datetime
    line: str


@dataclass(frozen=True)
class Verdict:
    """What became of a test call: the call, or the numbers on which others came instead."""

    call: Heard | None = None
    others: tuple[str, ...] = ()


def verdict_on(calls: Iterable[Heard], lines: Iterable[str]) -> Verdict:
    """Whether one of ``calls``, all of the last minutes, came on one of ``lines`` (E.164): the latest that did.

    One whose record does not name the number dialled counts when none does that names it. Whether the call came by a number
    that the line is forwarded to is not looked at: no record tells it.
    """
    known, latest_first = set(lines), sorted(calls, key=lambda one: one.started_at, reverse=True)
    on_lines = (one for one in latest_first if recognised(one.line) in known)
    unsaid = (one for one in latest_first if not one.line)
    if found := next(chain(on_lines, unsaid), None):
        return Verdict(found)
    return Verdict(None, tuple(sorted({one.line for one in latest_first})))
