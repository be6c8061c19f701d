"""Takes an import in with small blocks and kills itself, without any farewell, at the point it is told.

Arguments: municipality, import id, point, how many times the point is passed before.
"""

import os
import signal
import sys
from unittest.mock import patch

import django


def main() -> None:
    django.setup()
    from callhub.pbx.actions import imports, reading, telling, undoing
    from callhub.pbx.models import Import
    from tenants.directory.queries import municipality_with_slug
    from tenants.isolation.context import inside

    slug, import_id, point, passes = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    places = {
        "rows are stored": (imports._Block, "_refuse"),
        "calls are written": (imports._Block, "_note"),
        "a block begins": (imports._Block, "_fresh"),
        "calls are told again": (telling, "tell_again"),
        "the file is through": (imports, "tell_all_again"),
        "an undo goes on": (undoing, "_forget_links"),
    }
    owner, name = places[point]
    real, left = getattr(owner, name), [passes]

    def dying(*arguments: object, **options: object) -> object:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        return real(*arguments, **options)

    town = municipality_with_slug(slug)
    with patch.object(owner, name, dying), inside(town):
        for module in (reading, telling, undoing):
            module.ROWS_AT_ONCE = 150
        batch = Import.objects.get(pk=import_id)
        if point == "an undo goes on":
            from tenants.audit.actions import actor_of_command

            undoing.undo_import(batch=batch, by=actor_of_command(), reason="test")
        else:
            imports.take_in(batch=batch)


main()
