"""Payments as we know them: who is which customer of Stripe, what Stripe says of its subscription, what it told us.

Public schema. Nothing here is about a person: names and addresses stay at Stripe and in the contract.
"""

from typing import ClassVar

from django.db import models

from billing.payments.rules import Refused, Standing, standing_of


class Customer(models.Model):
    """The one customer of Stripe that a municipality is."""

    schema_name = models.CharField(max_length=8, unique=True)
    stripe_id = models.CharField(max_length=64, unique=True)
    linked_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.schema_name} {self.stripe_id}"


class SubscriptionState(models.Model):
    """What Stripe said of a subscription when it was last asked. Only asking changes it, never an event's own words."""

    schema_name = models.CharField(max_length=8, db_index=True)
    stripe_id = models.CharField(max_length=64, unique=True)
    status = models.CharField(max_length=30, default="incomplete")
    collection_method = models.CharField(max_length=30, default="")
    period_start = models.DateTimeField(null=True)
    period_end = models.DateTimeField(null=True)
    ends_with_period = models.BooleanField(default=False)
    latest_invoice = models.CharField(max_length=64, default="")
    invoice_status = models.CharField(max_length=30, default="")
    invoice_cents = models.BigIntegerField(default=0)
    contract = models.CharField(max_length=36, default="")
    updated_from = models.DateTimeField()  # when the newest event happened that made us ask
    asked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.stripe_id} {self.status}"

    @property
    def standing(self) -> Standing:
        """What it means for the municipality."""
        return standing_of(self.status)


class Settlement(models.Model):
    """What was charged beside the subscription, once for each month that is closed and each change to a dearer year.

    A month that had cost no more than was charged is here too, with nothing. A municipality reads its own.
    """

    schema_name = models.CharField(max_length=8)
    about = models.CharField(max_length=36)  # the month, as 2026-10, or the uuid of the contract that was changed to
    net_cents = models.PositiveBigIntegerField()
    tax_cents = models.PositiveBigIntegerField()
    settled_at = models.DateTimeField(auto_now_add=True)
    invoice = models.CharField(max_length=64, default="")  # Stripe's, as it said when it was last asked
    invoice_status = models.CharField(max_length=30, default="")
    is_late = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["schema_name", "about"], name="each_month_and_change_is_settled_once")
        ]

    def __str__(self) -> str:
        return f"{self.schema_name} {self.about} {self.net_cents}"


class RefusedDelivery(models.Model):
    """How many deliveries to the webhook were not believed on a day, by reason: a number, nothing of what was sent."""

    day = models.DateField()
    why = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Refused])
    number = models.PositiveBigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "why"], name="refusals_of_a_day_are_one_row_by_reason")
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.why} {self.number}"


class StripeEvent(models.Model):
    """Something Stripe told us: stored first, worked on later, once."""

    class Outcome(models.TextChoices):
        WAITING = "WAITING"
        DONE = "DONE"
        OURS = "OURS"  # about what we sell, not about who pays
        UNKNOWN = "UNKNOWN"  # no municipality is that customer
        FAILED = "FAILED"

    event_id = models.CharField(max_length=100, unique=True)
    type = models.CharField(max_length=100)
    created = models.DateTimeField()
    is_live = models.BooleanField(default=False)
    payload = models.JSONField()
    received_at = models.DateTimeField(auto_now_add=True)
    processed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, default="")
    schema_name = models.CharField(max_length=8, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["received_at"], condition=models.Q(processed_at=None), name="events_to_be_done")
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.type}"
