"""Definitions of figures, as versioned data. A changed definition is a new version; published figures keep theirs."""

from dataclasses import dataclass


def gettext_noop(text: str) -> str:
    """Marks a sentence for translation where it is shown."""
    return text


@dataclass(frozen=True)
class Definition:
    """What a figure says: its formula and what its two numbers count. ``unit`` is share, seconds or count.

    ``about`` is what it counts: visits, calls, derivations, callers or days. ``subjects`` are those of whom it is told: all
    calls, one queue, department or agent. ``is_of_days``: told of whole days only, never of an hour. ``has_rows``: each thing
    counted is a call, a visit or a derivation that can be listed.
    """

    id: str
    version: int
    name: str
    formula: str
    numerator: str
    denominator: str
    exclusions: str
    unit: str
    remark: str = ""
    about: str = "visits"
    subjects: tuple[str, ...] = ("all", "queue")
    is_of_days: bool = False
    has_rows: bool = True


_NONE = gettext_noop("Nothing is left out.")
_KNOWN_WAIT = gettext_noop("Visits answered of which no record tells the wait are left out.")
_OF_DERIVATIONS = ("all", "queue", "department", "agent")

ALL: tuple[Definition, ...] = (
    Definition(
        "sl_default",
        2,
        gettext_noop("Service level"),
        "AT / (A + B - Bs)",
        gettext_noop("Visits to a queue answered by a person within the target."),
        gettext_noop("Visits answered or abandoned, without the short abandons."),
        gettext_noop("Abandons shorter than the limit, and visits that flowed out of the queue."),
        "share",
        _KNOWN_WAIT,
    ),
    Definition(
        "sl_answered",
        2,
        gettext_noop("Service level over answered"),
        "AT / A",
        gettext_noop("Visits to a queue answered by a person within the target."),
        gettext_noop("Visits answered."),
        gettext_noop("Everybody who was not answered. Asterisk calls it ServicelevelPerf, Wazo quality of service."),
        "share",
        _KNOWN_WAIT,
    ),
    Definition(
        "sl_answered_or_abandoned_within",
        2,
        gettext_noop("Service level with quick abandons"),
        "(AT + BT) / (A + B)",
        gettext_noop("Visits answered or abandoned within the target."),
        gettext_noop("Visits answered or abandoned."),
        gettext_noop("Visits that flowed out. Asterisk calls it ServicelevelPerf2."),
        "share",
        _KNOWN_WAIT,
    ),
    Definition(
        "sl_strict",
        2,
        gettext_noop("Service level, strict"),
        "AT / (A + B)",
        gettext_noop("Visits to a queue answered by a person within the target."),
        gettext_noop("Visits answered or abandoned."),
        gettext_noop("Visits that flowed out of the queue."),
        "share",
        _KNOWN_WAIT,
    ),
    Definition(
        "sl_offered",
        2,
        gettext_noop("Service level over offered"),
        "AT / (A + B + F)",
        gettext_noop("Visits to a queue answered by a person within the target."),
        gettext_noop("Visits answered, abandoned or flowed out."),
        gettext_noop("Visits whose end no record tells."),
        "share",
        _KNOWN_WAIT,
    ),
    Definition(
        "sl_whole_demand",
        2,
        gettext_noop("Service level over the whole demand"),
        "AT / (A + B + F + R)",
        gettext_noop("Visits to a queue answered by a person within the target."),
        gettext_noop("Visits answered, abandoned or flowed out, and calls rejected before any queue."),
        gettext_noop("Calls out of hours."),
        "share",
        gettext_noop("What the citizen lived. Visits answered of which no record tells the wait are left out."),
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
        gettext_noop("sum(wait of A) / A"),
        gettext_noop("Seconds waited by the visits that were answered."),
        gettext_noop("Visits answered with a known wait."),
        gettext_noop("Visits not answered."),
        "seconds",
    ),
    Definition(
        "average_talk",
        1,
        gettext_noop("Average conversation"),
        gettext_noop("sum(talk) / visits with a talk"),
        gettext_noop("Seconds of conversation."),
        gettext_noop("Visits with a known conversation."),
        gettext_noop("Visits whose conversation no record tells."),
        "seconds",
        subjects=("all", "queue", "agent"),
    ),
    Definition(
        "wait_median",
        1,
        gettext_noop("Half wait less than"),
        gettext_noop("p50(wait of A)"),
        gettext_noop("Visits answered that waited this or less."),
        gettext_noop("Visits answered."),
        gettext_noop("Visits not answered."),
        "seconds",
    ),
    Definition(
        "wait_p90",
        1,
        gettext_noop("Nine of ten wait less than"),
        gettext_noop("p90(wait of A)"),
        gettext_noop("Visits answered that waited this or less."),
        gettext_noop("Visits answered."),
        gettext_noop("Visits not answered."),
        "seconds",
    ),
    Definition(
        "answered_by_person_rate",
        1,
        gettext_noop("Answered by a person"),
        gettext_noop("ANSWERED / inbound"),
        gettext_noop("Inbound calls in which a person's telephone was connected."),
        gettext_noop("Inbound calls of which the records tell whether a person answered."),
        gettext_noop("A menu, a message or a voicemail that picks up is not a person."),
        "share",
        about="calls",
    ),
    Definition(
        "derivation_rate",
        1,
        gettext_noop("Derived calls"),
        gettext_noop("calls with a derivation / calls answered by a person"),
        gettext_noop("Calls handed to a department at least once."),
        gettext_noop("Calls answered by a person of which a record tells whether they were handed on."),
        gettext_noop("Calls known from detail rows alone: those rows do not tell who handed a call on."),
        "share",
        about="calls",
    ),
    Definition(
        "solution_index",
        1,
        gettext_noop("Solved at the first line"),
        gettext_noop("calls answered without derivation / calls answered by a person"),
        gettext_noop("Calls answered by a person and not handed to anybody."),
        gettext_noop("Calls answered by a person of which a record tells whether they were handed on."),
        gettext_noop("Version 1 is read from the records; what the citizen wanted is not known yet."),
        "share",
        about="calls",
    ),
    Definition(
        "disaffection",
        1,
        gettext_noop("Internal disaffection"),
        gettext_noop("blind derivations not picked up / blind derivations"),
        gettext_noop("Calls handed blindly to a department that did not pick up."),
        gettext_noop("Calls handed blindly to a department, and followed to the end."),
        gettext_noop(
            "Attended transfers stand beside it. A call that a menu or a direct number sends to a department is not a derivation."
        ),
        "share",
        about="derivations",
        subjects=_OF_DERIVATIONS,
    ),
    Definition(
        "derivation_blind_rate",
        1,
        gettext_noop("Derived blindly"),
        gettext_noop("calls with a blind derivation / calls answered by a person"),
        gettext_noop("Calls answered by a person and handed to a department without speaking with it."),
        gettext_noop("Calls answered by a person of which a record tells whether they were handed on."),
        gettext_noop("A call handed on twice, once blindly and once after speaking, counts in both shares."),
        "share",
        about="calls",
    ),
    Definition(
        "derivation_attended_rate",
        1,
        gettext_noop("Derived after speaking with the department"),
        gettext_noop("calls with an attended derivation / calls answered by a person"),
        gettext_noop("Calls answered by a person and handed to a department after speaking with it."),
        gettext_noop("Calls answered by a person of which a record tells whether they were handed on."),
        gettext_noop("A call handed on twice, once blindly and once after speaking, counts in both shares."),
        "share",
        about="calls",
    ),
    Definition(
        "average_inside_wait",
        1,
        gettext_noop("Average wait inside the department"),
        gettext_noop("sum(wait inside of blind derivations picked up) / blind derivations picked up"),
        gettext_noop("Seconds until the department picked up the calls handed to it blindly."),
        gettext_noop("Calls handed blindly and picked up, with a known wait."),
        gettext_noop("Calls that nobody picked up."),
        "seconds",
        about="derivations",
        subjects=_OF_DERIVATIONS,
    ),
    Definition(
        "visits_answered",
        1,
        gettext_noop("Answered from a queue"),
        "A",
        gettext_noop("Visits answered by a person."),
        "",
        gettext_noop("Calls that reached a person without waiting in a queue."),
        "count",
        subjects=("all", "queue", "agent"),
    ),
    Definition(
        "callbacks_requested",
        1,
        gettext_noop("Callbacks requested by key"),
        gettext_noop("F by key"),
        gettext_noop("Visits that left a queue because the citizen pressed a key."),
        gettext_noop("Visits that entered a queue."),
        gettext_noop("Visits that left the queue in any other way."),
        "count",
        gettext_noop("It holds where the key asks to be called back. No record tells whether somebody did call back."),
    ),
    Definition(
        "first_attempt_rate",
        1,
        gettext_noop("Answered at the first attempt"),
        gettext_noop("runs answered at their first call / runs"),
        gettext_noop("Runs whose first call a person answered."),
        gettext_noop(
            "Runs: calls of one caller, each begun at most 30 minutes after the one before. A run ends with the day."
        ),
        gettext_noop("Hidden numbers, and callers with a call of which no record tells whether a person answered."),
        "share",
        about="callers",
        subjects=("all",),
        is_of_days=True,
        has_rows=False,
    ),
    Definition(
        "unserved_citizens",
        1,
        gettext_noop("Callers left unserved"),
        gettext_noop("callers missed and never answered within the day"),
        gettext_noop("Callers with a call abandoned, rejected or gone from a queue, and none answered that day."),
        gettext_noop("Callers with a call abandoned, rejected or gone from a queue. Each day counts for itself."),
        gettext_noop("Hidden numbers, and callers with a call of which no record tells whether a person answered."),
        "count",
        about="callers",
        subjects=("all",),
        is_of_days=True,
        has_rows=False,
    ),
    Definition(
        "commitment_days",
        1,
        gettext_noop("Days that kept the target"),
        gettext_noop("days with mean(wait of A) <= T / open days"),
        gettext_noop("Days whose answered visits waited the target or less, as a mean."),
        gettext_noop("Days on which somebody entered a queue."),
        gettext_noop("Days without any visit to a queue: until there is a timetable they count as closed."),
        "share",
        about="days",
        is_of_days=True,
        has_rows=False,
    ),
    Definition(
        "department_calls",
        1,
        gettext_noop("Calls of the department"),
        gettext_noop("inbound calls in which a telephone of the department spoke"),
        gettext_noop("Inbound calls in which a telephone of the department spoke."),
        "",
        gettext_noop(
            "Calls that rang there and nobody picked up. A call that spoke with two of its telephones counts twice."
        ),
        "count",
        about="calls",
        subjects=("department",),
        has_rows=False,
    ),
    Definition(
        "department_talk",
        1,
        gettext_noop("Average conversation of the department"),
        gettext_noop("sum(talk at its telephones) / calls of the department"),
        gettext_noop("Seconds of conversation at the telephones of the department."),
        gettext_noop("Inbound calls in which a telephone of the department spoke."),
        gettext_noop("Time after the conversation, which no record tells."),
        "seconds",
        about="calls",
        subjects=("department",),
        has_rows=False,
    ),
    Definition(
        "average_handle_time",
        1,
        gettext_noop("Average handling"),
        gettext_noop("sum(talk + hold + wrap-up) / A"),
        gettext_noop("Seconds of conversation, hold and wrap-up."),
        gettext_noop("Visits answered by a person."),
        _NONE,
        "seconds",
        subjects=("all", "queue", "agent"),
        has_rows=False,
    ),
    Definition(
        "occupancy_rate",
        1,
        gettext_noop("Occupancy"),
        gettext_noop("handling / (handling + available)"),
        gettext_noop("Seconds of handling."),
        gettext_noop("Seconds of handling, and seconds ready for a call."),
        gettext_noop("Paid time away from the telephone: that would be utilisation."),
        "share",
        subjects=("all", "queue", "agent"),
        has_rows=False,
    ),
)
_BY_ID = {(d.id, d.version): d for d in ALL}
_LATEST = {d.id: d for d in sorted(ALL, key=lambda d: d.version)}
LATEST = tuple(_LATEST.values())
QUANTILES = ("wait_median", "wait_p90")
SERVICE_LEVELS = tuple(d.id for d in ALL if d.id.startswith("sl_"))


class UnknownDefinition(KeyError):
    """No definition has this id and version."""


def definition(definition_id: str, version: int | None = None) -> Definition:
    """The definition with this id, the latest one without a version. Raises UnknownDefinition."""
    found = _LATEST.get(definition_id) if version is None else _BY_ID.get((definition_id, version))
    if found is None:
        raise UnknownDefinition(f"no figure is defined as “{definition_id}” version {version}")
    return found
