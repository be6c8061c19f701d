"""Changing hours and closed days, and undoing the latest change."""

from collections.abc import Callable
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from callhub.timetables.models import Edition
from callhub.timetables.queries import current_edition
from callhub.timetables.rules import Hours, Timetable, to_json
from tenants.audit.actions import record
from tenants.audit.rules import Actor


class UnableToKeepHours(Exception):
    """Nothing was changed; one sentence says why."""


def keep_timetable(
    *, department: int | None, timetable: Timetable | None, subject: str, by: Actor, reason: str
) -> Edition:
    """Says when a department, or the town hall (None), is open; no timetable gives a department the town hall's.

    Raises UnableToKeepHours when somebody changed the hours at the same moment.
    """
    verb = "change_timetable" if timetable else "drop_timetable"
    return _edition(lambda now: now.with_timetable(department, timetable), verb, subject, by, reason)


def close_on(*, day: date, name: str, by: Actor, reason: str) -> Edition:
    """Adds a closed day, or closes again on a holiday that was worked. Raises UnableToKeepHours."""
    return _edition(lambda now: now.with_closed(day, name.strip()), "close_on", f"{day:%Y-%m-%d} {name}", by, reason)


def work_on(*, day: date, name: str, is_holiday: bool, by: Actor, reason: str) -> Edition:
    """Says that it is open on a day, a known holiday or one that was added. Raises UnableToKeepHours."""
    return _edition(
        lambda now: now.with_working(day, is_holiday=is_holiday), "work_on", f"{day:%Y-%m-%d} {name}", by, reason
    )


def keep_holiday(*, day: date, name: str, by: Actor, reason: str) -> Edition:
    """Closes again on a known holiday that was to be worked. Raises UnableToKeepHours."""
    return _edition(lambda now: now.with_holiday(day), "close_on", f"{day:%Y-%m-%d} {name}", by, reason)


def undo_hours(*, number: int, by: Actor, reason: str) -> None:
    """Takes the edition ``number`` back, when it is the one that holds. Raises UnableToKeepHours when it is not."""
    with transaction.atomic():
        edition = Edition.objects.select_for_update().filter(is_undone=False).first()
        if edition is None or edition.number != number:
            raise UnableToKeepHours(_("Somebody changed the hours meanwhile: look at them again."))
        edition.is_undone = True
        edition.save(update_fields=["is_undone"])
        record(by=by, verb="undo_hours", subject=edition.made_by, reason=reason, details={"edition": number})


def _edition(change: Callable[[Hours], Hours], verb: str, subject: str, by: Actor, reason: str) -> Edition:
    try:
        with transaction.atomic():
            latest, holds = Edition.objects.first(), current_edition()
            hours = change(holds.hours() if holds else Hours())
            number = latest.number + 1 if latest else 1
            edition = Edition.objects.create(number=number, stored=to_json(hours), made_by=by.name)
            record(by=by, verb=verb, subject=subject, reason=reason, details={"edition": number})
    except IntegrityError as error:
        raise UnableToKeepHours(_("Somebody changed the hours meanwhile: look at them again.")) from error
    return edition
