"""The calls of months that are over. Public schema; each municipality adds its own rows, and nobody changes one."""

from typing import ClassVar

from django.db import models


class Foreseen(models.Model):
    """The calls that a month was foreseen to come to, until its middle. Nothing is charged by it; each municipality keeps its own."""

    schema_name = models.CharField(max_length=8)
    month = models.DateField()  # its first day
    calls = models.PositiveIntegerField()
    by_day = models.JSONField(default=dict)  # decimals as texts; a contract may hold on some of the days only
    made_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["schema_name", "month"], name="one_forecast_per_month"),
        ]

    def __str__(self) -> str:
        return f"{self.schema_name} {self.month:%Y-%m} {self.calls}"


class ClosedMonth(models.Model):
    """The calls that people answered in a month, by day of the municipality's own calendar. Append-only.

    What is found later of months closed before is in the next month that is closed: ``correction_of_earlier`` in all,
    ``corrections`` by day.
    """

    schema_name = models.CharField(max_length=8)
    month = models.DateField()  # its first day
    calls = models.PositiveIntegerField()
    by_day = models.JSONField()
    correction_of_earlier = models.IntegerField(default=0)
    corrections = models.JSONField(default=dict)
    closed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["month"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["schema_name", "month"], name="one_closing_per_month"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="month_by_its_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.schema_name} {self.month:%Y-%m}"
