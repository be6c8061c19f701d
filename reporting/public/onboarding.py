"""What a new municipality has to do about its public figures."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from reporting.public.models import PublicCount
from reporting.public.rules import CALLS, TOTAL
from shell.days import long_moment
from shell.onboarding import OnboardingTask, TaskState


def tasks(request: HttpRequest) -> list[OnboardingTask]:
    """The figures that citizens see, published by themselves once there are records."""
    schema = request.municipality.schema_name  # type: ignore[attr-defined]
    count = PublicCount.objects.filter(schema_name=schema, indicator=CALLS, period=TOTAL).first()
    state, hint = TaskState.NOT_STARTED, _("It happens by itself after the first records")
    if count and request.municipality.trial_ends_on:  # type: ignore[attr-defined]
        state, hint = TaskState.IN_PROGRESS, _("They are ready; citizens see them once the trial has become a contract")
    elif count:
        moment = long_moment(count.as_at)
        state, hint = TaskState.DONE, _("Citizens see figures of %(moment)s") % {"moment": moment}
    url = reverse("dashboard:dashboard")
    return [
        OnboardingTask("published", _("Publish"), _("Figures for citizens"), state, url, hint, 0, ("publish_counts",))
    ]
