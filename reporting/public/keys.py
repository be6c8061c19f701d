"""The keys of published months, read anew each time from the files the settings name."""

import os
import secrets
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from reporting.public.signing import UnusableKey, fresh_key, public_keys, public_pem, signing_key

log = structlog.get_logger("sct.public")


def key_to_sign_with() -> Ed25519PrivateKey | None:
    """The key of this process; None where it signs nothing, or where its file cannot be used, which is logged."""
    path = settings.PUBLICATION_KEY_FILE
    if path is None:
        return None
    try:
        if settings.DEMONSTRATION and not path.exists():
            _make(path)
        return signing_key(path.read_bytes())
    except (OSError, UnusableKey) as error:
        log.error("months cannot be signed", why=str(error))
        return None


def keys_to_check_with() -> list[Ed25519PublicKey]:
    """The keys that may have signed. Raises UnusableKey where there is none."""
    pem = public_file()
    if not pem:
        raise UnusableKey(
            "There is no key to check with: set SCT_PUBLICATION_PUBLIC_KEYS_FILE, or nothing has been published yet."
        )
    return public_keys(pem)


def public_file() -> bytes:
    """The keys to check with as they are given away; empty where there is none."""
    path = settings.PUBLICATION_PUBLIC_KEYS_FILE
    try:
        return path.read_bytes() if path else b""
    except FileNotFoundError:
        return b""


def _make(path: Path) -> None:
    """The demonstration's own key, and beside it what to check with. Two processes that make one agree on the first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(fresh_key())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    if settings.PUBLICATION_PUBLIC_KEYS_FILE:
        settings.PUBLICATION_PUBLIC_KEYS_FILE.write_bytes(public_pem(signing_key(path.read_bytes())))
