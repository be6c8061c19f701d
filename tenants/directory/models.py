"""The municipalities of the platform and the addresses they answer at. Public schema."""

import uuid
from typing import ClassVar

from django.db import models
from django_tenants.models import DomainMixin, TenantMixin

from tenants.directory.rules import Kind


class Municipality(TenantMixin):
    """One client administration. Its row outlives its schema, so that names and numbers are never used again."""

    class State(models.TextChoices):
        TRIAL = "TRIAL"  # everything can be done, without a contract, until trial_ends_on; no citizens are covered
        ACTIVE = "ACTIVE"
        PAST_DUE = "PAST_DUE"  # in service, something is not paid
        SUSPENDED = "SUSPENDED"  # calls are recorded and everything can be read and exported, nothing changed
        CLOSING = "CLOSING"
        CLOSED = "CLOSED"

    auto_create_schema = False  # tenants.opening makes it, in one transaction

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.CharField(max_length=40, unique=True)
    look_alike_key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(
        max_length=20, choices=[(one.value, one.value) for one in Kind], db_default=Kind.TOWN_HALL.value
    )
    ine_code = models.CharField(max_length=5, db_index=True)  # of a body that no list has: its province, and 000
    tax_id = models.CharField(max_length=9, blank=True, db_default="")  # as a body gave it; a town hall's is not asked
    province = models.CharField(max_length=40)
    population = models.PositiveIntegerField()
    population_year = models.PositiveSmallIntegerField()
    is_population_stated = models.BooleanField(db_default=False)  # by the body itself; otherwise it is the INE's
    time_zone = models.CharField(max_length=40)
    language = models.CharField(max_length=5)
    colour = models.CharField(max_length=20, default="teal")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    is_demonstration = models.BooleanField(default=False)
    schema_plan = models.CharField(max_length=64, default="")  # fingerprint of the migrations its schema has
    trial_ends_on = models.DateField(null=True)  # the last day of the trial; None with a contract, or after one
    trial_warned_days = models.PositiveSmallIntegerField(null=True)  # the latest warning: so many days before
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(schema_name__regex=r"^t_[0-9]{6}$"), name="schema_name_form"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_town_hall(self) -> bool:
        """Whether it is called the town hall of its name; a body's name is its own."""
        return self.kind == Kind.TOWN_HALL

    @property
    def is_in_service(self) -> bool:
        """Whether citizens are served today under a contract: its population counts as covered."""
        return self.state in IN_SERVICE

    @property
    def is_open(self) -> bool:
        """Whether its people may come in and its calls are recorded: in service, on trial, or suspended."""
        return self.state in OPEN

    @property
    def is_read_only(self) -> bool:
        """Whether its people may only read and export."""
        return self.state == self.State.SUSPENDED


IN_SERVICE = (Municipality.State.ACTIVE, Municipality.State.PAST_DUE)
OPEN = (Municipality.State.TRIAL, *IN_SERVICE, Municipality.State.SUSPENDED)


class Domain(DomainMixin):
    """One host name of a municipality, lower case, without port or trailing dot."""


class ReceptionNumber(models.Model):
    """A number of Adtende's to which one municipality forwards its lines. It reads its own row only, and changes none."""

    number = models.CharField(max_length=16, unique=True)
    schema_name = models.CharField(max_length=63, unique=True)
    assigned_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(number__regex=r"^\+[1-9][0-9]{5,14}$"), name="reception_in_e164"),
        ]

    def __str__(self) -> str:
        return self.number


class RegisteredLine(models.Model):
    """A public number and the municipality that holds it: one on the whole platform.

    A municipality sees its own rows only; that a number is taken it learns from the constraint, and not by whom.
    """

    number = models.CharField(max_length=16, unique=True)
    schema_name = models.CharField(max_length=63)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(number__regex=r"^\+[1-9][0-9]{5,14}$"), name="line_in_e164"),
        ]

    def __str__(self) -> str:
        return self.number
