"""Entering a municipality, the public site or the console outside a request. The only way in for commands and jobs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection as _connection

from tenants.isolation.rules import PUBLIC_SCHEMA

# The isolating backend adds to Django's wrapper (role, schema_name, set_tenant); its stubs do not know that.
connection: Any = _connection


@dataclass(frozen=True)
class SharedSide:
    """The public schema, entered as app_web (the public site) or app_staff (Adtende's console)."""

    public_role: str
    schema_name: str = PUBLIC_SCHEMA


PUBLIC_SITE = SharedSide("app_web")
CONSOLE = SharedSide("app_staff")


@contextmanager
def inside(side: Any) -> Iterator[None]:
    """Works for ``side`` (a Municipality, PUBLIC_SITE or CONSOLE) and goes back to where it was, whatever happens.

    Raises TransactionManagementError when called inside a transaction of somebody else.
    """
    before, role = connection.tenant, connection.public_role
    connection.set_tenant(side)
    try:
        yield
    finally:
        connection.set_tenant(SharedSide(role) if before.schema_name == PUBLIC_SCHEMA else before)


def for_long_work() -> None:
    """How the transaction we are in is run when it is a stretch of long work that keeps its own progress.

    Its commit does not wait for the disk: a server that dies forgets stretch and progress together, and the next commit that
    waits, waits for this one too. Rows are found by index: a table that was empty a minute ago has no statistics yet, and
    without them the server reads all of it, for each stretch again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")
        cursor.execute("SET LOCAL enable_seqscan TO off")
