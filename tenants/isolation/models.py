"""The script every municipality's schema is made from. Public schema, the owner's only."""

from django.db import models


class TemplateScript(models.Model):
    """One normalised dump of the template schema, known by the migrations it holds."""

    fingerprint = models.CharField(max_length=64, unique=True)
    script = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.fingerprint[:12]
