"""Writing the stories of calls. Called by callhub.pbx inside its transaction; nothing else writes calls."""

from callhub.calls.actions.stories import Forgotten, Replaced, forget_calls, write_calls
from callhub.calls.rules import call_id

__all__ = ["Forgotten", "Replaced", "call_id", "forget_calls", "write_calls"]
