"""Keeping a new edition of the charter, and leaving a day out. Nothing that was kept is changed."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from reporting.commitments.models import Edition, LeftOutDay
from reporting.commitments.rules import Charter, earliest_start, to_json
from tenants.audit.actions import record
from tenants.audit.rules import Actor


class UnableToKeepCharter(Exception):
    """Nothing was kept; one sentence says why."""


def keep_charter(*, charter: Charter, starts_on: date, seen: int, today: date, by: Actor, reason: str) -> Edition:
    """Keeps a charter as a new edition that holds from the first day of a month.

    ``seen`` is the number of the edition that was looked at, 0 where there was none. Raises UnableToKeepCharter when
    another one was kept meanwhile, or this one would change what was judged already.
    """
    earliest = earliest_start(seen > 0, today)
    if starts_on.day != 1 or (earliest and starts_on < earliest):
        raise UnableToKeepCharter(_("A new edition holds from this month on at the earliest: what was judged stays."))
    try:
        with transaction.atomic():
            latest = Edition.objects.first()
            if (latest.number if latest else 0) != seen:
                raise UnableToKeepCharter(_changed_meanwhile())
            made = Edition.objects.create(
                number=seen + 1, starts_on=starts_on, stored=to_json(charter), made_by=by.name
            )
            details = {"edition": made.number, "from": starts_on.isoformat(), "commitments": len(charter.commitments)}
            record(by=by, verb="keep_charter", subject=charter.title, reason=reason, details=details)
    except IntegrityError as error:  # two collide in the number: nobody may change an edition, so none is locked
        raise UnableToKeepCharter(_changed_meanwhile()) from error
    return made


def _changed_meanwhile() -> str:
    return _("Somebody kept another edition meanwhile: look at it before you keep yours.")


def leave_out_day(*, day: date, why: str, by: Actor, reason: str) -> LeftOutDay:
    """Says that a day counts for no commitment, and why. Raises UnableToKeepCharter for a day that is left out already."""
    try:
        with transaction.atomic():
            made = LeftOutDay.objects.create(day=day, why=why, made_by=by.name)
            record(by=by, verb="leave_out_day", subject=f"{day:%Y-%m-%d} {why}", reason=reason)
    except IntegrityError as error:
        raise UnableToKeepCharter(_("That day is left out already.")) from error
    return made
