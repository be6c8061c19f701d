"""The key and certificate that invoices are signed with, from the files the settings name."""

import os
import secrets
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from billing.invoices.signing import Signer, UnableToSign, from_pem, from_pkcs12, test_certificate

# Proving that a key fits takes a tenth of a second: once for each content of the files is enough.
_of_pem, _of_pkcs12 = lru_cache(maxsize=4)(from_pem), lru_cache(maxsize=4)(from_pkcs12)
TEST_NAME = "SCT DEMOSTRACIÓN, SIN VALOR"


def signer() -> Signer:
    """Reads the files anew each time: a renewed certificate counts from the next invoice on. Raises UnableToSign."""
    files = settings.INVOICE_SIGNING
    password = files.password.read_bytes().strip() if files.password else None
    try:
        if files.pkcs12:
            return _of_pkcs12(files.pkcs12.read_bytes(), password)
        if files.certificate and files.key:
            return _of_pem(files.certificate.read_bytes(), files.key.read_bytes(), password)
        if files.test:
            pem = _made_once(files.test)
            return _of_pem(pem, pem)
    except OSError as error:
        raise UnableToSign(f"A file to sign invoices with cannot be read: {error.strerror}.") from error
    raise UnableToSign(
        "There is no certificate to sign invoices with: set SCT_INVOICE_CERTIFICATE_FILE and SCT_INVOICE_KEY_FILE, "
        "or SCT_INVOICE_PKCS12_FILE."
    )


def _made_once(path: Path) -> bytes:
    """The demonstration's own certificate. Two processes that make one at once agree on the first."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(test_certificate(TEST_NAME, timezone.now()))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()
