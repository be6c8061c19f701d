"""Opens or closes a municipality and kills itself, without any farewell, at the point it is told.

Arguments: open|close, slug, point, and for closing the folder of the export.
"""

import os
import signal
import sys
from pathlib import Path
from unittest.mock import patch

os.environ["TENANT_DB_MODE"] = "owner"

import django

django.setup()

from tenants.audit.rules import Actor, ActorKind  # noqa: E402
from tenants.isolation import provisioning  # noqa: E402
from tenants.opening import export  # noqa: E402
from tenants.opening.actions import close_municipality, closing, open_municipality, opening  # noqa: E402

PLACES = {
    "the schema is made": (opening, "_make_schema", "after"),
    "the role is made": (provisioning, "grant_own_tables", "before"),
    "everything but the address is made": (opening, "record", "after"),
    "the service has ended": (closing, "_end_sessions", "before"),
    "sessions have ended": (closing, "export_municipality", "before"),
    "some tables are exported": (export, "_copy_out", "after"),
    "the export is there": (closing, "_bury", "before"),
    "schema and role are dropped": (closing, "_execute", "the last time"),
}


def main() -> None:
    verb, slug, point = sys.argv[1:4]
    owner, name, when = PLACES[point]
    real = getattr(owner, name)

    def dying(*arguments: object, **options: object) -> object:
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*arguments, **options)
        if when == "after" or str(arguments[0]).startswith("DROP ROLE"):
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    by = Actor(ActorKind.COMMAND, "test", "test")
    with patch.object(owner, name, dying):
        if verb == "open":
            open_municipality(ine_code="17079", slug=slug, by=by, reason="test")
        else:
            close_municipality(slug=slug, folder=Path(sys.argv[4]), by=by, reason="test")


main()
