"""The departments calls are derived to, and the extensions where they answer."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Department(models.Model):
    """A unit of the town hall. ``search_key`` is the name as it is searched: small letters without accents."""

    name = models.CharField(max_length=100, unique=True)
    search_key = models.CharField(max_length=120)
    description = models.CharField(max_length=300, blank=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["search_key", "id"]

    def __str__(self) -> str:
        return self.name


class Extension(models.Model):
    """An internal number, the department it belongs to, who answers there and the public number that rings it.

    ``search_key`` is number, person and telephone as they are searched.
    """

    number = models.CharField(max_length=20, unique=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="extensions")
    person = models.CharField(max_length=100, blank=True)
    telephone = models.CharField(max_length=20, blank=True, default="")
    search_key = models.CharField(max_length=140)

    class Meta:
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return self.number


class Contact(models.Model):
    """A person who answers for a department, and so may see what became of the calls handed to it."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="contacts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["department", "user"], name="contact_once")]

    def __str__(self) -> str:
        return f"{self.department}: {self.user}"
