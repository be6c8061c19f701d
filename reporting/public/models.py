"""What the public may see. Public schema; each municipality writes its own rows and only those."""

from typing import ClassVar

from django.db import models


class PublicCount(models.Model):
    """One number of one municipality and one period.

    ``value`` null is never 0: it is from 1 to 4 where ``is_suppressed``, else it would give such a number away.
    """

    schema_name = models.CharField(max_length=8)
    indicator = models.CharField(max_length=40)
    period = models.CharField(max_length=10)  # `total`, `2026-11` or `2026-11-23`
    value = models.BigIntegerField(null=True)
    is_suppressed = models.BooleanField(default=False)
    as_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["schema_name", "indicator", "period"], name="one_count_per_period")
        ]

    def __str__(self) -> str:
        return f"{self.schema_name} {self.indicator} {self.period}"
