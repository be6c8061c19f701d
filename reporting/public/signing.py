"""Documents that anybody can check: written in one way only, signed with Ed25519. Knows nothing of Django."""

import json
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_END = b"-----END PUBLIC KEY-----"


class UnusableKey(Exception):
    """A file that holds no key to sign or to check with; one sentence says why."""


def canonical(document: Mapping[str, Any]) -> str:
    """The one text of a document: keys in order, no blanks, letters as they are. Signed are its bytes in UTF-8."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """SHA-256 of a document's text, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def fresh_key() -> bytes:
    """A new key to sign with, as PEM."""
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def signing_key(pem: bytes) -> Ed25519PrivateKey:
    """The key of a PEM file. Raises UnusableKey."""
    try:
        key = serialization.load_pem_private_key(pem, None)
    except (ValueError, TypeError) as error:
        raise UnusableKey(
            "The file holds no key to sign with: it must be an Ed25519 key in PEM, without a password."
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UnusableKey("The key to sign publications with is of another kind: it must be Ed25519.")
    return key


def public_pem(key: Ed25519PrivateKey) -> bytes:
    """What others check with, as PEM."""
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def public_keys(pem: bytes) -> list[Ed25519PublicKey]:
    """The keys of a PEM file to check with, the latest and those before it one after the other. Raises UnusableKey."""
    found = []
    for part in pem.split(_END)[:-1]:
        try:
            key = serialization.load_pem_public_key(part + _END + b"\n")
        except ValueError as error:
            raise UnusableKey("The file of public keys cannot be read: it must hold Ed25519 keys in PEM.") from error
        if not isinstance(key, Ed25519PublicKey):
            raise UnusableKey("A key to check publications with is of another kind: it must be Ed25519.")
        found.append(key)
    if not found:
        raise UnusableKey("The file of public keys holds none: it must hold Ed25519 keys in PEM.")
    return found


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 of a public key, in hexadecimal: the name by which it is told from others."""
    return sha256(
        key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    ).hexdigest()


def signature(text: str, key: Ed25519PrivateKey) -> str:
    """The signature of a document's text, in base64."""
    return b64encode(key.sign(text.encode())).decode()


def vouches(signed: str, text: str, keys: Sequence[Ed25519PublicKey]) -> bool:
    """Whether one of the keys made this signature of this text."""
    try:
        raw = b64decode(signed, validate=True)
    except (NoBase64, ValueError):
        return False
    for key in keys:
        try:
            key.verify(raw, text.encode())
        except InvalidSignature:
            continue
        return True
    return False
