"""The filters of the list of calls."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from callhub.calls.models import Outcome
from callhub.calls.queries.lists import WITHOUT_DEPARTMENT, CallFilter
from callhub.calls.queries.populations import POPULATIONS, Limits, Population
from callhub.calls.rules.numbers import may_search_number, sees_whole_numbers
from callhub.departments.models import Department
from callhub.lines.models import Agent, Queue
from kit.periods import day_start

FIRST_DAY, LAST_DAY = (
    date(1980, 1, 1),
    date(2999, 12, 31),
)  # no call is older, or later: a clock can hold every day between
LONGEST_LIMIT = 86_400  # seconds
FIGURE_FIELDS = frozenset(
    {"behind", "part", "target_seconds", "short_abandon_seconds"}
)  # come with a link, not from people

OUTCOME_NAMES = {
    Outcome.ANSWERED: _("Answered by a person"),
    Outcome.ABANDONED: _("Abandoned while waiting"),
    Outcome.FLOWED_OUT: _("Left the queue unanswered"),
    Outcome.VOICEMAIL: _("Voicemail"),
    Outcome.NOT_ANSWERED: _("Nobody answered"),
    Outcome.REJECTED: _("Rejected: lines full or busy"),
    Outcome.CLOSED: _("Out of hours"),
    Outcome.UNKNOWN: _("Not known"),
}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}))


def _limit() -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=0, max_value=LONGEST_LIMIT, widget=forms.HiddenInput)


class CallFilterForm(forms.Form):
    """Period, queue, department, agent, outcome, derivation, number and text; all optional.

    ``behind`` and ``part`` narrow the list to what a figure counts, with the target and the limit it was asked with.
    """

    starts = _day(_("From"))
    ends = _day(_("To"))
    queue = forms.ChoiceField(label=_("Queue"), required=False)
    department = forms.ChoiceField(label=_("Department"), required=False)
    agent = forms.ChoiceField(label=_("Agent"), required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), required=False)
    derivation = forms.ChoiceField(label=_("Derived"), required=False)
    number = forms.CharField(label=_("Citizen's number"), required=False, max_length=30)
    text = forms.CharField(
        label=_("Name, department or line"), required=False, max_length=60, widget=forms.TextInput({"type": "search"})
    )
    behind = forms.ChoiceField(required=False, widget=forms.HiddenInput, choices=[(name, name) for name in POPULATIONS])
    part = forms.ChoiceField(
        required=False, widget=forms.HiddenInput, choices=[("numerator", "numerator"), ("denominator", "denominator")]
    )
    target_seconds = _limit()
    short_abandon_seconds = _limit()

    def __init__(self, *args: Any, role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role = role
        if not sees_whole_numbers(role):
            self.fields["number"].label = _("Last three digits of the number")
        everything = ("", _("All"))
        choices: dict[str, list[tuple[Any, Any]]] = {
            "queue": [(q.name, str(q)) for q in Queue.objects.all()],
            "department": [
                *((str(d.pk), d.name) for d in Department.objects.all()),
                (str(WITHOUT_DEPARTMENT), _("Without department")),
            ],
            "agent": [(a.name, str(a)) for a in Agent.objects.all()],
            "outcome": [(word.value, name) for word, name in OUTCOME_NAMES.items()],
            "derivation": [
                ("ANY", _("Derived to a department")),
                ("NOT_PICKED_UP", _("Not picked up by the department")),
                ("PICKED_UP", _("Picked up by the department")),
            ],
        }
        for name, values in choices.items():
            self.fields[name].choices = [everything, *values]  # type: ignore[attr-defined]

    def clean_number(self) -> str:
        """Whoever sees numbers masked cannot make sure of a whole one by looking for it."""
        number = str(self.cleaned_data["number"])
        if not may_search_number(self.role, number):
            raise forms.ValidationError(_("You see the last three digits of numbers: search by those."))
        return number

    def clean(self) -> dict[str, Any]:
        """Refuses a period that ends before it starts."""
        data = self.cleaned_data
        if data.get("starts") and data.get("ends") and data["ends"] < data["starts"]:
            self.add_error("ends", _now("The last day is before the first one."))
        return data

    def wanted(self, zone: ZoneInfo) -> CallFilter:
        """The filter, days taken in the municipality's zone."""
        data = self.cleaned_data
        return CallFilter(
            starts_at=_start(data["starts"], zone),
            ends_before=_start(data["ends"], zone, days=1),
            queue=data["queue"],
            department_id=int(data["department"]) if data["department"] else None,
            agent=data["agent"],
            outcome=data["outcome"],
            direction="INBOUND" if data["outcome"] else "",
            derivation=data["derivation"],
            number=data["number"],
            text=data["text"],
            sees_whole_numbers=sees_whole_numbers(self.role),
        )

    def populations(self) -> tuple[Population, Population] | None:
        """Who the part asked for of a figure counts, and who its other part does; None when no figure is asked for."""
        found = POPULATIONS.get(self.cleaned_data["behind"])
        return found[::-1] if found and self.cleaned_data["part"] == "denominator" else found

    def limits(self) -> Limits:
        """The target and the limit of short abandons of the figure asked for."""
        asked = {name: self.cleaned_data[name] for name in ("target_seconds", "short_abandon_seconds")}
        return Limits(**{name: seconds for name, seconds in asked.items() if seconds is not None})

    def used(self) -> dict[str, str]:
        """The filters in use, as they are written in a file taken away."""
        names = dict(self.fields["department"].choices)  # type: ignore[attr-defined]
        data = self.cleaned_data
        values = {name: value for name, value in data.items() if value not in (None, "")}
        return {name: str(names[value] if name == "department" else value) for name, value in values.items()}


def _start(day: date | None, zone: ZoneInfo, days: int = 0) -> datetime | None:
    if day is None:
        return None
    return day_start(min(max(day, FIRST_DAY), LAST_DAY) + timedelta(days=days), zone).astimezone(UTC)
