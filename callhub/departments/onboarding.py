"""What a new municipality has to do about its departments."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from callhub.departments.models import Department, Extension
from shell.onboarding import OnboardingTask, TaskState


def tasks(request: HttpRequest) -> list[OnboardingTask]:
    """The directory: departments, and the extensions that calls are handed to."""
    departments, extensions = Department.objects.count(), Extension.objects.count()
    without = Extension.objects.filter(department=None).count()
    counted = ngettext("%(number)s department", "%(number)s departments", departments) % {"number": departments}
    lines = ngettext("%(number)s extension", "%(number)s extensions", extensions) % {"number": extensions}
    state, hint = TaskState.DONE, f"{counted} · {lines}"
    if not departments and not extensions:
        state, hint = TaskState.NOT_STARTED, _("From a spreadsheet, or from a set to start with")
    elif not departments or not extensions:
        state = TaskState.MISSING
    elif without:
        state = TaskState.MISSING
        missing = ngettext(
            "%(number)s extension has no department", "%(number)s extensions have no department", without
        )
        hint = f"{hint} · {missing % {'number': without}}"
    return [
        OnboardingTask(
            "departments", _("Your telephone"), _("Departments and extensions"), state, reverse("departments:departments"),
            hint, 15, ("add_department", "change_department", "import_departments", "start_departments", "change_extension"),
            pages=("departments:",),
        )
    ]  # fmt: skip
