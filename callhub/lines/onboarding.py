"""What a new municipality has to do about its public numbers."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from callhub.lines.models import Line
from callhub.lines.queries import LINE_UNSAID, latest_test_call
from shell.days import long_moment
from shell.onboarding import OnboardingTask, TaskState
from tenants.directory.queries import reception_number_of


def tasks(request: HttpRequest) -> list[OnboardingTask]:
    """The numbers that citizens dial."""
    in_use = Line.objects.filter(state=Line.State.IN_USE).count()
    proposed = Line.objects.filter(state=Line.State.PROPOSED).count()
    hint = ngettext("%(number)s line in use", "%(number)s lines in use", in_use) % {"number": in_use}
    state = TaskState.DONE if in_use else TaskState.NOT_STARTED
    if proposed:
        state = TaskState.MISSING
        asked = ngettext(
            "%(number)s number of the records waits for your word",
            "%(number)s numbers of the records wait for your word",
            proposed,
        )
        hint = f"{hint} · {asked % {'number': proposed}}"
    elif not in_use:
        hint = _("Write them down, or confirm those of the first records")
    return [
        OnboardingTask(
            "lines", _("Your telephone"), _("Public numbers"), state, reverse("lines:kind", args=["numbers"]), hint, 5,
            ("add_line", "confirm_line", "change_line"), pages=("lines:",),
        ),
        _forwarding(request, in_use),
        _test_call(),
    ]  # fmt: skip


def _forwarding(request: HttpRequest, in_use: int) -> OnboardingTask:
    """Forwarding to Adtende's number, done when a test call was seen since it was given.

    No record says by which number a call came, so nothing more than the call is told.
    """
    target = reception_number_of(request.municipality.schema_name)  # type: ignore[attr-defined]
    seen = latest_test_call()
    if target is None:
        state, hint = TaskState.BY_ADTENDE, _("Adtende gives you the number; a switchboard of your own needs none")
    elif seen and seen.at >= target.assigned_at:
        state, hint = TaskState.DONE, _call_seen(seen.subject)
    elif in_use:
        state, hint = (
            TaskState.NOT_STARTED,
            _("To %(number)s; then make the test call") % {"number": target.number},
        )
    else:
        state, hint = TaskState.NOT_STARTED, _("Write down your public numbers first")
    url = reverse("lines:forwarding")
    return OnboardingTask(
        "forwarding", _("Your telephone"), _("Forwarding of the lines"), state, url, hint, 10,
        ("assign_reception_number",), pages=("lines:forwarding",),
    )  # fmt: skip


def _call_seen(line: str) -> str:
    if line == LINE_UNSAID:
        return _("A call was seen; its record does not say on which line")
    return _("A call was seen on the line %(line)s") % {"line": line}


def _test_call() -> OnboardingTask:
    """Whether a call that somebody just made was seen."""
    seen = latest_test_call()
    state, hint = TaskState.NOT_STARTED, _("Call one of your lines, and we say whether the call arrived")
    if seen:
        moment = long_moment(datetime.fromisoformat(seen.details["started_at"]))
        state, hint = TaskState.DONE, _("We received your call of %(moment)s") % {"moment": moment}
    return OnboardingTask(
        "test_call", _("Your telephone"), _("Test call"), state, reverse("lines:test_call"), hint, 5,
        ("see_test_call",), pages=("lines:test_call",),
    )  # fmt: skip
