"""Keeping departments and extensions. Every act is recorded in the same transaction."""

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from callhub.departments.models import Contact, Department, Extension
from callhub.departments.queries import known
from callhub.departments.rules import Change, Planned, Row, planned, starter_set
from tenants.audit.actions import record
from tenants.audit.rules import Actor
from tenants.directory.rules import search_key
from tenants.people.models import User


class UnableToKeepDepartment(Exception):
    """Nothing was changed; one sentence says why."""


def keep_department(
    *, department: Department | None, name: str, description: str, email: str, is_active: bool, by: Actor, reason: str
) -> Department:
    """Adds a department, or changes one. Raises UnableToKeepDepartment when another has the name."""
    kept = department or Department()
    verb = "change_department" if department else "add_department"
    kept.name, kept.description, kept.email, kept.is_active = name.strip(), description, email, is_active
    kept.search_key = search_key(kept.name)[:120]
    try:
        with transaction.atomic():
            kept.save()
            record(by=by, verb=verb, subject=kept.name, reason=reason, details={"is_active": is_active})
    except IntegrityError as error:
        raise UnableToKeepDepartment(_("There is a department “%(name)s” already.") % {"name": kept.name}) from error
    return kept


def _extension_key(number: str, person: str, telephone: str) -> str:
    return search_key(f"{number} {person} {telephone}")[:140]


def keep_extension(
    *, number: str, department: Department | None, person: str, by: Actor, reason: str, telephone: str = ""
) -> Extension:
    """Says which department answers at an extension, who, and at which public number."""
    number, person = number.strip(), person.strip()
    with transaction.atomic():
        kept, _is_new = Extension.objects.update_or_create(
            number=number,
            defaults={
                "department": department,
                "person": person,
                "telephone": telephone,
                "search_key": _extension_key(number, person, telephone),
            },
        )
        record(
            by=by,
            verb="change_extension",
            subject=kept.number,
            reason=reason,
            details={"department": str(department or "")},
        )
    return kept


def import_departments(*, rows: Collection[Row], file_name: str, by: Actor, reason: str) -> list[Planned]:
    """Does what the rows of a spreadsheet say, all or nothing; gives what each did. Raises UnableToKeepDepartment."""
    try:
        with transaction.atomic():
            plan = planned(rows, known())
            _keep_planned([one for one in plan if one.change != Change.SAME])
            counts = {change.value.lower(): sum(one.change == change for one in plan) for change in Change}
            record(by=by, verb="import_departments", subject=file_name, reason=reason, details=counts)
    except IntegrityError as error:
        raise UnableToKeepDepartment(
            _("Somebody changed the departments meanwhile: look at the file again.")
        ) from error
    return plan


def _keep_planned(plan: Collection[Planned]) -> None:
    departments = {one.name: one for one in Department.objects.select_for_update()}
    extensions = {one.number: one for one in Extension.objects.select_for_update()}
    touched: dict[str, Extension] = {}
    for one in plan:
        row = one.row
        department = departments.get(one.department) or Department(name=one.department, email=row.email)
        if department.pk is None or (row.email and department.email != row.email):
            department.email = row.email or department.email
            department.search_key = search_key(department.name)[:120]
            department.save()
            departments[department.name] = department
        if row.extension:
            kept = extensions.get(row.extension) or Extension(number=row.extension)
            kept.department = department
            kept.person, kept.telephone = row.person or kept.person, row.telephone or kept.telephone
            kept.search_key = _extension_key(kept.number, kept.person, kept.telephone)
            touched[kept.number] = kept
    Extension.objects.bulk_create([one for one in touched.values() if one.pk is None])
    changed = [one for number, one in touched.items() if number in extensions]
    Extension.objects.bulk_update(changed, ["department", "person", "telephone", "search_key"], batch_size=500)


def choose_contacts(*, department: Department, people: Collection[User], by: Actor, reason: str) -> None:
    """Says who answers for a department: these people and nobody else."""
    with transaction.atomic():
        Contact.objects.filter(department=department).exclude(user__in=people).delete()
        Contact.objects.bulk_create(
            [Contact(department=department, user=person) for person in people], ignore_conflicts=True
        )
        record(
            by=by,
            verb="choose_contacts",
            subject=department.name,
            reason=reason,
            details={"contacts": sorted(person.email for person in people)},
        )


def start_departments(*, population: int, language: str, by: Actor) -> int:
    """Adds the departments that a town hall of this size usually has; gives how many are new."""
    with transaction.atomic():
        wanted = [
            Department(name=name, search_key=search_key(name)[:120]) for name in starter_set(population, language)
        ]
        before = Department.objects.count()
        Department.objects.bulk_create(wanted, ignore_conflicts=True)
        added = Department.objects.count() - before
        record(by=by, verb="start_departments", subject=f"{added}", reason="starter set by population")
    return added
