"""Who sees whole telephone numbers. One rule for pages, time lines, downloads and searches."""

from kit.telephones import DIGITS_SHOWN, digits_of, masked, with_numbers_masked
from tenants.people.rules import Role

SEE_WHOLE_NUMBERS = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR})


def sees_whole_numbers(role: str) -> bool:
    """Administrators and supervisors see whole numbers; everybody else the last three digits."""
    return role in SEE_WHOLE_NUMBERS


def number_seen_by(role: str, number: str) -> str:
    """A citizen's number as this role sees it."""
    return number if sees_whole_numbers(role) else masked(number)


def name_seen_by(role: str, name: str) -> str:
    """A telephone, agent or extension as this role sees it: most are no citizen's number, some are."""
    return name if sees_whole_numbers(role) else with_numbers_masked(name)


def may_search_number(role: str, text: str) -> bool:
    """Whoever sees only the last digits may search only by them: a whole number that is found would be one that is seen."""
    return sees_whole_numbers(role) or len(digits_of(text)) <= DIGITS_SHOWN
