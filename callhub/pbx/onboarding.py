"""What a new municipality has to do about its switchboard."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from callhub.pbx.models import Import
from shell.days import long_moment
from shell.onboarding import OnboardingTask, TaskState


def tasks(request: HttpRequest) -> list[OnboardingTask]:
    """The first records of the switchboard: seen, not said."""
    states = Import.State
    own = Import.objects.filter(pbx__is_sample=False)
    first = own.filter(state=states.DONE).order_by("finished_at").first()
    state, hint = TaskState.NOT_STARTED, _("A file of your switchboard; we read the usual formats")
    if first and first.finished_at:
        moment = long_moment(first.finished_at)
        state, hint = TaskState.DONE, _("We had the first ones on %(moment)s") % {"moment": moment}
    elif own.filter(state__in=[states.WAITING, states.RUNNING]).exists():
        state, hint = TaskState.IN_PROGRESS, _("A file is being read")
    elif own.filter(state=states.FAILED).exists():
        state, hint = TaskState.MISSING, _("The file could not be read: its page says why")
    return [
        OnboardingTask(
            "records", _("Your telephone"), _("First records of the switchboard"), state, reverse("pbx:imports"), hint, 10,
            ("request_import",), pages=("pbx:",),
        )
    ]  # fmt: skip
