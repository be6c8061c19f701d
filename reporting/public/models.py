"""What the public may see. Public schema; each municipality writes its own rows and only those."""

from typing import ClassVar

from django.db import models

from reporting.public.chain import Said, read


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


class Publication(models.Model):
    """What was said of a closed month of a municipality, signed. Append-only: what is said later is a further edition.

    ``payload`` is the text that was signed, as reporting.public.signing.canonical writes it, so it is a text and no JSON.
    ``tally`` is what it was made of and never leaves the municipality: it tells small numbers apart.
    """

    schema_name = models.CharField(max_length=8)
    month = models.DateField()  # its first day
    edition = models.PositiveSmallIntegerField()
    payload = models.TextField()
    signature = models.CharField(max_length=88)  # base64 of 64 bytes
    tally = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["schema_name", "month", "edition"], name="one_publication_per_edition"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="published_month_by_its_first_day"),
            models.CheckConstraint(condition=models.Q(edition__gte=1), name="editions_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.schema_name} {self.month:%Y-%m} {self.edition}"

    @property
    def said(self) -> Said:
        """What it says."""
        return read(self.payload, self.signature)
