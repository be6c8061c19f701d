"""Handing a signed invoice to FACe: a port, `INVOICE_DELIVERY` in the settings. Nothing here calls anybody."""

import os
import secrets

from django.conf import settings
from django.utils.module_loading import import_string


class UnableToDeliver(Exception):
    """The invoice did not go out; one sentence says why. Trying again is harmless."""


def deliver(file_name: str, xml: bytes) -> None:
    """Hands the invoice over; again for the same name replaces it with the same. Raises UnableToDeliver."""
    import_string(settings.INVOICE_DELIVERY)(file_name, xml)


def into_folder(file_name: str, xml: bytes) -> None:
    """Puts the file into the folder that somebody, or some other program, takes to FACe: whole or not at all."""
    folder = settings.INVOICE_OUTBOX
    fresh = folder / f".{file_name}.{secrets.token_hex(4)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(xml)
        fresh.replace(folder / f"{file_name}.xml")
    except OSError as error:
        raise UnableToDeliver(f"The invoice could not be put into the folder for FACe: {error.strerror}.") from error
