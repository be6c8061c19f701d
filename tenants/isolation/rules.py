"""Names of schemas and roles. Knows nothing of Django."""

import re
from functools import lru_cache

PUBLIC_SCHEMA = "public"
TEMPLATE_SCHEMA = "t_template"
_TABLE = re.compile(r"^CREATE (?:UNLOGGED )?TABLE (\S+) \(\n(.*?)^\)(.*?);", re.MULTILINE | re.DOTALL)
_PRIMARY_KEY = re.compile(r"ALTER TABLE ONLY (\S+)\n\s+ADD CONSTRAINT \S+ PRIMARY KEY \(([^)]*)\)")
_FOREIGN_KEY = re.compile(r"FOREIGN KEY \([^)]*\) REFERENCES ([^\s(]+)")
_REFUSED = {
    r"\bDEFERRABLE\b": "a constraint is DEFERRABLE",
    r"^CREATE (?:CONSTRAINT )?TRIGGER\b": "there is a trigger",
    r"^CREATE (?:OR REPLACE )?(?:MATERIALIZED )?VIEW\b": "there is a view",
    r"^CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE)\b": "there is a function",
    r"^CREATE RULE\b": "there is a rule",
    r"^CREATE SEQUENCE\b|\bnextval\(": "a number comes from a sequence and not from an identity column",
    r"\bpg_(?:try_)?advisory_": "there is an advisory lock",
    r"^(?:LISTEN|NOTIFY)\b": "there is a LISTEN or NOTIFY",
}
_MUNICIPALITY = re.compile(r"t_[0-9]{6}")


class UnknownSchema(ValueError):
    """A schema name that is neither public, the template, nor a municipality's."""


def is_municipality_role(name: str) -> bool:
    """True for `t_000123`: the one form that a municipality's schema and role can have."""
    return _MUNICIPALITY.fullmatch(name) is not None


@lru_cache(10_000)  # asked at every statement
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


def hindrances(script: str) -> list[str]:
    """What would keep a municipality's schema made from ``script`` from being moved to another machine; [] is right."""
    found = [sentence for pattern, sentence in _REFUSED.items() if re.search(pattern, script, re.MULTILINE)]
    keys = dict(_PRIMARY_KEY.findall(script))
    for table, columns, after in _TABLE.findall(script):
        if "INHERITS" in after:
            found.append(f"{table} inherits from another table")
        if table not in keys:
            found.append(f"{table} has no primary key")
        for line in columns.splitlines():
            name = line.split()[0]
            if keys.get(table) == name and re.match(rf"\s*{re.escape(name)} (integer|smallint)\b", line):
                found.append(f"the primary key of {table} is not bigint")
            elif " AS IDENTITY" in line and " bigint " not in line:
                found.append(f"{table} has an identity column that is not bigint: {line.strip().rstrip(',')}")
    schema = re.match(r"CREATE SCHEMA (\w+);", script)
    for target in _FOREIGN_KEY.findall(script):
        if schema is None or not target.startswith(f"{schema.group(1)}."):
            found.append(f"a foreign key leaves the schema: {target}")
    return found
