"""What a municipality agreed to besides its contract. In its own schema; rows are only ever added."""

from typing import ClassVar

from django.db import models


class Acceptance(models.Model):
    """Somebody accepted one version of the data-processing agreement: the words they read are kept with it."""

    version = models.CharField(max_length=20, unique=True)
    language = models.CharField(max_length=5)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=200)
    accepted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-accepted_at", "-id"]

    def __str__(self) -> str:
        return f"{self.version} {self.digest[:12]}"
