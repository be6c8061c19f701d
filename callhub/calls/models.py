"""Calls as they are told from the records. Replaced whole whenever a record changes the story."""

from typing import ClassVar

from django.db import models

from kit.telephones import SEPARATORS


def digits_in(column: str) -> models.Func:
    """A number as it is searched, however a switchboard wrote it."""
    parts = (models.F(column), models.Value(SEPARATORS), models.Value(""))
    return models.Func(*parts, function="translate", output_field=models.TextField())


class Outcome(models.TextChoices):
    """What became of a call; see docs/words.md."""

    ANSWERED = "ANSWERED"
    ABANDONED = "ABANDONED"
    FLOWED_OUT = "FLOWED_OUT"
    VOICEMAIL = "VOICEMAIL"
    NOT_ANSWERED = "NOT_ANSWERED"
    REJECTED = "REJECTED"
    CLOSED = "CLOSED"
    UNKNOWN = "UNKNOWN"


class Direction(models.TextChoices):
    """Who called whom, seen from the town hall."""

    INBOUND = "INBOUND"
    OUTBOUND = "OUTBOUND"
    INTERNAL = "INTERNAL"
    UNKNOWN = "UNKNOWN"


class Call(models.Model):
    """A citizen's whole journey. ``id`` is made from switchboard and ``key``, so a call told again keeps its address.

    ``sources`` adds up 1 queue_log, 2 CEL, 4 CDR, 8 table.
    """

    id = models.UUIDField(primary_key=True)
    pbx_id = models.BigIntegerField()
    key = models.TextField()
    direction = models.CharField(max_length=8, choices=Direction.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    caller = models.TextField(default="")
    is_hidden = models.BooleanField(default=False)
    line = models.TextField(default="")
    agent = models.TextField(default="")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    outcome_reason = models.TextField(default="")
    answered_by_person = models.BooleanField(null=True)
    queue_record = models.BooleanField()
    sources = models.SmallIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["started_at"], name="call_started"),
            models.Index(digits_in("caller"), name="call_caller_digits"),
            models.Index(
                digits_in("line"), name="call_dialled_digits", condition=models.Q(direction=Direction.OUTBOUND)
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Visit(models.Model):
    """One entry into a queue up to its exit."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="visits", db_constraint=False)
    queue = models.TextField()
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    exit_reason = models.TextField(default="")
    wait_seconds = models.FloatField(null=True)
    ring_seconds = models.FloatField(null=True)
    talk_seconds = models.FloatField(null=True)
    agent = models.TextField(default="")
    position = models.SmallIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["entered_at"], name="visit_entered")]

    def __str__(self) -> str:
        return f"{self.queue} {self.outcome}"


class Leg(models.Model):
    """A stretch in which a person's telephone was connected with the call."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="legs", db_constraint=False)
    party = models.TextField()
    started_at = models.DateTimeField()
    talk_seconds = models.FloatField(null=True)

    def __str__(self) -> str:
        return self.party


class Derivation(models.Model):
    """A call handed to a department, and whether it was picked up there."""

    class Kind(models.TextChoices):
        BLIND = "BLIND"
        ATTENDED = "ATTENDED"

    class Result(models.TextChoices):
        PICKED_UP = "PICKED_UP"
        RETURNED = "RETURNED"
        LOST = "LOST"
        UNKNOWN = "UNKNOWN"

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="derivations", db_constraint=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField()
    by_agent = models.TextField(default="")
    target = models.TextField(default="")
    result = models.CharField(max_length=9, choices=Result.choices)
    reason = models.TextField(default="")
    picked_up_after_seconds = models.FloatField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], name="derivation_at")]

    def __str__(self) -> str:
        return f"{self.target} {self.result}"
