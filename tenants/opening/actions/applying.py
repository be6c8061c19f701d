"""An application's way: sent from the public page, confirmed through the link, opened by the provisioner, or given up.

The public site's role cannot write in Adtende's record, and needs not: the application's own row tells when what was done.
The opening itself has its line.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from tenants.audit.rules import Actor, ActorKind
from tenants.directory.models import Municipality
from tenants.directory.queries import is_taken, municipality_of_ine_code, municipality_of_tax_id, today_at
from tenants.directory.rules import UnusableSlug, check_slug
from tenants.isolation.context import connection, inside
from tenants.isolation.jobs import defer_after_commit
from tenants.opening.actions.opening import UnableToOpen, open_municipality
from tenants.opening.models import Application
from tenants.opening.queries import digest
from tenants.opening.rules import ASKED_PER_DAY, IDLE_DAYS, Asked, trial_end
from tenants.people.actions import Invited, invite_person
from tenants.people.models import User
from tenants.people.rules import Role


class UnableToApply(Exception):
    """The application stays as it is; one sentence says why."""


@dataclass(frozen=True)
class Applied:
    """An application with its token, which is known only now."""

    application: Application
    token: str


def apply(*, asked: Asked) -> Applied | None:
    """Keeps an application until its link is opened. None when this address asked often enough today.

    Whoever asks is told the same in both cases, and the same whether or not somebody applied before.
    """
    day_ago = timezone.now() - timedelta(days=1)
    email = asked.email.strip().lower()
    with transaction.atomic():
        if Application.objects.filter(email=email, created_at__gt=day_ago).count() >= ASKED_PER_DAY:
            return None
        token = secrets.token_urlsafe(16)  # 128 bits
        application = Application.objects.create(
            token_digest=digest(token),
            ine_code=asked.ine_code,
            kind=asked.kind,
            tax_id=asked.tax_id,
            province=asked.province,
            population=asked.population,
            name=asked.name,
            slug=asked.slug,
            language=asked.language,
            remark=asked.remark,
            person=asked.person,
            post=asked.post,
            email=email,
            telephone=asked.telephone,
        )
    return Applied(application, token)


def ask_to_open(*, application: Application) -> None:
    """The address is theirs, and the provisioner is asked to open. Asking twice asks once.

    Raises UnableToApply when the municipality or its address is taken: then the application says so too.
    """
    with transaction.atomic():
        current = _locked(application)
        if current.state in {Application.State.OPENING, Application.State.OPEN}:
            return
        _refuse_given_up(current)
        now = timezone.now()
        current.verified_at = current.verified_at or now
        current.trouble = _trouble(current)
        current.state = Application.State.VERIFIED if current.trouble else Application.State.OPENING
        current.asked_at = None if current.trouble else now
        current.save()
        if current.state == Application.State.OPENING:
            defer_after_commit(app.configure_task("open_application", queue="opening"), application=current.pk)


def choose_address(*, application: Application, slug: str) -> None:
    """Wishes another address, before anything is opened. Raises UnableToApply for an unusable or used one."""
    try:
        check_slug(slug)
    except UnusableSlug as error:
        raise UnableToApply(str(error)) from error
    with transaction.atomic():
        current = _locked(application)
        _refuse_given_up(current)
        if current.state in {Application.State.OPENING, Application.State.OPEN}:
            raise UnableToApply(_("The address cannot be changed any more: the opening has begun."))
        if is_taken(slug):
            raise UnableToApply(
                f"“{slug}” is already the address of a municipality, or was, or looks like one: choose another."
            )
        current.slug, current.trouble = slug, ""
        current.save(update_fields=["slug", "trouble"])


def give_up(*, application: Application) -> None:
    """Ends an application that is not open; its data is erased later, like that of opened ones."""
    with transaction.atomic():
        current = _locked(application)
        if current.state in {Application.State.STARTED, Application.State.VERIFIED}:
            current.state, current.ended_at = Application.State.GIVEN_UP, timezone.now()
            current.save(update_fields=["state", "ended_at"])


def open_application(*, application_id: int) -> None:
    """Opens what was asked for, and marks it open in the same transaction. Owner mode; repeating it is harmless."""
    connection.set_schema_to_public()
    with transaction.atomic():
        # Whoever else wants the same municipality waits here, always in this order, and finds it open afterwards.
        wanted = Application.objects.filter(pk=application_id)
        codes, tax_ids = wanted.values("ine_code"), wanted.values("tax_id")
        same = Application.objects.select_for_update().filter(ine_code__in=codes, tax_id__in=tax_ids).order_by("pk")
        current = next((one for one in same if one.pk == application_id), None)
        if current is None or current.state != Application.State.OPENING:
            return
        current.trouble = _trouble(current)
        if not current.trouble:
            try:
                opened = open_municipality(
                    ine_code=current.ine_code,
                    body=current.body,
                    slug=current.slug,
                    name=current.name,
                    language=current.language,
                    trial_ends_on=trial_end(today_at(current.ine_code), settings.TRIAL_DAYS),
                    by=Actor(ActorKind.JOB, str(current), "opening"),
                    reason="applied for on the public page",
                )
            except UnableToOpen:
                if not is_taken(current.slug):
                    raise
                current.trouble = Application.Trouble.ADDRESS_TAKEN
            else:
                current.schema_name = opened.municipality.schema_name
        if current.trouble:
            current.state, current.asked_at = Application.State.VERIFIED, None
        else:
            current.state, current.ended_at = Application.State.OPEN, timezone.now()
        current.save()


def invite_responsible(*, application: Application, by: Actor) -> Invited | None:
    """Invites the responsible person as administrator of their open municipality; None when they are in already."""
    municipality = Municipality.objects.filter(schema_name=application.schema_name).first()
    if municipality is None or not municipality.is_open or not application.email:
        raise UnableToApply(_("This town hall's account is not open."))
    with inside(municipality):
        if User.objects.filter(email=application.email).exists():
            return None
        return invite_person(
            email=application.email,
            name=application.person,
            role=Role.ADMINISTRATOR,
            by=by,
            reason="applied for on the public page",
        )


def erase_contact_data(*, days: int) -> int:
    """Empties the contact data of applications that ended, or were never confirmed, ``days`` ago; gives how many."""
    before = timezone.now() - timedelta(days=days)
    states = Application.State
    with transaction.atomic():
        long_ago = timezone.now() - timedelta(days=IDLE_DAYS)
        forgotten = Q(state=states.STARTED, created_at__lt=before) | Q(state=states.VERIFIED, verified_at__lt=long_ago)
        Application.objects.filter(forgotten).update(
            state=states.GIVEN_UP, ended_at=timezone.now() - timedelta(days=days, seconds=1)
        )
        return Application.objects.filter(ended_at__lt=before, erased_at=None).update(
            person="", post="", email="", telephone="", remark="", token_digest=None, erased_at=timezone.now()
        )


def _locked(application: Application) -> Application:
    return Application.objects.select_for_update().get(pk=application.pk)


def _refuse_given_up(application: Application) -> None:
    if application.state == Application.State.GIVEN_UP:
        raise UnableToApply(_("This application was given up: begin again on the public page."))


def _trouble(application: Application) -> str:
    body = application.body
    if municipality_of_tax_id(body.tax_id) if body else municipality_of_ine_code(application.ine_code):
        return Application.Trouble.ALREADY_OPEN
    return Application.Trouble.ADDRESS_TAKEN if is_taken(application.slug) else ""
