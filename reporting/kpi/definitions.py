"""Definitions of figures, as versioned data. A changed definition is a new version; published figures keep theirs."""

from dataclasses import dataclass


def gettext_noop(text: str) -> str:
    """Marks a sentence for translation where it is shown."""
    return text


@dataclass(frozen=True)
class Definition:
    """What a figure says: its formula and what its two numbers count. ``unit`` is share, seconds or count."""

    id: str
    version: int
    name: str
    formula: str
    numerator: str
    denominator: str
    exclusions: str
    unit: str
    remark: str = ""


_NONE = gettext_noop("Nothing is left out.")

ALL: tuple[Definition, ...] = (
    Definition(
        "sl_default",
        1,
        gettext_noop("Service level"),
        "AT / (A + B - Bs)",
        gettext_noop("Visits to a queue answered by a person within the target."),
        gettext_noop("Visits answered or abandoned, without the short abandons."),
        gettext_noop("Abandons shorter than the limit, and visits that flowed out of the queue."),
        "share",
    ),
    Definition(
        "sl_answered",
        1,
        gettext_noop("Service level over answered"),
        "AT / A",
        gettext_noop("Visits to a queue answered by a person within the target."),
        gettext_noop("Visits answered."),
        gettext_noop("Everybody who was not answered. Asterisk calls it ServicelevelPerf, Wazo quality of service."),
        "share",
    ),
    Definition(
        "sl_answered_or_abandoned_within",
        1,
        gettext_noop("Service level with quick abandons"),
        "(AT + BT) / (A + B)",
        gettext_noop("Visits answered or abandoned within the target."),
        gettext_noop("Visits answered or abandoned."),
        gettext_noop("Visits that flowed out. Asterisk calls it ServicelevelPerf2."),
        "share",
    ),
    Definition(
        "sl_strict",
        1,
        gettext_noop("Service level, strict"),
        "AT / (A + B)",
        gettext_noop("Visits to a queue answered by a person within the target."),
        gettext_noop("Visits answered or abandoned."),
        gettext_noop("Visits that flowed out of the queue."),
        "share",
    ),
    Definition(
        "sl_offered",
        1,
        gettext_noop("Service level over offered"),
        "AT / (A + B + F)",
        gettext_noop("Visits to a queue answered by a person within the target."),
        gettext_noop("Visits answered, abandoned or flowed out."),
        gettext_noop("Visits whose end no record tells."),
        "share",
    ),
    Definition(
        "sl_whole_demand",
        1,
        gettext_noop("Service level over the whole demand"),
        "AT / (A + B + F + R)",
        gettext_noop("Visits to a queue answered by a person within the target."),
        gettext_noop("Visits answered, abandoned or flowed out, and calls rejected before any queue."),
        gettext_noop("Calls out of hours."),
        "share",
        gettext_noop("What the citizen lived."),
    ),
    Definition(
        "answer_rate",
        1,
        gettext_noop("Answered in queues"),
        "A / O",
        gettext_noop("Visits answered by a person."),
        gettext_noop("Visits that entered a queue."),
        _NONE,
        "share",
    ),
    Definition(
        "abandonment_rate",
        1,
        gettext_noop("Abandoned in queues"),
        "B / O",
        gettext_noop("Visits in which the citizen hung up while waiting."),
        gettext_noop("Visits that entered a queue."),
        gettext_noop("Visits that left the queue asking to be called back are not abandonments."),
        "share",
    ),
    Definition(
        "average_speed_of_answer",
        1,
        gettext_noop("Average wait"),
        "sum(wait of A) / A",
        gettext_noop("Seconds waited by the visits that were answered."),
        gettext_noop("Visits answered with a known wait."),
        gettext_noop("Visits not answered."),
        "seconds",
    ),
    Definition(
        "average_talk",
        1,
        gettext_noop("Average conversation"),
        "sum(talk) / visits with a talk",
        gettext_noop("Seconds of conversation."),
        gettext_noop("Visits with a known conversation."),
        gettext_noop("Visits whose conversation no record tells."),
        "seconds",
    ),
    Definition(
        "wait_median",
        1,
        gettext_noop("Half wait less than"),
        "p50(wait of A)",
        gettext_noop("Seconds that half of the answered visits waited at most."),
        gettext_noop("Visits answered."),
        gettext_noop("Visits not answered."),
        "seconds",
    ),
    Definition(
        "wait_p90",
        1,
        gettext_noop("Nine of ten wait less than"),
        "p90(wait of A)",
        gettext_noop("Seconds that nine of ten answered visits waited at most."),
        gettext_noop("Visits answered."),
        gettext_noop("Visits not answered."),
        "seconds",
    ),
    Definition(
        "answered_by_person_rate",
        1,
        gettext_noop("Answered by a person"),
        "ANSWERED / inbound",
        gettext_noop("Inbound calls in which a person's telephone was connected."),
        gettext_noop("Inbound calls."),
        gettext_noop("A menu, a message or a voicemail that picks up is not a person."),
        "share",
    ),
    Definition(
        "derivation_rate",
        1,
        gettext_noop("Derived calls"),
        "calls with a derivation / calls answered by a person",
        gettext_noop("Calls handed to a department at least once."),
        gettext_noop("Calls answered by a person."),
        _NONE,
        "share",
    ),
    Definition(
        "solution_index",
        1,
        gettext_noop("Solved at the first line"),
        "calls answered without derivation / calls answered by a person",
        gettext_noop("Calls answered by a person and not handed to anybody."),
        gettext_noop("Calls answered by a person."),
        gettext_noop("Version 1 is read from the records; what the citizen wanted is not known yet."),
        "share",
    ),
    Definition(
        "disaffection",
        1,
        gettext_noop("Internal disaffection"),
        "blind derivations not picked up / blind derivations",
        gettext_noop("Calls handed blindly to a department that did not pick up."),
        gettext_noop("Calls handed blindly to a department, and followed to the end."),
        gettext_noop(
            "Attended transfers stand beside it. A call that a menu or a direct number sends to a department is not a derivation."
        ),
        "share",
    ),
)
_BY_ID = {(d.id, d.version): d for d in ALL}
_LATEST = {d.id: d for d in sorted(ALL, key=lambda d: d.version)}
SERVICE_LEVELS = tuple(d.id for d in ALL if d.id.startswith("sl_"))


class UnknownDefinition(KeyError):
    """No definition has this id and version."""


def definition(definition_id: str, version: int | None = None) -> Definition:
    """The definition with this id, the latest one without a version. Raises UnknownDefinition."""
    found = _LATEST.get(definition_id) if version is None else _BY_ID.get((definition_id, version))
    if found is None:
        raise UnknownDefinition(f"no figure is defined as “{definition_id}” version {version}")
    return found
