"""Cache keys: with the municipality, never readable; limits by internet address are the platform's."""

import hashlib
import re

from tenants.isolation.context import connection
from tenants.isolation.rules import PUBLIC_SCHEMA

# The sign-in library counts tries of an internet address under such keys. Were they counted for each municipality, an
# attacker would have as many times the tries as there are municipalities. Everything counted for a person or an e-mail
# address stays the municipality's own: person 7 of one is nobody of the other.
_LIMIT_BY_ADDRESS = re.compile(r"allauth:rl:[^:]+:[^:]+:[^:]+:ip:")


def key_with_municipality(key: str, key_prefix: str, version: int) -> str:
    """The key as stored: sha256 of schema, prefix, version and key. Keys hold e-mail and internet addresses."""
    schema = PUBLIC_SCHEMA if _LIMIT_BY_ADDRESS.match(key) else connection.schema_name
    return hashlib.sha256(f"{schema}\0{key_prefix}\0{version}\0{key}".encode()).hexdigest()
