"""Choosing who is sent the report of each month, and sending it once. Inside the municipality."""

from collections.abc import Callable, Collection
from datetime import date

from django.db import transaction

from reporting.exports.models import Recipient
from tenants.audit.actions import record
from tenants.audit.rules import Actor
from tenants.people.models import User


def choose_recipients(*, people: Collection[User], by: Actor, reason: str) -> None:
    """Says who is sent reports from now on: these people and nobody else."""
    with transaction.atomic():
        Recipient.objects.exclude(user__in=people).filter(is_wanted=True).update(is_wanted=False)
        for person in people:
            Recipient.objects.update_or_create(user=person, defaults={"is_wanted": True})
        emails = sorted(person.email for person in people)
        record(
            by=by, verb="choose_report_recipients", subject=str(len(emails)), reason=reason, details={"people": emails}
        )


def send_report(*, recipient: int, month: date, send: Callable[[User], None], by: Actor, reason: str) -> bool:
    """Sends a person the report of a month by ``send``, unless it was sent; gives whether it was.

    What fails in ``send`` is raised and leaves the month to be sent. The row is held meanwhile, so that of two jobs one sends.
    """
    with transaction.atomic():
        kept = Recipient.objects.select_for_update(of=("self",)).select_related("user").filter(pk=recipient).first()
        if kept is None or not kept.is_wanted or not kept.user.is_active:
            return False
        if kept.latest_month and kept.latest_month >= month:
            return False
        kept.latest_month = month
        kept.save(update_fields=["latest_month"])
        record(by=by, verb="send_report", subject=f"{kept.user} · {month:%Y-%m}", reason=reason)
        send(kept.user)
    return True
