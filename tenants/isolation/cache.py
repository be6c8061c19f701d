"""Cache keys: always with the municipality, never readable."""

import hashlib

from tenants.isolation.context import connection


def key_with_municipality(key: str, key_prefix: str, version: int) -> str:
    """The key as stored: sha256 of schema, prefix, version and key. Keys hold e-mail and internet addresses."""
    return hashlib.sha256(f"{connection.schema_name}\0{key_prefix}\0{version}\0{key}".encode()).hexdigest()
