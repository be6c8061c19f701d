"""Names of schemas and roles. Knows nothing of Django."""

import re

PUBLIC_SCHEMA = "public"
TEMPLATE_SCHEMA = "t_template"
_MUNICIPALITY = re.compile(r"t_[0-9]{6}")


class UnknownSchema(ValueError):
    """A schema name that is neither public, the template, nor a municipality's."""


def is_municipality_role(name: str) -> bool:
    """True for `t_000123`: the one form that a municipality's schema and role can have."""
    return _MUNICIPALITY.fullmatch(name) is not None


def role_for(schema: str, public_role: str) -> str:
    """The role that statements for ``schema`` run as: the schema's own, or ``public_role`` for `public`."""
    if schema == PUBLIC_SCHEMA:
        return public_role
    if is_municipality_role(schema):
        return schema
    raise UnknownSchema(f"“{schema}” is not the schema of a municipality")


def schema_name(number: int) -> str:
    """`t_000123` for 123. Numbers come from a sequence and are never used twice."""
    if not 0 < number < 1_000_000:
        raise UnknownSchema(f"{number} is outside 1 to 999999")
    return f"t_{number:06d}"
