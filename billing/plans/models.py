"""What was agreed with a municipality, and what it asked. Public schema; each municipality sees its own rows and only those.

It writes what it asks, in which there is no price. Contracts are written by Adtende's side (decision 17).
"""

import uuid
from typing import ClassVar

from django.db import models

from billing.plans.rules import CAMPAIGN_BLOCK, OVERFLOW_BLOCK, Bought, Part, Terms

LONGEST_REFUSAL = 300


class Contract(models.Model):
    """One agreement: a plan, its prices as they were that day, and to whom it is invoiced.

    It holds from ``starts_on`` up to, but without, ``ends_on``; null is until somebody leaves. Prices never change in a
    contract: another plan is another contract.
    """

    class Plan(models.TextChoices):
        TACTICAL_ADVICE = "tactical_advice"
        ATTENDED = "attended"

    class Term(models.TextChoices):
        MONTHLY = "MONTHLY"
        ANNUAL = "ANNUAL"

    class Way(models.TextChoices):
        CARD = "CARD"
        DIRECT_DEBIT = "DIRECT_DEBIT"
        E_INVOICE = "E_INVOICE"

    class State(models.TextChoices):
        PROPOSED = "PROPOSED"
        IN_FORCE = "IN_FORCE"
        PAST_DUE = "PAST_DUE"
        ENDED = "ENDED"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    schema_name = models.CharField(max_length=8)
    plan = models.CharField(max_length=20, choices=Plan.choices)
    term = models.CharField(max_length=10, choices=Term.choices)
    way = models.CharField(max_length=15, choices=Way.choices)
    population = models.PositiveIntegerField()
    discount_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    legal_name = models.CharField(max_length=150)
    tax_id = models.CharField(max_length=9)
    address = models.CharField(max_length=150)
    postal_code = models.CharField(max_length=5)
    town = models.CharField(max_length=100)
    province = models.CharField(max_length=40)
    invoice_email = models.EmailField()
    oc = models.CharField(max_length=9, blank=True)
    og = models.CharField(max_length=9, blank=True)
    ut = models.CharField(max_length=9, blank=True)
    file_reference = models.CharField(max_length=60, blank=True)
    terms = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["starts_on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["schema_name"], condition=models.Q(state="PROPOSED"), name="one_proposed_contract"
            ),
            models.UniqueConstraint(
                fields=["schema_name"],
                condition=models.Q(state__in=["IN_FORCE", "PAST_DUE"], ends_on=None),
                name="one_contract_without_end",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")), name="ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(discount_percent__gte=0, discount_percent__lte=100), name="discount_is_a_percentage"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schema_name} {self.plan} {self.starts_on:%Y-%m-%d}"

    @property
    def agreed(self) -> Terms:
        """The prices that were agreed."""
        return Terms.from_json(self.terms)

    @property
    def part(self) -> Part:
        """The whole contract as the rules of amounts take it; one without an end lasts for ever."""
        return Part(self.agreed, self.term, self.starts_on, self.ends_on or self.starts_on.max)


class Wish(models.Model):
    """What a municipality asked of its contract, as it said it: it adds rows, Adtende's side writes the answer beside them.

    Nothing here is a price, a state or a day that counts: those are the answer's. Who asked is in the municipality's record.
    """

    class Kind(models.TextChoices):
        PROPOSE = "PROPOSE"
        WITHDRAW = "WITHDRAW"
        ACCEPT = "ACCEPT"
        CHANGE = "CHANGE"
        LEAVE = "LEAVE"
        BLOCK = "BLOCK"

    schema_name = models.CharField(max_length=8)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    content = models.JSONField()
    once = models.CharField(max_length=60, null=True)  # noqa: DJ001  asked twice, it is asked once; null: as often as one likes
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True)
    contract = models.UUIDField(null=True)  # what it led to
    refused = models.CharField(max_length=LONGEST_REFUSAL, default="")  # or why it led to nothing, in one sentence

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["asked_at"], condition=models.Q(answered_at=None), name="wishes_to_be_answered")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["schema_name", "once"], name="what_is_asked_once_is_one_row")
        ]

    def __str__(self) -> str:
        return f"{self.schema_name} {self.kind}"


class Block(models.Model):
    """Calls that a municipality ordered for a month, at the price of its contract. Written by Adtende's side, never changed."""

    class Kind(models.TextChoices):
        OVERFLOW = OVERFLOW_BLOCK
        CAMPAIGN = CAMPAIGN_BLOCK

    schema_name = models.CharField(max_length=8, db_index=True)
    contract = models.UUIDField()
    kind = models.CharField(max_length=15, choices=Kind.choices)
    starts_on = models.DateField()
    ends_before = models.DateField()
    calls = models.PositiveIntegerField()
    cents = models.PositiveIntegerField()
    ordered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["starts_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_before__gt=models.F("starts_on")), name="block_holds_some_days"
            )
        ]

    def __str__(self) -> str:
        return f"{self.schema_name} {self.kind} {self.starts_on:%Y-%m}"

    @property
    def bought(self) -> Bought:
        """As the rules of amounts take it."""
        return Bought(self.kind, self.calls, self.cents)
