"""The service charter of a municipality, in editions that are never rewritten, and the days it leaves out."""

from typing import ClassVar

from django.db import models

from reporting.commitments.rules import Charter, from_json


class Edition(models.Model):
    """A whole charter, as ``rules.to_json`` writes it. A window is judged by the edition that held on its first day.

    ``number`` counts from 1; of two that hold from one day the later one counts.
    """

    number = models.PositiveIntegerField(unique=True)
    starts_on = models.DateField()
    stored = models.JSONField()
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return str(self.number)

    def charter(self) -> Charter:
        """What it says."""
        return from_json(self.stored)


class LeftOutDay(models.Model):
    """A day that counts for no commitment, and why: the line was down, the office flooded."""

    day = models.DateField(unique=True)
    why = models.CharField(max_length=200)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"
