"""Monthly reports: their list, the page for the plenary, and the same month as PDF, XLSX and CSV."""

from datetime import date
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from reporting.exports import queries, summaries
from reporting.exports.actions import choose_recipients
from reporting.exports.forms import READERS, RecipientsForm
from reporting.exports.queries import MonthReport
from reporting.exports.rows import TABLES
from reporting.exports.rules import UnreadableMonth, month_in
from reporting.exports.sentences import name_of
from reporting.exports.spreadsheets import workbook
from reporting.exports.words import table_names
from shell.csv import csv_response
from shell.names import town_hall
from shell.paper import a_paper, language_of, pdf_answer
from tenants.audit.actions import actor_of
from tenants.directory.models import Municipality
from tenants.directory.queries import today_of
from tenants.people.access import access
from tenants.people.rules import Role

KEEPERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)
WHY = "kept on the page of reports"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _town(request: HttpRequest) -> Municipality:
    town: Municipality = request.municipality  # type: ignore[attr-defined]
    return town


def _language(request: HttpRequest) -> str:
    """Papers speak the town's language, unless the address asks for another."""
    return language_of(request) if request.GET.get("language") else _town(request).language


def _report(request: HttpRequest, month: str, language: str = "") -> MonthReport:
    """The report of the month in an address. Raises Http404 where there is none."""
    town = _town(request)
    try:
        first: date = month_in(month)
    except UnreadableMonth:
        raise Http404 from None
    with translation.override(language or translation.get_language()):
        no_department = _("Without department")
    found = queries.month_report(ZoneInfo(town.time_zone), first, today_of(town), no_department)
    if found is None:
        raise Http404
    return found


@access(*READERS)
def months(request: HttpRequest) -> HttpResponse:
    """The months that have a report."""
    town = _town(request)
    listed = queries.months_listed(ZoneInfo(town.time_zone), today_of(town))
    rows = [(one, name_of(one.first), f"{one.first:%Y-%m}") for one in listed]
    sent_to = [one.user.name for one in queries.recipients()]
    return render(request, "exports/months.html", {"rows": rows, "sent_to": ", ".join(sent_to)})


@access(*KEEPERS)
def recipients(request: HttpRequest) -> HttpResponse:
    """Who is sent the report of each month by e-mail."""
    form = RecipientsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        choose_recipients(people=form.cleaned_data["people"], by=actor_of(request), reason=WHY)
        messages.success(request, _("Who is sent the report was kept."))
        return redirect("exports:months")
    return render(request, "exports/recipients.html", {"form": form})


@access(*READERS)
def month(request: HttpRequest, month: str) -> HttpResponse:
    """The page for the plenary."""
    return render(request, "exports/month.html", {**summaries.told(_report(request, month)), "tables": table_names()})


@access(*READERS)
@a_paper
def pdf(request: HttpRequest, month: str) -> HttpResponse:
    """The same page as tagged PDF."""
    language = _language(request)
    content = summaries.paper(_report(request, month, language), _town(request), language)
    return pdf_answer(content, f"sct-{_town(request).slug}-{month}")


@access(*READERS)
def xlsx(request: HttpRequest, month: str) -> HttpResponse:
    """The month as a workbook whose summary is computed from its sheets."""
    language = _language(request)
    report = _report(request, month, language)
    with translation.override(language):
        content = workbook(report, town_hall(_town(request)))
    headers = {"Content-Disposition": f'attachment; filename="sct-{_town(request).slug}-{month}.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@access(*READERS)
def csv(request: HttpRequest, month: str, table_id: str) -> HttpResponse:
    """One table of the month."""
    table = TABLES.get(table_id)
    if table is None:
        raise Http404
    report = _report(request, month)
    header, rows = table(report)
    filters = {"from": str(report.month.first), "to": str(report.last)}
    return csv_response(f"{table_id}-{month}.csv", header, rows, filters)
