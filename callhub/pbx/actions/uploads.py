"""Files people upload: kept in a folder of their municipality until they were taken in."""

import os
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction

from callhub.pbx.models import Import
from tenants.audit.actions import record
from tenants.audit.rules import Actor


def keep_upload(*, file: TemporaryUploadedFile, schema: str) -> Path:
    """Keeps an uploaded file under a name of ours: nothing of the visitor's name reaches the disk."""
    folder = Path(settings.UPLOADS) / schema
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / uuid.uuid4().hex
    os.replace(file.temporary_file_path(), path)
    return path


def choose_mapping(*, batch: Import, mapping: dict[str, Any], by: Actor) -> bool:
    """Sets the mapping of a table that waits for it; False when somebody else was quicker."""
    with transaction.atomic():
        batch = Import.objects.select_for_update().get(pk=batch.pk)
        if not batch.waits_for_columns:
            return False
        batch.mapping = mapping
        batch.save(update_fields=["mapping"])
        record(by=by, verb="choose_mapping", subject=batch.file_name, reason="told on the page of a table's columns")
    return True


def forget_upload(batch: Import) -> None:
    """Removes an uploaded file once its rows are stored, or it was refused: they hold citizens' numbers.

    A file named on the command line belongs to whoever named it and stays.
    """
    path = Path(batch.stored_at)
    if path.is_relative_to(settings.UPLOADS):
        path.unlink(missing_ok=True)
