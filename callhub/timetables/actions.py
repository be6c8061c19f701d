"""Changing hours and closed days, and undoing the latest change."""

from collections.abc import Callable
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from callhub.timetables.models import Edition
from callhub.timetables.queries import current_edition, number_of
from callhub.timetables.rules import Hours, Timetable, to_json
from tenants.audit.actions import record
from tenants.audit.rules import Actor


class UnableToKeepHours(Exception):
    """Nothing was changed; one sentence says why."""


class ChangedMeanwhile(UnableToKeepHours):
    """The edition that somebody looked at does not hold any more."""

    def __init__(self) -> None:
        super().__init__(_("Somebody changed the hours meanwhile: look at them again."))


def keep_timetable(
    *, department: int | None, timetable: Timetable | None, subject: str, seen: int, by: Actor, reason: str
) -> Edition:
    """Says when a department, or the town hall (None), is open; no timetable gives a department the town hall's.

    ``seen`` is the number of the edition that was looked at, 0 where there was none. Raises ChangedMeanwhile when another one
    holds by now.
    """
    verb = "change_timetable" if timetable else "drop_timetable"
    return _edition(lambda now: now.with_timetable(department, timetable), verb, subject, seen, by, reason)


def close_on(*, day: date, name: str, seen: int, by: Actor, reason: str) -> Edition:
    """Adds a closed day, or closes again on a holiday that was worked. ``seen`` as in keep_timetable. Raises ChangedMeanwhile."""
    subject = f"{day:%Y-%m-%d} {name}"
    return _edition(lambda now: now.with_closed(day, name.strip()), "close_on", subject, seen, by, reason)


def work_on(*, day: date, name: str, is_holiday: bool, seen: int, by: Actor, reason: str) -> Edition:
    """Says that it is open on a day, a known holiday or one that was added. ``seen`` as above. Raises ChangedMeanwhile."""
    subject = f"{day:%Y-%m-%d} {name}"
    return _edition(lambda now: now.with_working(day, is_holiday=is_holiday), "work_on", subject, seen, by, reason)


def keep_holiday(*, day: date, name: str, seen: int, by: Actor, reason: str) -> Edition:
    """Closes again on a known holiday that was to be worked. ``seen`` as above. Raises ChangedMeanwhile."""
    return _edition(lambda now: now.with_holiday(day), "close_on", f"{day:%Y-%m-%d} {name}", seen, by, reason)


def undo_hours(*, seen: int, by: Actor, reason: str) -> None:
    """Takes the edition ``seen`` back. Raises ChangedMeanwhile when it is not the one that holds."""
    with transaction.atomic():
        edition = _holding(seen)
        if edition is None:
            raise ChangedMeanwhile
        edition.is_undone = True
        edition.save(update_fields=["is_undone"])
        record(by=by, verb="undo_hours", subject=edition.made_by, reason=reason, details={"edition": seen})


def _edition(change: Callable[[Hours], Hours], verb: str, subject: str, seen: int, by: Actor, reason: str) -> Edition:
    try:
        with transaction.atomic():
            holds = _holding(seen)
            latest = Edition.objects.first()
            hours = change(holds.hours() if holds else Hours())
            number = latest.number + 1 if latest else 1
            edition = Edition.objects.create(number=number, stored=to_json(hours), made_by=by.name)
            record(by=by, verb=verb, subject=subject, reason=reason, details={"edition": number})
    except IntegrityError as error:  # where there is no edition to lock, two collide in the number of the first
        raise ChangedMeanwhile from error
    return edition


def _holding(seen: int) -> Edition | None:
    """The edition that holds, None where there is none, while nobody else changes or undoes it. Raises ChangedMeanwhile."""
    Edition.objects.select_for_update().filter(number=seen).first()
    # Asked by a statement of its own: whoever had the row before may have changed what holds.
    holds = current_edition()
    if number_of(holds) != seen:
        raise ChangedMeanwhile
    return holds
