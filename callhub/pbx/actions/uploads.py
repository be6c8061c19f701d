"""Files people upload: kept in a folder of their municipality until they were taken in."""

import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from callhub.pbx.models import Import


def keep_upload(*, file: UploadedFile, schema: str) -> Path:
    """Writes an uploaded file under a name of ours: nothing of the visitor's name reaches the disk."""
    folder = Path(settings.UPLOADS) / schema
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / uuid.uuid4().hex
    with path.open("xb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    return path


def choose_mapping(*, batch: Import, mapping: dict[str, Any]) -> None:
    """Sets the mapping of a table that waits for it."""
    batch.mapping = mapping
    batch.save(update_fields=["mapping"])


def forget_upload(batch: Import) -> None:
    """Removes an uploaded file once its rows are stored, or it was refused: they hold citizens' numbers.

    A file named on the command line belongs to whoever named it and stays.
    """
    path = Path(batch.stored_at)
    if path.is_relative_to(settings.UPLOADS):
        path.unlink(missing_ok=True)
