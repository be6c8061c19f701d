"""Keeping departments and extensions. Every act is recorded in the same transaction."""

from collections.abc import Collection

from django.db import IntegrityError, transaction

from callhub.departments.models import Contact, Department, Extension
from callhub.departments.rules import starter_set
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
    kept.search_key = search_key(kept.name)
    try:
        with transaction.atomic():
            kept.save()
            record(by=by, verb=verb, subject=kept.name, reason=reason, details={"is_active": is_active})
    except IntegrityError as error:
        raise UnableToKeepDepartment(f"There is a department “{kept.name}” already.") from error
    return kept


def keep_extension(*, number: str, department: Department | None, person: str, by: Actor, reason: str) -> Extension:
    """Says which department answers at an extension, and who."""
    with transaction.atomic():
        key = search_key(f"{number} {person} {department.name if department else ''}")
        kept, _ = Extension.objects.update_or_create(
            number=number.strip(), defaults={"department": department, "person": person.strip(), "search_key": key}
        )
        record(
            by=by,
            verb="change_extension",
            subject=kept.number,
            reason=reason,
            details={"department": str(department or "")},
        )
    return kept


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
        wanted = [Department(name=name, search_key=search_key(name)) for name in starter_set(population, language)]
        before = Department.objects.count()
        Department.objects.bulk_create(wanted, ignore_conflicts=True)
        added = Department.objects.count() - before
        record(by=by, verb="start_departments", subject=f"{added}", reason="starter set by population")
    return added
