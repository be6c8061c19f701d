"""People come, change and go. Every act is recorded in the same transaction."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.audit.actions import record
from tenants.audit.rules import Actor, ActorKind
from tenants.people.models import Invitation, User
from tenants.people.rules import STAFF_ROLES, Role

INVITATION_DAYS = 7


class UnableToChangePerson(Exception):
    """The change was not made; one sentence says why."""


@dataclass(frozen=True)
class Invited:
    """An invitation with its token, which is known only now."""

    invitation: Invitation
    token: str


def create_person(
    *, email: str, name: str, role: Role, password: str, by: Actor, reason: str, language: str = "", task: str = ""
) -> User:
    """Makes a sign-in; a helper's is for ``task``. Raises UnableToChangePerson for a used address or a weak password."""
    email = email.strip().lower()
    try:
        password_validation.validate_password(password, User(email=email, name=name))
    except ValidationError as error:
        raise UnableToChangePerson(" ".join(error.messages)) from error
    with transaction.atomic():
        if User.objects.filter(email=email).exists():
            raise UnableToChangePerson(_("Somebody signs in with this e-mail address already."))
        user = User.objects.create_user(email, password, name=name, role=role.value, language=language, task=task)
        record(by=by, verb="create_person", subject=str(user), reason=reason, details={"role": role.value})
    return user


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def invite_person(
    *, email: str, name: str, role: Role, by: Actor, reason: str, leads_to: str = "", task: str = ""
) -> Invited:
    """Invites an address to a role for a week, and to the page ``leads_to`` when one is given; a helper to ``task``.

    Raises UnableToChangePerson when somebody has the address already, or had.
    """
    email = email.strip().lower()
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        known = User.objects.filter(email=email).first()
        if known and known.is_active:
            raise UnableToChangePerson(_("Somebody signs in with this e-mail address already."))
        if known:
            raise UnableToChangePerson(
                _("Somebody signed in with this e-mail address before: give them access again on their own page.")
            )
        Invitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())
        invitation = Invitation.objects.create(
            email=email,
            name=name.strip(),
            role=role.value,
            token_digest=_digest(token),
            leads_to=leads_to,
            task=task,
            invited_by=by.name,
            expires_at=timezone.now() + timedelta(days=INVITATION_DAYS),
        )
        told = {"role": role.value} | ({"task": task} if task else {})
        record(by=by, verb="invite_person", subject=email, reason=reason, details=told)
    return Invited(invitation, token)


def open_invitation(token: str) -> Invitation | None:
    """The invitation of a link that can still be used, or None."""
    return Invitation.objects.filter(
        token_digest=_digest(token), accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now()
    ).first()


def accept_invitation(*, token: str, password: str, name: str, origin: str) -> User:
    """Makes the invited person. A link works once. Raises UnableToChangePerson."""
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().filter(token_digest=_digest(token)).first()
        now = timezone.now()
        if invitation is None or invitation.accepted_at or invitation.withdrawn_at or invitation.expires_at <= now:
            raise UnableToChangePerson(
                _("This invitation was used, withdrawn, or is older than a week: ask for another one.")
            )
        by = Actor(ActorKind.PERSON, invitation.email, origin)
        user = create_person(
            email=invitation.email,
            name=name,
            role=Role(invitation.role),
            task=invitation.task,
            password=password,
            by=by,
            reason="accepted the invitation",
        )
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
    return user


def withdraw_invitation(*, invitation: Invitation, by: Actor, reason: str) -> None:
    """Makes a link useless; one that was used or withdrawn stays as it is."""
    with transaction.atomic():
        still_open = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
        if still_open.update(withdrawn_at=timezone.now()):
            record(by=by, verb="withdraw_invitation", subject=invitation.email, reason=reason)


def change_person(*, user: User, role: Role, is_active: bool, by: Actor, reason: str) -> None:
    """Changes role or access; the person's sessions end at once. Raises UnableToChangePerson for the last administrator."""
    with transaction.atomic():
        administrator = Role.STAFF_ADMINISTRATOR if role in STAFF_ROLES else Role.ADMINISTRATOR
        # All administrators are locked, always in this order: two who remove each other at once come one after the
        # other, and the second finds itself the only one.
        administrates = Q(role=administrator.value, is_active=True)
        rows = User.objects.select_for_update().filter(Q(pk=user.pk) | administrates).order_by("pk")
        locked = {one.pk: one for one in rows}
        changed = locked.pop(user.pk)
        stays = is_active and role == administrator
        if changed.role == administrator.value and changed.is_active and not stays and not locked:
            raise UnableToChangePerson(_("This is the only administrator: make somebody else one first."))
        changed.role, changed.is_active = role.value, is_active
        if role != Role.HELPER:
            changed.task = ""
        changed.save(update_fields=["role", "is_active", "task"])
        _end_sessions(user=changed)
        record(
            by=by, verb="change_person", subject=str(changed), reason=reason,
            details={"role": role.value, "is_active": is_active},
        )  # fmt: skip


def _end_sessions(*, user: User) -> None:
    """Ends every session of a person on the server."""
    for session in UserSession.objects.filter(user=user):
        session.end()
