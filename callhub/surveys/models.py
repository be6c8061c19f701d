"""Who was asked about which call, and what was answered: two tables that nothing joins, so that nobody's answer is told."""

import uuid
from typing import ClassVar

from django.db import models

from callhub.departments.models import Department
from callhub.surveys.rules import HIGHEST, LONGEST_TEXT


class Edition(models.Model):
    """What a municipality chose about asking: whether, by short message, and one call in how many. The latest holds."""

    number = models.PositiveIntegerField(unique=True)
    is_on = models.BooleanField()
    sends_messages = models.BooleanField()
    one_in = models.PositiveSmallIntegerField()
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(one_in__gte=1, one_in__lte=1000), name="one_in_some")
        ]

    def __str__(self) -> str:
        return str(self.number)


class Way(models.TextChoices):
    """How a citizen is asked."""

    MESSAGE = "MESSAGE"  # a link in a short message
    MAIL = "MAIL"  # a link by e-mail
    CODE = "CODE"  # a code that an agent said
    READ = "READ"  # an agent read the questions and wrote the answers down


class Invitation(models.Model):
    """One call was asked about, once. Of token or code only ``digest`` is kept; ``answered_on`` says that, not what.

    ``called_on``, ``department`` and ``agent`` are the call's, as they were told when it was asked about.
    """

    call_id = models.UUIDField(unique=True)  # no key: calls are told again from their records
    digest = models.CharField(max_length=64, unique=True)
    way = models.CharField(max_length=7, choices=Way.choices)
    called_on = models.DateField()
    department = models.ForeignKey(Department, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    agent = models.TextField(default="")
    invited_on = models.DateField()
    closes_on = models.DateField()
    reminded_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.way} {self.invited_on}"


class Answer(models.Model):
    """What one citizen said. It knows neither its call nor when it came: the month is the call's, the id tells no order."""

    class TextState(models.TextChoices):
        NONE = "NONE"  # nothing was written
        WAITING = "WAITING"
        PUBLISHED = "PUBLISHED"
        HELD_BACK = "HELD_BACK"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    month = models.DateField()  # its first day
    way = models.CharField(max_length=7, choices=Way.choices)
    department = models.ForeignKey(Department, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    agent = models.TextField(default="")
    solved = models.CharField(max_length=6)
    treatment = models.PositiveSmallIntegerField()
    overall = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=2)
    text = models.CharField(max_length=LONGEST_TEXT + 500, default="")  # without personal data, as rules make it
    text_state = models.CharField(max_length=9, choices=TextState.choices, default=TextState.NONE)
    text_reason = models.CharField(max_length=200, default="")
    reply = models.CharField(max_length=LONGEST_TEXT, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(treatment__lte=HIGHEST, overall__lte=HIGHEST, solved__in=["YES", "PARTLY", "NO"]),
                name="answer_on_the_scale",
            )
        ]

    def __str__(self) -> str:
        return str(self.month)
