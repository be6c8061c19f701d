"""What people write about hours and closed days."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callhub.timetables.rules import Season, UnusableHours, Week, in_text, periods_in

_LEAP = 2024  # 29 February is a day of the year too
_DAY = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})")


class WeekForm(forms.Form):
    """The hours of each day of a week."""

    def __init__(self, *args: Any, week: Week, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day in range(7):
            self.fields[f"day_{day}"] = forms.CharField(
                label=capfirst(WEEKDAYS[day]),  # Spanish writes them small
                required=False,
                max_length=100,
                initial=in_text(week[day]),
                help_text=_("Such as 9:00–14:00, 16:30–19:00. Empty is closed.") if day == 0 else "",
            )

    def clean(self) -> dict[str, Any]:
        """Reads the hours of each day."""
        data = super().clean() or {}
        found = []
        for day in range(7):
            try:
                found.append(periods_in(data.get(f"day_{day}", "")))
            except UnusableHours as error:
                sentence = (
                    _("Two periods of “%(text)s” meet in time.")
                    if error.overlaps
                    else _("“%(text)s” is no opening time: write it like 9:00–14:00.")
                )
                self.add_error(f"day_{day}", sentence % {"text": error.text})
        data["week"] = tuple(found)
        return data


class SeasonForm(WeekForm):
    """A part of every year with other hours."""

    name = forms.CharField(label=gettext_lazy("What it is called"), max_length=60)
    first = forms.CharField(
        label=gettext_lazy("First day"),
        max_length=10,
        help_text=gettext_lazy("Day and month, such as 15/6. It is the same every year."),
    )
    last = forms.CharField(label=gettext_lazy("Last day"), max_length=10)

    @classmethod
    def initial_of(cls, season: Season) -> dict[str, str]:
        """What the fields hold for a season that there is."""
        return {
            "name": season.name,
            **{k: f"{d}/{m}" for k, (m, d) in (("first", season.first), ("last", season.last))},
        }

    def clean_first(self) -> tuple[int, int]:
        """Month and day."""
        return _month_and_day(self.cleaned_data["first"])

    def clean_last(self) -> tuple[int, int]:
        """Month and day."""
        return _month_and_day(self.cleaned_data["last"])


def _month_and_day(text: str) -> tuple[int, int]:
    match = _DAY.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError
        day = date(_LEAP, int(match[2]), int(match[1]))
    except ValueError as error:
        raise forms.ValidationError(
            _("“%(text)s” is no day of the year: write it like 15/6.") % {"text": text}
        ) from error
    return day.month, day.day


class ClosedDayForm(forms.Form):
    """A day on which nobody opens."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    name = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=60,
        help_text=gettext_lazy("For example: local holiday, patron saint's day."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_day(self) -> date:
        """A day from today to the end of next year, as the page shows."""
        day: date = self.cleaned_data["day"]
        if not self.today <= day <= date(self.today.year + 1, 12, 31):
            raise forms.ValidationError(
                _("Choose a day from today to the end of %(year)s.") % {"year": self.today.year + 1}
            )
        return day
