"""What a new municipality has to do about its people."""

from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shell.names import your_house
from shell.onboarding import OnboardingTask, TaskState
from tenants.people.models import Invitation, User
from tenants.people.rules import Role


def tasks(request: HttpRequest) -> list[OnboardingTask]:
    """The second factor of the administrators, and the people who will work here."""
    house = your_house(request.municipality)  # type: ignore[attr-defined]
    return [_second_factor(house), _people(house)]


def _second_factor(house: str) -> OnboardingTask:
    administrators = list(
        User.objects.filter(role=Role.ADMINISTRATOR.value, is_active=True).values_list("pk", flat=True)
    )
    with_code = Authenticator.objects.filter(user_id__in=administrators, type=Authenticator.Type.TOTP)
    missing = len(administrators) - with_code.values("user_id").distinct().count()
    hint = (
        ngettext("%(number)s administrator has none yet", "%(number)s administrators have none yet", missing)
        % {"number": missing}
        if missing
        else _("Every administrator has one")
    )
    return OnboardingTask(
        "second-factor", house, _("Second key of the administrators"),
        TaskState.MISSING if missing else TaskState.DONE, reverse("mfa_index"), hint, 3,
        ("switch_on_second_factor",), is_of_administrators=True,
    )  # fmt: skip


def _people(house: str) -> OnboardingTask:
    here = User.objects.filter(is_active=True).count()
    invited = Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now()).count()
    state = TaskState.DONE if here > 1 else TaskState.IN_PROGRESS if invited else TaskState.NOT_STARTED
    hint = ngettext("%(number)s person signs in", "%(number)s people sign in", here) % {"number": here}
    if invited:
        open_ones = ngettext("%(number)s invitation is open", "%(number)s invitations are open", invited)
        hint = f"{hint} · {open_ones % {'number': invited}}"
    return OnboardingTask(
        "people", house, _("People who will work here"), state, reverse("people:people"), hint, 5,
        ("invite_person", "create_person"), is_of_administrators=True,
    )  # fmt: skip
