"""Changes in the world of switchboards: taking records in, undoing that, keeping settings."""

from callhub.pbx.actions.claims import ClaimedElsewhere
from callhub.pbx.actions.imports import (
    UnableToImport,
    give_up,
    request_import,
    size_of_readable,
    take_in,
    take_in_now,
)
from callhub.pbx.actions.samples import end_samples
from callhub.pbx.actions.switchboards import pbx_named, set_pbx_settings, tell_with_settings
from callhub.pbx.actions.undoing import UnableToUndo, finish_undo, request_undo, undo_import

__all__ = [
    "ClaimedElsewhere",
    "UnableToImport",
    "UnableToUndo",
    "end_samples",
    "finish_undo",
    "give_up",
    "pbx_named",
    "request_import",
    "request_undo",
    "set_pbx_settings",
    "size_of_readable",
    "take_in",
    "take_in_now",
    "tell_with_settings",
    "undo_import",
]
