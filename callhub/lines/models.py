"""Public numbers, queues and agents, as the switchboard names them and as people call them."""

from typing import ClassVar

from django.db import models


class Line(models.Model):
    """A public number citizens dial, in E.164 or as a short code (010, 112). ``name`` says what it is for.

    One that only records named is a proposal: it is the municipality's once somebody confirms it.
    """

    class State(models.TextChoices):
        PROPOSED = "PROPOSED"
        IN_USE = "IN_USE"
        OUT_OF_USE = "OUT_OF_USE"

    number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED, db_default="PROPOSED")

    class Meta:
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return self.name or self.number


class Queue(models.Model):
    """A queue: ``name`` as in the records, ``label`` as people call it."""

    name = models.CharField(max_length=128, unique=True)
    label = models.CharField(max_length=100, blank=True)
    is_active = models.BooleanField(default=True, db_default=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.label or self.name


class Agent(models.Model):
    """Who answers in queues: ``name`` as in the records, ``label`` as people call them."""

    name = models.CharField(max_length=128, unique=True)
    label = models.CharField(max_length=100, blank=True)
    is_active = models.BooleanField(default=True, db_default=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.label or self.name
