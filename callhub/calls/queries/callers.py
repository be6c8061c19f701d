"""Who calls, as each role may see it."""

from typing import Any

from django.utils.translation import gettext as _

from callhub.calls.models import Call
from kit.telephones import masked
from tenants.people.rules import Role

SEE_WHOLE_NUMBERS = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR})


def may_see_whole_numbers(user: Any) -> bool:
    """Whether somebody may read citizens' numbers, and rows that hold them."""
    return getattr(user, "role", "") in SEE_WHOLE_NUMBERS


def caller_seen_by(role: str, call: Call) -> str:
    """The caller's number: whole for administrators and supervisors, masked for everybody else."""
    if call.is_hidden:
        return _("Hidden number")
    return call.caller if role in SEE_WHOLE_NUMBERS else masked(call.caller)
