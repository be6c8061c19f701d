"""Questions about departments and their extensions."""

from django.db.models import Q, QuerySet

from callhub.departments.models import Department, Extension
from callhub.departments.rules import Known, KnownExtension
from tenants.directory.rules import search_key


def departments_matching(text: str) -> QuerySet[Department]:
    """Departments with every word of ``text`` in their name or at one of their extensions, without accents."""
    found = Department.objects.prefetch_related("extensions")
    for word in search_key(text).split():
        found = found.filter(Q(search_key__contains=word) | Q(extensions__search_key__contains=word))
    return found.distinct()


def extensions_matching(text: str) -> QuerySet[Extension]:
    """Extensions with every word of ``text`` in number, person, telephone or department, without accents."""
    found = Extension.objects.select_related("department")
    for word in search_key(text).split():
        found = found.filter(Q(search_key__contains=word) | Q(department__search_key__contains=word))
    return found


def known() -> Known:
    """Departments and extensions as they are kept now."""
    return Known(
        dict(Department.objects.values_list("name", "email")),
        {
            one.number: KnownExtension(str(one.department or ""), one.person, one.telephone)
            for one in Extension.objects.select_related("department")
        },
    )


def departments_of_extensions() -> dict[str, tuple[int, str]]:
    """Department id and name by extension number, for extensions that have a department."""
    rows = Extension.objects.filter(department__isnull=False).values_list("number", "department_id", "department__name")
    return {number: (int(pk or 0), name) for number, pk, name in rows}


def departments_by_name() -> list[tuple[int, str]]:
    """Id and name of every department, in alphabetical order."""
    return list(Department.objects.values_list("pk", "name"))


def departments_of_contact(user_id: int) -> list[tuple[int, str]]:
    """Id and name of the departments that a person is contact of, in alphabetical order."""
    return list(Department.objects.filter(contacts__user_id=user_id).values_list("pk", "name"))


def extensions_of(department_id: int) -> list[str]:
    """The numbers of a department's extensions."""
    return list(Extension.objects.filter(department_id=department_id).values_list("number", flat=True))
