"""Public numbers, queues and agents, as the switchboard names them and as people call them."""

from typing import ClassVar

from django.db import models


class Line(models.Model):
    """A public number citizens dial, in E.164 or as a short code (010, 112)."""

    number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return self.name or self.number


class Queue(models.Model):
    """A queue: ``name`` as in the records, ``label`` as people call it."""

    name = models.CharField(max_length=128, unique=True)
    label = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.label or self.name


class Agent(models.Model):
    """Who answers in queues: ``name`` as in the records, ``label`` as people call them."""

    name = models.CharField(max_length=128, unique=True)
    label = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.label or self.name
