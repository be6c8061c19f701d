"""Objects of a municipality, made inside it: `with inside(town): DepartmentFactory(name="Urbanisme")`."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from callhub.calls.models import Call, Derivation, Visit
from callhub.departments.models import Department, Extension
from callhub.pbx.models import Pbx
from tenants.people.models import Invitation
from tenants.people.rules import Role

NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)  # Monday, 12:00 in Madrid


class DepartmentFactory(DjangoModelFactory):
    """A department; its name is numbered."""

    class Meta:
        model = Department

    name = factory.Sequence(lambda n: f"Departament {n}")
    search_key = factory.LazyAttribute(lambda one: one.name.lower())


class ExtensionFactory(DjangoModelFactory):
    """An extension of a department of its own."""

    class Meta:
        model = Extension

    department = factory.SubFactory(DepartmentFactory)
    number = factory.Sequence(lambda n: str(300 + n))
    search_key = factory.SelfAttribute("number")


class InvitationFactory(DjangoModelFactory):
    """An invitation that can still be accepted."""

    class Meta:
        model = Invitation

    email = factory.Sequence(lambda n: f"persona{n}@example.org")
    role = Role.SUPERVISOR.value
    token_digest = factory.LazyFunction(lambda: uuid4().hex * 2)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


class PbxFactory(DjangoModelFactory):
    """A switchboard nobody said anything about."""

    class Meta:
        model = Pbx

    name = factory.Sequence(lambda n: f"Centralita {n}")


class CallFactory(DjangoModelFactory):
    """An inbound call that a person answered, on a Monday at noon."""

    class Meta:
        model = Call

    id = factory.LazyFunction(uuid4)
    pbx_id = 1
    key = factory.Sequence(lambda n: f"1795453859.{n}")
    direction = "INBOUND"
    started_at = NOON
    outcome = "ANSWERED"
    answered_by_person = True
    queue_record = True
    sources = 1


class VisitFactory(DjangoModelFactory):
    """A visit to the queue `oac`, answered after ten seconds."""

    class Meta:
        model = Visit

    call = factory.SubFactory(CallFactory)
    queue = "oac"
    entered_at = NOON
    outcome = "ANSWERED"
    wait_seconds = 10.0
    talk_seconds = 60.0


class DerivationFactory(DjangoModelFactory):
    """A blind derivation to 301 that nobody picked up."""

    class Meta:
        model = Derivation

    call = factory.SubFactory(CallFactory)
    kind = "BLIND"
    at = NOON
    target = "301"
    result = "LOST"
