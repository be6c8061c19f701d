"""The filters of the list of calls."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from callhub.calls.models import Outcome
from callhub.calls.queries.lists import CallFilter
from callhub.departments.models import Department
from callhub.lines.models import Agent, Queue
from kit.periods import day_start

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


class CallFilterForm(forms.Form):
    """Period, queue, department, agent, outcome, number and text; all optional."""

    starts = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    ends = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    queue = forms.ChoiceField(label=_("Queue"), required=False)
    department = forms.ChoiceField(label=_("Department"), required=False)
    agent = forms.ChoiceField(label=_("Agent"), required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), required=False)
    derivation = forms.ChoiceField(label=_("Derived"), required=False)
    number = forms.CharField(label=_("Caller's number"), required=False, max_length=20)
    text = forms.CharField(label=_("Text"), required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("All"))
        choices: dict[str, list[tuple[Any, Any]]] = {
            "queue": [(q.name, str(q)) for q in Queue.objects.all()],
            "department": [(str(d.pk), d.name) for d in Department.objects.all()],
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

    def wanted(self, zone: ZoneInfo) -> CallFilter:
        """The filter, days taken in the municipality's zone."""
        data = self.cleaned_data

        def start(day: date | None) -> datetime | None:
            return day_start(day, zone).astimezone(UTC) if day else None

        past = data["ends"] + timedelta(days=1) if data["ends"] else None
        return CallFilter(
            start(data["starts"]), start(past), data["queue"], int(data["department"]) if data["department"] else None,
            data["agent"], data["outcome"], "INBOUND" if data["outcome"] else "", data["derivation"], data["number"],
            data["text"],
        )  # fmt: skip
