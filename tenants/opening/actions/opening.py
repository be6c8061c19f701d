"""Opening a municipality: asked for by anybody of Adtende, done in owner mode (the provisioner and the command line)."""

import time
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from psycopg import ClientCursor

from tenants.audit.actions import record
from tenants.audit.rules import Actor
from tenants.directory import reference, rules
from tenants.directory.models import Domain, Municipality
from tenants.directory.queries import host_of, is_taken
from tenants.isolation import template
from tenants.isolation.context import connection
from tenants.isolation.rules import TEMPLATE_SCHEMA, schema_name
from tenants.opening.actions.upkeep import make_role


class UnableToOpen(Exception):
    """The municipality was not opened and nothing of it is left; the text says why."""


@dataclass(frozen=True)
class Opened:
    """A municipality that was just opened; ``seconds`` is how long the transaction took."""

    municipality: Municipality
    host: str
    seconds: float


def open_municipality(
    *, slug: str, by: Actor, reason: str, ine_code: str = "", body: rules.Body | None = None, name: str = "",
    colour: str = rules.COLOURS[0], language: str = "", trial_ends_on: date | None = None, is_demonstration: bool = False,
) -> Opened:  # fmt: skip
    """Makes row, schema, role, grants and address in one transaction: a killed process leaves nothing.

    A town hall is named by its INE code, any other body by ``body``. With ``trial_ends_on`` it opens for a trial until
    that day. One opening at a time: others wait for it.
    Raises UnableToOpen with one sentence for an unknown INE code or colour, an unusable or a used address.
    """
    known = _checked(ine_code, slug, body)
    if colour not in rules.COLOURS:
        raise UnableToOpen(f"“{colour}” is no colour of a municipality: choose one of {', '.join(rules.COLOURS)}.")
    connection.set_schema_to_public()
    script = template.current_script()
    started = time.perf_counter()
    try:
        with transaction.atomic():
            _one_at_a_time()
            municipality = _make_row(
                known, slug, body, name=name or known.name, colour=colour, is_demonstration=is_demonstration,
                language=language or rules.language_of(known.ine_code), trial_ends_on=trial_ends_on,
                state=Municipality.State.TRIAL if trial_ends_on else Municipality.State.ACTIVE,
            )  # fmt: skip
            _make_schema(municipality.schema_name, script)
            make_role(municipality.schema_name)
            host = host_of(slug)
            record(by=by, verb="open_municipality", subject=municipality.name, reason=reason, details={"slug": slug})
            Domain.objects.create(domain=host, tenant=municipality, is_primary=True)
    except IntegrityError as error:
        raise UnableToOpen(_taken(slug)) from error
    return Opened(municipality, host, time.perf_counter() - started)


def request_opening(*, ine_code: str, slug: str, by: Actor, reason: str) -> None:
    """Asks the provisioner to open a municipality, from the console (role app_staff); it is open within seconds.

    Raises UnableToOpen with one sentence where it could only fail.
    """
    known = _checked(ine_code, slug)
    with transaction.atomic():
        if is_taken(slug):
            raise UnableToOpen(_taken(slug))
        record(by=by, verb="request_opening", subject=known.name, reason=reason, details={"slug": slug})
    job = app.configure_task("open_municipality", queue="opening")
    job.defer(ine_code=ine_code, slug=slug, requested_by=by.name, reason=reason)


def _checked(ine_code: str, slug: str, body: rules.Body | None = None) -> reference.ReferenceMunicipality:
    try:
        rules.check_slug(slug)
        return reference.of_body(body) if body else reference.municipality(ine_code)
    except (rules.UnusableSlug, reference.UnknownMunicipality) as error:
        raise UnableToOpen(str(error)) from error


def _taken(slug: str) -> str:
    return f"“{slug}” is already the address of a municipality, or was, or looks like one: choose another."


def _one_at_a_time() -> None:
    """Grants on the same database by two transactions at once fail; the lock goes with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('open_municipality'))")


def _make_row(
    known: reference.ReferenceMunicipality, slug: str, body: rules.Body | None, **chosen: Any
) -> Municipality:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('public.schema_number')")
        (number,) = cursor.fetchone()
    return Municipality.objects.create(
        schema_name=schema_name(number),
        slug=slug,
        look_alike_key=rules.look_alike_key(slug),
        kind=body.kind if body else rules.Kind.TOWN_HALL,
        tax_id=body.tax_id if body else "",
        ine_code=known.ine_code,
        province=known.province,
        population=known.population,
        population_year=timezone.now().year if body else reference.PADRON_YEAR,
        is_population_stated=body is not None,
        time_zone=rules.time_zone_of(known.ine_code),
        schema_plan=template.plan_fingerprint(),
        **chosen,
    )


def _make_schema(schema: str, script: str) -> None:
    # One round trip for the whole script: the simple protocol runs many statements, inside our transaction.
    with ClientCursor(connection.connection) as cursor:
        cursor.execute(script.replace(TEMPLATE_SCHEMA, schema).encode())
