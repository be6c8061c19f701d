"""People who sign in: municipal people in their municipality's schema, Adtende's in public."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from tenants.people.rules import Role


class UserManager(BaseUserManager["User"]):
    """Makes people; e-mail addresses are kept in small letters."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A sign-in with one role. No permissions tables: what a role may do is in rules.py."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    task = models.CharField(max_length=40, blank=True, db_default="")  # of a helper: the code of the one they do
    language = models.CharField(max_length=5, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = []

    def __str__(self) -> str:
        return self.name or self.email


class Invitation(models.Model):
    """An address invited to a role; the link's token is kept only as its sha256."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    email = models.EmailField()
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=30)
    token_digest = models.CharField(max_length=64, unique=True)
    leads_to = models.CharField(
        max_length=200, blank=True, db_default=""
    )  # path of the page to begin with, after the first sign-in
    task = models.CharField(max_length=40, blank=True, db_default="")  # of a helper
    invited_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.email
