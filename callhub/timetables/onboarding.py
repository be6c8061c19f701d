"""What a new municipality has to do about its hours."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from callhub.timetables.queries import current_hours, lacks_local_days
from callhub.timetables.words import week_in_words
from shell.onboarding import OnboardingTask, TaskState
from tenants.directory.queries import today_of


def tasks(request: HttpRequest) -> list[OnboardingTask]:
    """Opening hours and closed days: the holidays that are known are there already."""
    hours = current_hours()
    state, hint = TaskState.NOT_STARTED, _("The holidays that we know of are filled in already")
    if None in hours.timetables:
        state, hint = TaskState.DONE, week_in_words(hours.of(None).week)
        year = today_of(request.municipality).year  # type: ignore[attr-defined]
        if lacks_local_days(request.municipality, hours, year):  # type: ignore[attr-defined]
            state = TaskState.MISSING
            missing = _("The local holidays of %(year)s are missing") % {"year": year}
            hint = f"{hint} · {missing}"
    return [
        OnboardingTask(
            "timetables", _("Your telephone"), _("Timetables and holidays"), state, reverse("timetables:timetables"), hint, 5,
            ("change_timetable", "drop_timetable", "close_on", "work_on", "undo_hours"), pages=("timetables:",),
        )
    ]  # fmt: skip
