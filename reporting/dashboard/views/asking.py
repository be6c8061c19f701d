"""What the address of a page asks, and how its links keep asking it."""

from datetime import date, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest
from django.utils import timezone

from reporting.dashboard.forms import SUBJECTS, AskedForm, PeriodForm, UnreadablePeriod, days_asked_for, period_asked
from reporting.dashboard.queries import latest_day_with_calls
from reporting.kpi.rules import DEFAULT_SHORT_ABANDON_SECONDS, DEFAULT_TARGET_SECONDS
from tenants.people.rules import Role

KEEPERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)
READERS = (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER)
_PERIOD = ("starts", "ends", "month", "until", "days")
_KEPT = (*SUBJECTS, "target_seconds", "short_abandon_seconds")


def role_of(request: HttpRequest) -> str:
    """The role of who asks."""
    return str(getattr(request.user, "role", ""))


def zone_of(request: HttpRequest) -> ZoneInfo:
    """The municipality's clock."""
    return ZoneInfo(request.municipality.time_zone)  # type: ignore[attr-defined]


def latest_day(zone: ZoneInfo) -> date:
    """The latest day with calls, today when there is none."""
    return latest_day_with_calls(zone) or timezone.now().astimezone(zone).date()


def form_asked(request: HttpRequest) -> AskedForm:
    """The form of a page of figures, filled with what its address asks."""
    limits = {
        "target_seconds": str(DEFAULT_TARGET_SECONDS),
        "short_abandon_seconds": str(DEFAULT_SHORT_ABANDON_SECONDS),
    }
    given = {name: request.GET[name] for name in _KEPT if request.GET.get(name)}
    return AskedForm(limits | given | _period(request))


def _period(request: HttpRequest) -> dict[str, str]:
    """The days in an address, as a form takes them. Raises Http404 where it names no month or day."""
    try:
        return period_asked(request.GET, latest_day(zone_of(request)))
    except UnreadablePeriod:
        raise Http404 from None


def days_to_show(request: HttpRequest) -> tuple[ZoneInfo, date, date]:
    """The clock, the first day and the day after the last. Raises Http404 for an address whose period cannot be read."""
    form = PeriodForm(_period(request))
    if not form.is_valid():
        raise Http404
    return zone_of(request), form.cleaned_data["starts"], form.cleaned_data["ends"] + timedelta(days=1)


def days_chosen(request: HttpRequest) -> int | None:
    """Which of the choices of days the page shows; None for another period."""
    is_other = any(request.GET.get(name) for name in ("starts", "ends", "month"))
    return None if is_other else days_asked_for(request.GET)


def kept(request: HttpRequest, *also: str) -> str:
    """The period of this page as its links take it, with ``also`` these keys, such as the queue."""
    asked = {name: request.GET[name] for name in (*_PERIOD, *also) if request.GET.get(name)}
    if not any(name in asked for name in _PERIOD):
        asked["days"] = str(days_asked_for(request.GET))
    return urlencode(asked)


def kept_whole(request: HttpRequest) -> str:
    """The period, of whom, and the limits."""
    return kept(request, *_KEPT)
