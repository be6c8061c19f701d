"""Writing the stories of calls. Called by callhub.pbx inside its transaction; nothing else writes calls."""

from callhub.calls.actions.stories import Replaced, replace_calls
from callhub.calls.rules import call_id

__all__ = ["Replaced", "call_id", "replace_calls"]
