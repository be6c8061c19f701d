"""How a municipality's account goes on: trial, paid, past due, suspended. Owner mode only: nobody changes their own state."""

from datetime import date, timedelta

from django.db import transaction
from procrastinate.contrib.django import app

from tenants.audit.actions import record
from tenants.audit.rules import Actor
from tenants.directory.models import Municipality
from tenants.directory.queries import today_of
from tenants.isolation.context import connection
from tenants.opening.rules import can_be_lengthened, due_warning, may_become


class UnableToChangeState(Exception):
    """The municipality stays as it is; one sentence says why."""


def change_state(*, schema: str, state: str, by: Actor, reason: str) -> None:
    """Makes a municipality TRIAL, ACTIVE, PAST_DUE or SUSPENDED; being so already is no error.

    Raises UnableToChangeState for an unknown municipality, and for a step that there is not.
    """
    connection.set_schema_to_public()
    with transaction.atomic():
        town = Municipality.objects.select_for_update().filter(schema_name=schema).first()
        if town is None:
            raise UnableToChangeState(f"No municipality has the schema “{schema}”.")
        if town.state == state:
            return
        if not may_become(town.state, state):
            raise UnableToChangeState(f"{town.name} is {town.state} and cannot become {state}.")
        told = {"slug": town.slug, "from": town.state, "to": state}
        town.state = state
        if state == Municipality.State.ACTIVE:
            town.trial_ends_on = town.trial_warned_days = None
        town.save(update_fields=["state", "trial_ends_on", "trial_warned_days"])
        record(by=by, verb="change_state", subject=town.name, reason=reason, details=told)


def lengthen_trial(*, schema: str, ends_on: date, by: Actor, reason: str) -> None:
    """Gives a municipality on trial, or suspended after it, until ``ends_on``. Raises UnableToChangeState."""
    connection.set_schema_to_public()
    with transaction.atomic():
        town = Municipality.objects.select_for_update().filter(schema_name=schema).first()
        _refuse_longer_trial(town, ends_on)
        assert town
        town.state, town.trial_ends_on, town.trial_warned_days = Municipality.State.TRIAL, ends_on, None
        town.save(update_fields=["state", "trial_ends_on", "trial_warned_days"])
        told = {"slug": town.slug, "until": ends_on.isoformat()}
        record(by=by, verb="lengthen_trial", subject=town.name, reason=reason, details=told)


def request_longer_trial(*, schema: str, ends_on: date, by: Actor, reason: str) -> None:
    """Asks the provisioner for more time of trial, from the console (role app_staff).

    Raises UnableToChangeState where it could only fail.
    """
    with transaction.atomic():
        town = Municipality.objects.filter(schema_name=schema).first()
        _refuse_longer_trial(town, ends_on)
        assert town
        told = {"slug": town.slug, "until": ends_on.isoformat()}
        record(by=by, verb="request_longer_trial", subject=town.name, reason=reason, details=told)
    job = app.configure_task("lengthen_trial", queue="opening")
    job.defer(schema=schema, ends_on=ends_on.isoformat(), requested_by=by.name, reason=reason)


def _refuse_longer_trial(town: Municipality | None, ends_on: date) -> None:
    if town is None or not can_be_lengthened(town.state, town.trial_ends_on):
        raise UnableToChangeState("Only a municipality on trial, or suspended after it, can be given more time.")
    if ends_on < today_of(town):
        raise UnableToChangeState("The new end of the trial is in the past.")


def end_trials(*, today: date, by: Actor) -> list[str]:
    """Suspends the municipalities whose trial was over before ``today``; gives their schemas."""
    connection.set_schema_to_public()
    over = Municipality.objects.filter(state=Municipality.State.TRIAL, trial_ends_on__lt=today).order_by("id")
    ended = list(over.values_list("schema_name", flat=True))
    for schema in ended:
        change_state(schema=schema, state=Municipality.State.SUSPENDED, by=by, reason="the trial is over")
    return ended


def due_warnings(*, today: date) -> list[tuple[Municipality, int]]:
    """Municipalities on trial that have to be warned today, with the days left; each warning comes once.

    The warning is marked here, before it is sent: one that is lost is better than one each night.
    """
    connection.set_schema_to_public()
    soon = today + timedelta(days=7)
    found = []
    with transaction.atomic():
        on_trial = Municipality.objects.select_for_update().filter(
            state=Municipality.State.TRIAL, trial_ends_on__range=(today, soon)
        )
        for town in on_trial.order_by("id"):
            assert town.trial_ends_on
            days = (town.trial_ends_on - today).days
            due = due_warning(days, town.trial_warned_days)
            if due is not None:
                town.trial_warned_days = due
                town.save(update_fields=["trial_warned_days"])
                found.append((town, days))
    return found
