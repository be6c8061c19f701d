"""A month of a municipality beside the month before it and the same month a year before. From buckets alone."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from callhub.departments.queries import departments_of_extensions
from callhub.pbx.queries import samples_there
from kit.periods import day_start, days_between, days_period, local_day, month_after, month_before
from reporting.dashboard.queries import latest_day_with_calls, months_with_calls
from reporting.dashboard.rules import DepartmentLoad, hours_by_weekday, loads, total
from reporting.exports.models import Recipient
from reporting.exports.rules import year_before
from reporting.kpi.counts import Counts
from reporting.kpi.models import Bucket
from reporting.kpi.queries import ALL, EXTENSION, Fill, by_subject, fill, series

MONTHS_LISTED = 36


@dataclass(frozen=True)
class Month:
    """A month day by day; ``days`` end where it is still going on. ``has_calls``: there is a record of it at all."""

    first: date
    days: list[tuple[date, Counts]]
    total: Counts
    has_calls: bool

    @property
    def day_counts(self) -> list[Counts]:
        """The days that ``total`` sums up."""
        return [counts for _day, counts in self.days]


@dataclass(frozen=True)
class MonthReport:
    """Everything that the report of a month tells, on the page, on paper and in the spreadsheet.

    ``latest`` is the latest day on record of any month; ``grid`` the month's calls by weekday and local hour.
    """

    month: Month
    before: Month
    year_before: Month
    loads: list[DepartmentLoad]
    grid: list[list[float]]
    latest: date
    is_over: bool
    has_samples: bool
    fill: Fill = field(default=Fill(None, None))

    @property
    def months(self) -> tuple[Month, Month, Month]:
        """This month and the two beside it."""
        return self.month, self.before, self.year_before

    @property
    def past(self) -> date:
        """The first day of the next month."""
        return month_after(self.month.first)

    @property
    def last(self) -> date:
        """The latest day that the report tells of."""
        return self.month.days[-1][0]

    @property
    def is_recorded_whole(self) -> bool:
        """Whether there is a record of the month's last day, or of one after it."""
        return self.latest.replace(day=1) > self.month.first or self.latest == self.last


def _month(first: date, zone: ZoneInfo, past: date) -> tuple[Month, dict[datetime, Counts]]:
    found = series("D", days_period(first, past, zone))
    days = [(day, found.get(day_start(day, zone), Counts())) for day in days_between(first, past)]
    return Month(first, days, total(found.values()), bool(found)), found


def month_report(zone: ZoneInfo, first: date, today: date, no_department: str) -> MonthReport | None:
    """The report of the month that begins on ``first``; None of a month without any call on record."""
    past = min(month_after(first), max(today, first) + timedelta(days=1))
    month, found = _month(first, zone, past)
    latest = latest_day_with_calls(zone)
    if not month.has_calls or latest is None:
        return None
    earlier = month_before(first), year_before(first)
    before, a_year_before = (_month(one, zone, month_after(one))[0] for one in earlier)
    extensions = by_subject(days_period(first, past, zone), EXTENSION)
    return MonthReport(
        month, before, a_year_before,
        loads(extensions, departments_of_extensions(), no_department),
        hours_by_weekday(found, zone, 1),
        latest, today >= month_after(first), samples_there(), fill(),
    )  # fmt: skip


@dataclass(frozen=True)
class ListedMonth:
    """A month in the list of reports. ``answered`` None: no record tells of any of its calls whether a person answered."""

    first: date
    calls: int
    answered: int | None
    is_over: bool


_LISTED = ("inbound", "offered", "answered_by_person", "person_unknown")


def months_listed(zone: ZoneInfo, today: date) -> list[ListedMonth]:
    """The months that have a report, the latest first."""
    months = months_with_calls(zone)[:MONTHS_LISTED]
    if not months:
        return []
    sums = {first: dict.fromkeys(_LISTED, 0) for first in months}
    period = days_period(months[-1], month_after(months[0]), zone)
    stored = Bucket.objects.filter(
        grain="D", subject_kind=ALL, starts_at__gte=period.starts_at, starts_at__lt=period.ends_before
    ).values_list("starts_at", *(f"counts__{key}" for key in _LISTED))
    for at, *numbers in stored:
        of = sums[local_day(at, zone).replace(day=1)]
        for key, number in zip(_LISTED, numbers, strict=True):
            of[key] += int(number or 0)
    return [_listed(first, of, today) for first, of in sums.items() if of["inbound"] or of["offered"]]


def _listed(first: date, of: dict[str, int], today: date) -> ListedMonth:
    is_known = of["inbound"] > of["person_unknown"]
    answered = of["answered_by_person"] if is_known else None
    return ListedMonth(first, of["inbound"] or of["offered"], answered, today >= month_after(first))


def recipients_without(month: date) -> list[int]:
    """The rows of those who want reports and were not sent that of ``month`` yet."""
    wanted = Recipient.objects.filter(is_wanted=True, user__is_active=True)
    return list(wanted.exclude(latest_month__gte=month).values_list("pk", flat=True))


def recipients() -> list[Recipient]:
    """Those who are sent reports, by name."""
    return list(Recipient.objects.filter(is_wanted=True).select_related("user").order_by("user__name"))


def why_not_sent(report: MonthReport, zone: ZoneInfo) -> str:
    """Why the report of a month that is over waits before it is sent to anybody; empty when it is ready."""
    if report.has_samples:
        return "sample calls are among the calls"
    if not report.is_recorded_whole:
        return f"the latest call on record is of {report.latest:%Y-%m-%d}"
    waiting = report.fill.waiting_from
    return "its figures wait to be computed" if waiting and waiting < day_start(report.past, zone) else ""
