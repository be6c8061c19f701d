"""Questions about departments and their extensions."""

from callhub.departments.models import Extension


def departments_of_extensions() -> dict[str, tuple[int, str]]:
    """Department id and name by extension number, for extensions that have a department."""
    rows = Extension.objects.filter(department__isnull=False).values_list("number", "department_id", "department__name")
    return {number: (int(pk or 0), name) for number, pk, name in rows}
