"""How the sign-in library behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from tenants.audit.actions import actor_of, address_of, record
from tenants.directory.hosts import link_for_mail, registered_host
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

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link sent to whoever forgot a password: never with what the request's own header says."""
        person, _hyphen, rest = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": person, "key": rest})
        return link_for_mail(self.request, path)

    def format_email_subject(self, subject: str) -> str:
        return f"[{registered_host(self.request)}] {subject}"
