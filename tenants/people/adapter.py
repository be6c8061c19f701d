"""How the sign-in library behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest

from tenants.audit.actions import actor_of, address_of, record
from tenants.people.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves: people are invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """Signs in, once password and second factor were right, and records it."""
        with transaction.atomic():
            super().login(request, user)
            record(by=actor_of(request, user), verb="sign_in", subject="", reason="on the page to sign in")

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that sign-in limits and the list of sessions go by: the one the audit record tells."""
        address = address_of(request)
        if not address:
            raise PermissionDenied("the request comes from no internet address")
        return address
