"""Changes in the world of switchboards: taking records in, undoing that, keeping settings."""

from callhub.pbx.actions.imports import UnableToImport, request_import, take_in
from callhub.pbx.actions.switchboards import pbx_named, set_pbx_settings
from callhub.pbx.actions.undoing import UnableToUndo, undo_import

__all__ = [
    "UnableToImport",
    "UnableToUndo",
    "pbx_named",
    "request_import",
    "set_pbx_settings",
    "take_in",
    "undo_import",
]
