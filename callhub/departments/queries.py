"""Questions about departments and their extensions."""

from callhub.departments.models import Department, Extension


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
