"""Figures computed ahead: the dashboards and the published counts read only these."""

from typing import ClassVar

from django.db import models


class Bucket(models.Model):
    """What one quarter of an hour (UTC) or one local day of one subject holds; ``counts`` as in rules.Counts.to_json."""

    class Grain(models.TextChoices):
        QUARTER = "Q"
        DAY = "D"

    class Subject(models.TextChoices):
        ALL = "all"
        QUEUE = "queue"
        AGENT = "agent"
        EXTENSION = "extension"

    grain = models.CharField(max_length=1, choices=Grain.choices)
    subject_kind = models.CharField(max_length=10, choices=Subject.choices)
    subject = models.TextField(default="")
    starts_at = models.DateTimeField()
    counts = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["grain", "subject_kind", "starts_at", "subject"], name="one_bucket_per_subject"
            )
        ]

    def __str__(self) -> str:
        return f"{self.grain} {self.subject_kind} {self.subject} {self.starts_at:%Y-%m-%d %H:%M}"


class ChangedQuarter(models.Model):
    """A quarter of an hour whose calls changed and whose figures must be computed again. Written with the calls."""

    starts_at = models.DateTimeField(primary_key=True)

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class FillMark(models.Model):
    """When figures were computed latest; what still waits are the changed quarters."""

    name = models.CharField(max_length=30, primary_key=True)
    computed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name
