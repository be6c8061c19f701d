"""What a page of figures can be asked, in its address: period, queue, department or agent, and limits."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from callhub.departments.queries import departments_by_name
from callhub.lines.queries import agents_by_name, queues_by_name
from kit.periods import FIRST_YEAR, LAST_YEAR
from reporting.dashboard.rules import Asked

DAYS = (7, 30, 90, 365)
FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
MOST_DAYS = 3_660  # ten years
SUBJECTS = ("queue", "department", "agent")


class UnreadablePeriod(ValueError):
    """An address that names no period."""


def period_asked(address: QueryDict, latest: date) -> dict[str, str]:
    """First and last day as the form takes them: two days, a month, or so many days until one. Raises UnreadablePeriod."""
    if address.get("starts") or address.get("ends"):
        return {"starts": address.get("starts", ""), "ends": address.get("ends", "") or latest.isoformat()}
    if month := address.get("month"):
        first = _day(f"{month}-01")
        return _days(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
    until = address.get("until", "")
    last = _day(until) if until else latest
    return _days(last - timedelta(days=days_asked_for(address) - 1), last)


def days_asked_for(address: QueryDict) -> int:
    """How many days, 30 unless one of the choices is asked for."""
    text = address.get("days", "")
    return int(text) if text.isdigit() and int(text) in DAYS else 30


def _days(first: date, last: date) -> dict[str, str]:
    return {"starts": first.isoformat(), "ends": last.isoformat()}


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UnreadablePeriod(text) from None
    if not FIRST_DAY + timedelta(days=max(DAYS)) <= day <= LAST_DAY:
        raise UnreadablePeriod(text)
    return day


def _date_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))


def _seconds_field(label: Any, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most)


class PeriodForm(forms.Form):
    """The first and the last day of a page."""

    starts = _date_field(_("From"))
    ends = _date_field(_("To"))

    def clean(self) -> dict[str, Any]:
        """Days in order, and not too many."""
        data = super().clean() or {}
        starts, ends = data.get("starts"), data.get("ends")
        if starts and ends:
            if ends < starts:
                self.add_error("ends", _("The period ends before it starts."))
            elif not FIRST_DAY <= starts <= ends <= LAST_DAY:
                self.add_error(
                    "starts", _("Years go from %(first)s to %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
                )
            elif (ends - starts).days > MOST_DAYS:
                self.add_error("starts", _("A period has ten years at most."))
        return data


class AskedForm(PeriodForm):
    """Period, of whom, limits. At most one of queue, department and agent: figures are kept for one of them at a time."""

    queue = forms.ChoiceField(label=_("Queue"), required=False)
    department = forms.ChoiceField(label=_("Department"), required=False)
    agent = forms.ChoiceField(label=_("Agent"), required=False)
    target_seconds = _seconds_field(_("Target T (s)"), 3_600)
    short_abandon_seconds = _seconds_field(_("Short abandon S (s)"), 600)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = [(str(pk), name) for pk, name in departments_by_name()]
        for name, choices in (("queue", queues_by_name()), ("department", departments), ("agent", agents_by_name())):
            self.fields[name].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One part at most."""
        data = super().clean()
        if len([name for name in SUBJECTS if data.get(name)]) > 1:
            self.add_error(None, _("Choose a queue, a department or an agent: not more than one of them at once."))
        return data

    def asked(self, by: str = "") -> Asked:
        """What a valid form asks."""
        data = self.cleaned_data
        kind = next((name for name in SUBJECTS if data[name]), "all")
        return Asked(
            data["starts"], data["ends"] + timedelta(days=1), kind, data.get(kind, ""),
            data["target_seconds"], data["short_abandon_seconds"], by,
        )  # fmt: skip
