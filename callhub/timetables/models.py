"""The hours of a municipality, in editions: each change makes a new one, and undoing it brings back the one before."""

from typing import ClassVar

from django.db import models

from callhub.timetables.rules import Hours, from_json


class Edition(models.Model):
    """All hours and closed days at once, as ``rules.to_json`` writes them; the latest that was not undone holds.

    ``number`` counts from 1: of two people who change the same edition, at once or later, one is told so.
    """

    number = models.PositiveIntegerField(unique=True)
    stored = models.JSONField()
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)
    is_undone = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return str(self.number)

    def hours(self) -> Hours:
        """What it says."""
        return from_json(self.stored)
