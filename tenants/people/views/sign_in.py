"""The sign-in library's pages that change something, each with its audit line in the same transaction."""

from typing import Any

from allauth.account.views import PasswordChangeView, PasswordResetFromKeyView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.usersessions.views import ListUserSessionsView
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from tenants.audit.actions import actor_of, record
from tenants.people.models import User


class Recorded:
    """Mixin of a form's view: what the form does and its audit line are stored together, or not at all."""

    verb: str
    reason: str
    request: HttpRequest

    def person(self) -> User:
        """Whose sign-in changes."""
        return self.request.user  # type: ignore[return-value]

    def form_valid(self, form: Any) -> HttpResponse:
        """Does what the form is for and records it."""
        person = self.person()
        by = actor_of(self.request, person)  # asked before: the act may end this very session
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
            record(by=by, verb=self.verb, subject=str(person), reason=self.reason)
        return response


class ChangePassword(Recorded, PasswordChangeView):  # type: ignore[misc]
    """Chooses another password; the person's other sessions end."""

    verb, reason = "change_password", "on the page of their own sign-in"


class ResetPassword(Recorded, PasswordResetFromKeyView):  # type: ignore[misc]
    """Chooses a password after forgetting it; all sessions of the person end."""

    verb, reason = "reset_password", "with the link sent to their e-mail address"

    def person(self) -> User:
        return self.reset_user  # type: ignore[no-any-return]


class SwitchOnSecondFactor(Recorded, ActivateTOTPView):  # type: ignore[misc]
    """Adds the authenticator app, and recovery codes with it."""

    verb, reason = "switch_on_second_factor", "on the page of their own sign-in"


class SwitchOffSecondFactor(Recorded, DeactivateTOTPView):  # type: ignore[misc]
    """Takes the authenticator app away."""

    verb, reason = "switch_off_second_factor", "on the page of their own sign-in"


class MakeRecoveryCodes(Recorded, GenerateRecoveryCodesView):  # type: ignore[misc]
    """Makes new recovery codes; the old ones work no more."""

    verb, reason = "make_recovery_codes", "on the page of their own sign-in"


class Sessions(Recorded, ListUserSessionsView):  # type: ignore[misc]
    """Where the person is signed in, and ending all but this session."""

    verb, reason = "end_sessions", "on the page of their own sign-in"
