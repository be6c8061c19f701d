"""Seeing what SCT shows before anything is imported: of a municipality on trial that has no records of its own."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from callhub.samples.queries import may_have_samples, samples_of_town
from shell.onboarding import OnboardingTask, TaskState

_STATES = {
    "NONE": TaskState.NOT_STARTED,
    "MAKING": TaskState.IN_PROGRESS,
    "READY": TaskState.DONE,
    "ENDING": TaskState.DONE,
    "ENDED": TaskState.DONE,
}


def tasks(request: HttpRequest) -> list[OnboardingTask]:
    """Trying it with sample calls."""
    if not may_have_samples(request.municipality):  # type: ignore[attr-defined]
        return []
    state, hint = samples_of_town().state, _("Invented calls to your own departments, taken away by one button")
    return [
        OnboardingTask(
            "samples", _("Your telephone"), _("See it with sample calls"), _STATES[state], reverse("samples:samples"), hint, 2,
            ("ask_for_samples", "end_samples"), pages=("samples:",),
        )
    ]  # fmt: skip
