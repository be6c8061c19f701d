"""Keeping mappings of tables."""

from typing import Any

from django.db import transaction

from callhub.pbx.models import TableMapping
from tenants.audit.actions import record
from tenants.audit.rules import Actor


def keep_mapping(*, name: str, mapping: dict[str, Any], by: Actor) -> TableMapping:
    """Keeps a mapping under a name; the same name again replaces it."""
    with transaction.atomic():
        kept, _ = TableMapping.objects.update_or_create(name=name, defaults={"mapping": mapping})
        record(by=by, verb="keep_mapping", subject=name, reason="kept on the page of a table's columns")
    return kept
