"""What a new municipality has to do about personal data: agree how Adtende handles them."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from shell.onboarding import OnboardingTask, TaskState
from tenants.agreements.queries import acceptance_of, current_version, latest_acceptance
from tenants.directory.models import Municipality


def tasks(request: HttpRequest) -> list[OnboardingTask]:
    """The data-processing agreement, accepted in the version that holds today."""
    town: Municipality = request.municipality  # type: ignore[attr-defined]
    state, hint = _state(town)
    return [
        OnboardingTask(
            "agreement", _("Your contract"), _("Data-processing agreement"), state, reverse("agreements:agreement"), hint, 10,
            ("accept_agreement",), is_of_administrators=True,
        )
    ]  # fmt: skip


def _state(town: Municipality) -> tuple[TaskState, str]:
    accepted = acceptance_of(current_version(town))
    if accepted:
        return TaskState.DONE, _("Accepted by %(name)s") % {"name": accepted.person_name}
    if settings.INVOICE_SELLER is None:
        return TaskState.BY_ADTENDE, _("Adtende has to fill in its data first")
    if latest_acceptance():
        return TaskState.MISSING, _("There is a new version to read and accept")
    return TaskState.MISSING, _("An administrator has to read and accept it")
