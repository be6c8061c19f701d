"""The words of the ledger, as people read them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from callhub.pbx.models import Import

IGNORED: dict[str, Promise] = {
    "already_imported": _("Imported before"),
    "event_not_needed": _("Events that say nothing about a call"),
    "queue_member_event": _("Agents coming, going and pausing"),
    "call_without_id": _("Rows without the id of a call"),
    "outcome_ignored_by_mapping": _("Rows that the mapping leaves out"),
}
STATES: dict[str, tuple[str, Promise]] = {
    "WAITING": ("none", _("Waiting")),
    "RUNNING": ("live", _("Running")),
    "DONE": ("ok", _("Done")),
    "FAILED": ("bad", _("Failed: nothing was kept")),
    "UNDOING": ("live", _("Being undone")),
    "UNDONE": ("none", _("Undone")),
}

WAITS_FOR_COLUMNS: tuple[str, Promise] = ("half", _("Its columns are still to be told"))


def state_in_words(batch: Import) -> tuple[str, Promise]:
    """Class of the badge and words for the state of an import."""
    return WAITS_FOR_COLUMNS if batch.waits_for_columns else STATES[batch.state]


def ignored_in_words(reason: str) -> str:
    """Why rows were ignored."""
    return str(IGNORED.get(reason, reason.replace("_", " ")))
