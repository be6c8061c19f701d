"""Applications: who wants to open which municipality. Public schema; the only personal data there, and not for long."""

import uuid
from typing import ClassVar

from django.db import models

from tenants.directory.rules import Body, Kind


class Application(models.Model):
    """One person's way from the public page to a working account.

    The contact data is emptied 30 days after opening or giving up. The token of the link is kept only as its sha256.
    """

    class State(models.TextChoices):
        STARTED = "STARTED"  # the link was sent and not opened yet
        VERIFIED = "VERIFIED"  # the address is theirs; nothing is made yet
        OPENING = "OPENING"  # the provisioner was asked
        OPEN = "OPEN"
        GIVEN_UP = "GIVEN_UP"

    class Trouble(models.TextChoices):
        ADDRESS_TAKEN = "ADDRESS_TAKEN"  # somebody took the address, or one that looks like it, in the meantime
        ALREADY_OPEN = "ALREADY_OPEN"  # the municipality has an account already

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_digest = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - erased ones have none
    state = models.CharField(max_length=10, choices=State.choices, default=State.STARTED)
    trouble = models.CharField(max_length=20, choices=Trouble.choices, blank=True)
    # What is to be opened: a town hall has an INE code, any other body a tax id and what it says of itself.
    ine_code = models.CharField(max_length=5, blank=True, db_index=True)
    kind = models.CharField(
        max_length=20, choices=[(one.value, one.value) for one in Kind], db_default=Kind.TOWN_HALL.value
    )
    tax_id = models.CharField(max_length=9, blank=True)
    province = models.CharField(max_length=2, blank=True, db_default="")
    population = models.PositiveIntegerField(null=True)
    name = models.CharField(max_length=100)
    slug = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=5)
    remark = models.CharField(max_length=500, blank=True)  # what is wrong in what we knew; erased with the contact data
    # The responsible person.
    person = models.CharField(max_length=120, blank=True)
    post = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    telephone = models.CharField(max_length=16, blank=True)
    schema_name = models.CharField(max_length=63, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    verified_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # opened or given up
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"application {self.pk}"

    @property
    def is_town_hall(self) -> bool:
        """Whether it is for a town hall, whose name stands on the INE's list."""
        return self.kind == Kind.TOWN_HALL

    @property
    def body(self) -> Body | None:
        """What a body says of itself; None of a town hall."""
        if self.is_town_hall:
            return None
        return Body(Kind(self.kind), self.name, self.tax_id, self.province, self.population or 0)
