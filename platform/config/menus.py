"""The side menus: what each role finds on a municipality's host and on the console."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from shell.menus import MenuEntry, MenuGroup
from tenants.people.access import task_helped_with
from tenants.people.rules import Role

_ALL = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER})
# Addresses that belong to an entry without standing below it.
_BESIDE = {"pbx:imports": ("/switchboards/",)}
_KEEPERS = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR})


def _entries(request: HttpRequest, wanted: list[tuple[str, str, frozenset[Role]]]) -> list[MenuEntry]:
    role = getattr(request.user, "role", "") if hasattr(request, "user") else ""
    found = []
    for label, name, roles in wanted:
        if role in roles:
            url = reverse(name)
            below = (url, *_BESIDE.get(name, ()))
            is_here = request.path == url or (url != "/" and request.path.startswith(below))
            found.append(MenuEntry(label, url, is_here))
    return found


def town_menu(request: HttpRequest) -> list[MenuGroup]:
    """The menu of a municipality; a helper's has the one task."""
    task = task_helped_with(request) if hasattr(request, "user") else None
    if task is not None:
        return [MenuGroup("", [MenuEntry(task.name, task.url, is_current=True)])]
    groups = [
        MenuGroup(
            "",
            _entries(
                request,
                [
                    (_("Today"), "dashboard:dashboard", _ALL),
                    (_("My department"), "dashboard:my_department", frozenset({Role.DEPARTMENT_CONTACT})),
                    (_("Calls"), "calls:calls", _ALL),
                    (_("Derivations"), "dashboard:my_department", _KEEPERS),
                    (_("Satisfaction"), "surveys:satisfaction", _ALL),
                    (_("Figures and definitions"), "dashboard:figures", _ALL),
                    (_("Reports"), "exports:months", _ALL),
                    (_("Commitments"), "commitments:board", _ALL),
                ],
            ),
        ),
        MenuGroup(
            _("Town hall"),
            _entries(
                request,
                [
                    (_("Getting started"), "getting_started:tasks", frozenset({Role.ADMINISTRATOR})),
                    (_("Departments"), "departments:departments", _ALL),
                    (_("Timetables"), "timetables:timetables", _ALL),
                    (_("Queues, agents and lines"), "lines:names", _ALL),
                    (_("Imports"), "pbx:imports", _ALL),
                    (_("People"), "people:people", frozenset({Role.ADMINISTRATOR})),
                    (_("Who did what"), "audit:record", frozenset({Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER})),
                ],
            ),
        ),
        MenuGroup(
            _("Contract"),
            _entries(
                request,
                [
                    (_("Billing"), "usage:billing", frozenset({Role.ADMINISTRATOR})),
                    (_("Payment"), "payments:overview", frozenset({Role.ADMINISTRATOR})),
                    (_("Invoices"), "invoices:invoices", _KEEPERS),
                ],
            ),
        ),
    ]
    return [group for group in groups if group.entries]


def console_menu(request: HttpRequest) -> list[MenuGroup]:
    """The menu of Adtende's console."""
    staff = frozenset(role for role in Role if role.value.startswith("STAFF_"))
    administrators = frozenset({Role.STAFF_ADMINISTRATOR})
    wanted = [
        (_("Municipalities"), "console:overview", staff),
        (_("Payments"), "payments:events", frozenset({Role.STAFF_ADMINISTRATOR, Role.STAFF_FINANCE})),
        (_("Month close"), "closing:month", administrators | {Role.STAFF_FINANCE}),
        (_("Invoices"), "invoices:invoices", administrators | {Role.STAFF_FINANCE}),
        (_("People"), "people:people", administrators),
        (_("Who did what"), "audit:record", administrators),
    ]
    return [MenuGroup("", _entries(request, wanted))]


def public_menu(request: HttpRequest) -> list[MenuEntry]:
    """The menu of the public site: the same for everybody."""
    wanted = [
        (_("Numbers do not lie"), "public:front"),
        (_("How it is counted"), "public:method"),
        (_("Prices"), "plans:prices"),
        (_("Open an account"), "opening:choose"),
        (_("Sign in"), "opening:enter"),
    ]
    return [MenuEntry(label, reverse(name), request.path == reverse(name)) for label, name in wanted]
