"""Roles and what each may do. Knows nothing of Django."""

from enum import StrEnum


class Role(StrEnum):
    """A role: municipal ones are used in a municipality's schema, Adtende's in public."""

    ADMINISTRATOR = "ADMINISTRATOR"
    SUPERVISOR = "SUPERVISOR"
    DEPARTMENT_CONTACT = "DEPARTMENT_CONTACT"
    DATA_PROTECTION_OFFICER = "DATA_PROTECTION_OFFICER"
    HELPER = "HELPER"  # does one task of the start, and sees nothing else
    STAFF_ADMINISTRATOR = "STAFF_ADMINISTRATOR"
    STAFF_SUPERVISOR = "STAFF_SUPERVISOR"
    STAFF_AGENT = "STAFF_AGENT"
    STAFF_FINANCE = "STAFF_FINANCE"


MUNICIPAL_ROLES = frozenset(role for role in Role if not role.value.startswith("STAFF_"))
STAFF_ROLES = frozenset(role for role in Role if role.value.startswith("STAFF_"))
CHOSEN_ROLES = MUNICIPAL_ROLES - {Role.HELPER}  # a helper's comes with a task
# Whoever can change who may do what, and everybody of Adtende, proves who they are twice.
SECOND_FACTOR_ROLES = STAFF_ROLES | {Role.ADMINISTRATOR}


def needs_second_factor(role: str) -> bool:
    """Whether a person with ``role`` must use a one-time code."""
    return role in SECOND_FACTOR_ROLES
