"""Who is sent the report of each month."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Recipient(models.Model):
    """A person chosen to be sent reports, or who was once. ``latest_month`` is the month sent latest: none is sent twice."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    is_wanted = models.BooleanField(default=True, db_default=True)
    latest_month = models.DateField(null=True)
    chosen_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["user_id"]

    def __str__(self) -> str:
        return str(self.user)
