"""Invoices and what became of them. Public schema: they outlive the municipality's own, and numbers are the issuer's.

An invoice is never updated or deleted, not even by the program: the roles may only insert. What changes (its state, the
registry's number, when it was paid) stands in a row of its own.
"""

import uuid
from typing import ClassVar

from django.db import models

from billing.invoices.rules import full_number


class Invoice(models.Model):
    """One issued invoice: what it says as JSON, and the signed XML exactly as it was sent."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    schema_name = models.CharField(max_length=8, db_index=True)
    # What it bills, in the words of whoever asked for it: asking twice gives the same invoice.
    key = models.CharField(max_length=80, unique=True)
    issuer_tax_id = models.CharField(max_length=9)
    series = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    type_code = models.CharField(max_length=2)
    issued_on = models.DateField()
    due_on = models.DateField()
    period_from = models.DateField()
    period_to = models.DateField()
    buyer_name = models.CharField(max_length=200)
    buyer_tax_id = models.CharField(max_length=9)
    net_cents = models.BigIntegerField()
    tax_cents = models.BigIntegerField()
    total_cents = models.BigIntegerField()
    content = models.JSONField()
    xml = models.TextField()
    certificate = models.CharField(max_length=64)  # SHA-256 of the one it was signed with
    qr_address = models.CharField(max_length=300)
    rectifies = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="rectified_by")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-issued_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer_tax_id", "series", "number"], name="one_invoice_per_number"),
            models.CheckConstraint(
                condition=models.Q(total_cents=models.F("net_cents") + models.F("tax_cents")), name="invoice_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return self.full_number

    @property
    def full_number(self) -> str:
        """SCT-2026/000123."""
        return full_number(self.series, self.number)

    @property
    def file_name(self) -> str:
        """The number as a file is called."""
        return self.full_number.replace("/", "-")


class Standing(models.Model):
    """What became of an invoice: the one thing about it that changes."""

    class State(models.TextChoices):
        ISSUED = "ISSUED"
        SENT = "SENT"  # handed to the port of FACe
        REGISTERED = "REGISTERED"  # it has a number in the registry
        ACCOUNTED = "ACCOUNTED"  # the obligation is recognised
        REJECTED = "REJECTED"
        REPLACED = "REPLACED"  # a rectifying invoice took its place

    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="standing")
    schema_name = models.CharField(max_length=8, db_index=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ISSUED)
    registry_number = models.CharField(max_length=40, blank=True)
    paid_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.state}"


class ChainRecord(models.Model):
    """The record of an invoice for the tax agency, bound to the one before it by its hash."""

    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="chain_record")
    issuer_tax_id = models.CharField(max_length=9)
    position = models.PositiveIntegerField()
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    made_at = models.CharField(max_length=25)  # as it was hashed
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer_tax_id", "position"], name="one_record_per_position"),
        ]

    def __str__(self) -> str:
        return f"{self.issuer_tax_id} {self.position}"


class Chain(models.Model):
    """Where the chain of an issuer ends. Whoever issues locks this row first."""

    issuer_tax_id = models.CharField(max_length=9, unique=True)
    length = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.issuer_tax_id


class Counter(models.Model):
    """The last number of a series. Locked by whoever takes the next, so that a failed invoice leaves no gap."""

    issuer_tax_id = models.CharField(max_length=9)
    series = models.CharField(max_length=20)
    last = models.PositiveIntegerField(default=0)
    last_issued_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer_tax_id", "series"], name="one_counter_per_series"),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.last}"
