"""Names of sheets and columns of the workbook, and its colours: spreadsheets know nothing of tokens."""

from django.utils.translation import gettext as _

TEAL, WARM, GREY = "#0B5C7A", "#B0451B", "#7F93A0"


def sheet_names() -> dict[str, str]:
    """Each sheet by what it holds, in the order of the workbook; 31 letters at most."""
    return {
        "summary": _("Summary"),
        "days": _("By day"),
        "hours": _("By hour and weekday"),
        "departments": _("By department"),
        "outcomes": _("By outcome"),
        "waits": _("Waits"),
        "months": _("Months"),
        "definitions": _("Definitions"),
    }


def table_names() -> dict[str, str]:
    """Each table that can be taken away as CSV, by what it holds."""
    sheets = sheet_names()
    return {"figures": _("Figures"), **{name: sheets[name] for name in ("days", "hours", "departments", "outcomes")}}


def column_name(key: str) -> str:
    """What a column of days and months counts."""
    return {
        "inbound": _("Inbound calls"),
        "answered_by_person": _("Answered by a person"),
        "person_unknown": _("Not known whether a person answered"),
        "outcome_ANSWERED": _("Outcome: answered"),
        "outcome_ABANDONED": _("Abandoned while waiting"),
        "outcome_FLOWED_OUT": _("Outcome: left the queue unanswered"),
        "outcome_VOICEMAIL": _("Outcome: voicemail"),
        "outcome_NOT_ANSWERED": _("Outcome: nobody answered"),
        "outcome_REJECTED": _("Outcome: rejected (R)"),
        "outcome_CLOSED": _("Outcome: out of hours"),
        "outcome_UNKNOWN": _("Outcome: not known"),
        "offered": _("Entries into queues (O)"),
        "answered": _("Answered (A)"),
        "abandoned": _("Abandoned (B)"),
        "flowed_out": _("Left the queue otherwise (F)"),
        "unknown": _("Without a known end (U)"),
        "flowed_out_by_key": _("Left the queue by a key"),
        "talk_sum": _("Seconds of conversation"),
        "talk_n": _("Visits with a known conversation"),
        "waits_n": _("Answered with a known wait"),
        "wait_answered_sum": _("Seconds waited by the answered"),
        "within": _("Answered within T (AT)"),
        "abandoned_within": _("Abandoned within T (BT)"),
        "abandoned_short": _("Abandoned before S (Bs)"),
        "answered_with_transfer_record": _("Answered, with a record of whether they were handed on"),
        "with_derivation": _("Answered and handed on"),
        "with_blind": _("Handed on blindly: calls"),
        "with_attended": _("Handed on after speaking: calls"),
        "blind_total": _("Blind derivations"),
        "blind_picked_up": _("Blind derivations: picked up"),
        "blind_returned_to_queue": _("Blind derivations: came back"),
        "blind_lost": _("Blind derivations: lost"),
        "blind_unknown": _("Blind derivations: without trace"),
        "attended_total": _("Derivations after speaking"),
        "blind_inside_wait_sum": _("Seconds waited inside departments"),
        "blind_inside_wait_n": _("Picked up with a known wait"),
        "runs": _("Runs of calls"),
        "answered_first": _("Runs answered at the first call"),
        "missed": _("Callers with a call lost"),
        "served_again": _("Callers who called again and were served"),
        "unserved": _("Callers left unserved"),
        "open_days": _("Open days"),
        "kept_days": _("Days that kept the target"),
    }[key]
