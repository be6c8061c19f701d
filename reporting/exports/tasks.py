"""The report of the month before, sent in the first days of a month once its figures are complete."""

from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from kit.periods import month_before
from reporting.exports import queries
from reporting.exports.actions import send_report
from reporting.exports.queries import MonthReport
from reporting.exports.sentences import not_known, opening
from reporting.exports.summaries import paper
from shell.days import of_month
from shell.names import town_hall
from tenants.audit.rules import Actor, ActorKind
from tenants.directory.models import Municipality
from tenants.directory.queries import host_of, today_of
from tenants.isolation.jobs import in_every_municipality
from tenants.people.models import User

log = structlog.get_logger("sct.reports")


# On more than one morning: a month whose records come late is sent when they are there.
@app.periodic(cron="40 6 1-7 * *")
@app.task(queue="default", name="send_reports", queueing_lock="send_reports", pass_context=False)
def send_reports(timestamp: int) -> None:
    """Sends the report of the month before, of every municipality."""
    in_every_municipality(send_month_before)


def send_month_before(municipality: Municipality) -> None:
    """One municipality's part: nothing while its month is not complete, and to nobody twice."""
    today, zone = today_of(municipality), ZoneInfo(municipality.time_zone)
    month = month_before(today)
    waiting = queries.recipients_without(month)
    if not waiting:
        return
    with translation.override(municipality.language):
        report = queries.month_report(zone, month, today, _("Without department"))
    why = queries.why_not_sent(report, zone) if report else "there is no call on record"
    if report is None or why:
        log.info("a month's report waits", schema=municipality.schema_name, why=why)
        return
    content = paper(report, municipality, municipality.language)
    by = Actor(ActorKind.JOB, "SCT", "send_reports")
    for recipient in waiting:
        try:
            send_report(
                recipient=recipient, month=month, by=by, reason="the month is over",
                send=lambda person: _send(person, municipality, report, content),
            )  # fmt: skip
        except Exception:
            log.exception("a report was not sent", schema=municipality.schema_name, recipient=recipient)


def _send(person: User, municipality: Municipality, report: MonthReport, content: bytes) -> None:
    scheme, port = ("https", "") if settings.SECURE else ("http", f":{settings.PORT}")
    key = f"{report.month.first:%Y-%m}"
    with translation.override(person.language or municipality.language):
        told = {
            "person": person.name,
            "place": town_hall(municipality),
            "of_month": of_month(report.month.first),
            "said": [*opening(report), *not_known(report)],
            "link": f"{scheme}://{host_of(municipality.slug)}{port}/reports/{key}/",
        }
        subject = _("Telephone report %(of_month)s") % told
        message = EmailMessage(subject, render_to_string("exports/report.txt", told), None, [person.email])
    message.attach(f"sct-{municipality.slug}-{key}.pdf", content, "application/pdf")
    message.send()
