"""Who may open which page. Default deny: a URL without a declared rule is refused, and a test fails."""

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from shell.onboarding import OnboardingTask, tasks_of
from tenants.people.rules import Role, needs_second_factor

PUBLIC = "PUBLIC"
SIGNED_IN = "SIGNED_IN"

# Rules of the sign-in library's and the chrome's own pages, by name of the address.
LIBRARY_RULES: dict[str, str] = {
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_signup": PUBLIC,  # always shows that people are invited
    "account_inactive": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "mfa_authenticate": PUBLIC,  # the password was right, the code is still missing
    "account_reauthenticate": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "usersessions_list": SIGNED_IN,
    "set_language": PUBLIC,
    "set_theme": PUBLIC,
    "kit": PUBLIC,
    "healthz": PUBLIC,
    "readyz": PUBLIC,
}
# What somebody without the second factor they need may still do: set it up, or go.
WITHOUT_SECOND_FACTOR = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "account_logout",
        "set_language",
        "set_theme",
    }
)

View = TypeVar("View", bound=Callable[..., Any])
log = structlog.get_logger("sct.security")


def access(*rule: Role | str) -> Callable[[View], View]:
    """Declares who may open a view: PUBLIC, SIGNED_IN, or the roles named."""

    def declare(view: View) -> View:
        view.access_rule = frozenset(rule)  # type: ignore[attr-defined]
        return view

    return declare


def rule_of(view: Callable[..., Any], name: str) -> frozenset[Role | str] | None:
    """The rule of a view, by its decorator or by the name of its address; None when there is none."""
    declared: frozenset[Role | str] | None = getattr(view, "access_rule", None)
    if declared is None and name in LIBRARY_RULES:
        return frozenset({LIBRARY_RULES[name]})
    return declared


def may_open(rule: frozenset[Role | str], user: Any) -> bool:
    """Whether the rule of a page lets ``user`` in."""
    return PUBLIC in rule or (user.is_authenticated and (SIGNED_IN in rule or user.role in rule))


def task_helped_with(request: HttpRequest) -> OnboardingTask | None:
    """The one task of a helper; None of everybody else, and where the task is no more."""
    user = request.user
    if getattr(user, "role", "") != Role.HELPER:
        return None
    if not hasattr(request, "_task_helped_with"):
        found = next((one for one in tasks_of(request) if one.code == user.task and one.can_be_helped), None)  # type: ignore[union-attr]
        request._task_helped_with = found  # type: ignore[attr-defined]
    task: OnboardingTask | None = request._task_helped_with  # type: ignore[attr-defined]
    return task


def may_help(request: HttpRequest, rule: frozenset[Role | str], name: str) -> bool:
    """Whether a helper's task is done at the address ``name``: where its least role is let in, and on its pages only."""
    task = task_helped_with(request)
    return task is not None and task.least_role in rule and name.startswith(task.pages)


class AccessMiddleware:
    """Last middleware: the town's clock, then the view's rule."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        municipality = getattr(request, "municipality", None)
        with timezone.override(municipality.time_zone if municipality else "Europe/Madrid"):
            response = self.get_response(request)
        if getattr(request, "is_private", False):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Lets through, sends to the sign-in, or refuses."""
        name = request.resolver_match.url_name or "" if request.resolver_match else ""
        rule = rule_of(view, name)
        if rule is None:
            raise PermissionDenied("this address has no rule")
        if PUBLIC in rule:
            return None
        request.is_private = True  # type: ignore[attr-defined]
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse(settings.LOGIN_URL))
        municipality = getattr(request, "municipality", None)
        structlog.contextvars.bind_contextvars(
            user=user.pk, schema=municipality.schema_name if municipality else "public"
        )
        if user.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(user.language)
        if (
            settings.SECOND_FACTOR_REQUIRED
            and needs_second_factor(user.role)
            and name not in WITHOUT_SECOND_FACTOR
            and not is_mfa_enabled(user)
        ):
            return redirect("mfa_activate_totp")
        view_name = request.resolver_match.view_name if request.resolver_match else ""
        if may_open(rule, user) or may_help(request, rule, view_name):
            return None
        task = task_helped_with(request)
        if task is not None and request.path == "/":
            return redirect(task.url)
        log.warning("refused", view=name, role=user.role)
        raise PermissionDenied("the role may not open this page")
