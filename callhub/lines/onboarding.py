"""What a new municipality has to do about its public numbers."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from callhub.lines.models import Line
from shell.onboarding import OnboardingTask, TaskState


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
        )
    ]  # fmt: skip
