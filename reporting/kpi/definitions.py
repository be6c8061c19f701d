"""Definitions of figures, as versioned data. A changed definition is a new version; published figures keep theirs."""

from dataclasses import dataclass


def N_(text: str) -> str:
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


_NONE = N_("Nothing is left out.")

ALL: tuple[Definition, ...] = (
    Definition(
        "sl_default",
        1,
        N_("Service level"),
        "AT / (A + B - Bs)",
        N_("Visits to a queue answered by a person within the target."),
        N_("Visits answered or abandoned, without the short abandons."),
        N_("Abandons shorter than the limit, and visits that flowed out of the queue."),
        "share",
    ),
    Definition(
        "sl_answered",
        1,
        N_("Service level over answered"),
        "AT / A",
        N_("Visits to a queue answered by a person within the target."),
        N_("Visits answered."),
        N_("Everybody who was not answered. Asterisk calls it ServicelevelPerf, Wazo quality of service."),
        "share",
    ),
    Definition(
        "sl_answered_or_abandoned_within",
        1,
        N_("Service level with quick abandons"),
        "(AT + BT) / (A + B)",
        N_("Visits answered or abandoned within the target."),
        N_("Visits answered or abandoned."),
        N_("Visits that flowed out. Asterisk calls it ServicelevelPerf2."),
        "share",
    ),
    Definition(
        "sl_strict",
        1,
        N_("Service level, strict"),
        "AT / (A + B)",
        N_("Visits to a queue answered by a person within the target."),
        N_("Visits answered or abandoned."),
        N_("Visits that flowed out of the queue."),
        "share",
    ),
    Definition(
        "sl_offered",
        1,
        N_("Service level over offered"),
        "AT / (A + B + F)",
        N_("Visits to a queue answered by a person within the target."),
        N_("Visits answered, abandoned or flowed out."),
        N_("Visits whose end no record tells."),
        "share",
    ),
    Definition(
        "sl_whole_demand",
        1,
        N_("Service level over the whole demand"),
        "AT / (A + B + F + R)",
        N_("Visits to a queue answered by a person within the target."),
        N_("Visits answered, abandoned or flowed out, and calls rejected before any queue."),
        N_("Calls out of hours."),
        "share",
        N_("What the citizen lived."),
    ),
    Definition(
        "answer_rate",
        1,
        N_("Answered in queues"),
        "A / O",
        N_("Visits answered by a person."),
        N_("Visits that entered a queue."),
        _NONE,
        "share",
    ),
    Definition(
        "abandonment_rate",
        1,
        N_("Abandoned in queues"),
        "B / O",
        N_("Visits in which the citizen hung up while waiting."),
        N_("Visits that entered a queue."),
        N_("Visits that left the queue asking to be called back are not abandonments."),
        "share",
    ),
    Definition(
        "average_speed_of_answer",
        1,
        N_("Average wait"),
        "sum(wait of A) / A",
        N_("Seconds waited by the visits that were answered."),
        N_("Visits answered with a known wait."),
        N_("Visits not answered."),
        "seconds",
    ),
    Definition(
        "average_talk",
        1,
        N_("Average conversation"),
        "sum(talk) / visits with a talk",
        N_("Seconds of conversation."),
        N_("Visits with a known conversation."),
        N_("Visits whose conversation no record tells."),
        "seconds",
    ),
    Definition(
        "wait_median",
        1,
        N_("Half wait less than"),
        "p50(wait of A)",
        N_("Seconds that half of the answered visits waited at most."),
        N_("Visits answered."),
        N_("Visits not answered."),
        "seconds",
    ),
    Definition(
        "wait_p90",
        1,
        N_("Nine of ten wait less than"),
        "p90(wait of A)",
        N_("Seconds that nine of ten answered visits waited at most."),
        N_("Visits answered."),
        N_("Visits not answered."),
        "seconds",
    ),
    Definition(
        "answered_by_person_rate",
        1,
        N_("Answered by a person"),
        "ANSWERED / inbound",
        N_("Inbound calls in which a person's telephone was connected."),
        N_("Inbound calls."),
        N_("A menu, a message or a voicemail that picks up is not a person."),
        "share",
    ),
    Definition(
        "derivation_rate",
        1,
        N_("Derived calls"),
        "calls with a derivation / calls answered by a person",
        N_("Calls handed to a department at least once."),
        N_("Calls answered by a person."),
        _NONE,
        "share",
    ),
    Definition(
        "solution_index",
        1,
        N_("Solved at the first line"),
        "calls answered without derivation / calls answered by a person",
        N_("Calls answered by a person and not handed to anybody."),
        N_("Calls answered by a person."),
        N_("Version 1 is read from the records; what the citizen wanted is not known yet."),
        "share",
    ),
    Definition(
        "disaffection",
        1,
        N_("Internal disaffection"),
        "blind derivations not picked up / blind derivations",
        N_("Calls handed blindly to a department that did not pick up."),
        N_("Calls handed blindly to a department, and followed to the end."),
        N_(
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
