"""Who did what, when, why and from where. In every municipality's schema, and in public for Adtende's own acts."""

from typing import ClassVar

from django.db import models


class AuditEntry(models.Model):
    """One act. Append-only: the web's roles have no UPDATE or DELETE on this table."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    origin = models.CharField(max_length=200)
    details = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.verb} {self.subject}"
