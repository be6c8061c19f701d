"""Who calls and is called, as each role may see it."""

from django.utils.translation import gettext as _

from callhub.calls.models import Call, Direction
from callhub.calls.rules.numbers import number_seen_by


def caller_seen_by(role: str, call: Call) -> str:
    """The caller's number: whole for administrators and supervisors, masked for everybody else."""
    return _("Hidden number") if call.is_hidden else number_seen_by(role, call.caller)


def line_seen_by(role: str, call: Call) -> str:
    """The number that was dialled: a public line of the town on inbound calls, else a citizen's, masked like a caller's."""
    return call.line if call.direction == Direction.INBOUND else number_seen_by(role, call.line)
