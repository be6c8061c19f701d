"""Opens applications in a child process, kills it at a random moment, and looks for halves. By hand, for 200 kills:

    PYTHONPATH=platform:. SCT_HOME=(one with a database that runs) python tests/tenants/opening/kills_program.py 200

Prints {"kills", "came_through", "halves", "open"}: how many kills came too late, and what was left half (always nothing).
"""

import json
import os
import random
import signal
import sys
import time

os.environ["TENANT_DB_MODE"] = "owner"

import django

django.setup()

from django.db import connection, connections  # noqa: E402

from tenants.opening.actions import open_application  # noqa: E402
from tenants.opening.models import Application  # noqa: E402

HALVES = """
SELECT count(*) FROM (
    SELECT nspname::text AS name FROM pg_namespace WHERE nspname ~ '^t_[0-9]{6}$'
    UNION ALL SELECT rolname::text FROM pg_roles WHERE rolname ~ '^t_[0-9]{6}$'
    UNION ALL SELECT schema_name FROM directory_municipality WHERE state NOT IN ('CLOSED', 'CLOSING')
    UNION ALL SELECT m.schema_name FROM directory_domain d JOIN directory_municipality m ON m.id = d.tenant_id
) everything
WHERE name NOT IN (SELECT schema_name FROM directory_municipality WHERE state IN ('CLOSED', 'CLOSING'))
GROUP BY name HAVING count(*) <> 4
"""


def halves():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({HALVES}) half")
        (torn,) = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM opening_application a FULL JOIN directory_municipality m USING (schema_name) "
            "WHERE a.slug LIKE 'kill-%' AND (a.state = 'OPEN') <> (m.id IS NOT NULL)"
        )
        return torn + cursor.fetchone()[0]


def ask(number, ine_code):
    return Application.objects.create(
        name="Kill", ine_code=ine_code, slug=f"kill-{number}-{os.getpid()}", language="es", state="OPENING"
    )


def killed_in_the_middle(application, longest):
    """Whether the child was killed before it was done."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        open_application(application_id=application.pk)
        os._exit(0)
    time.sleep(random.uniform(0, longest))
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def main():
    from tenants.directory.reference import municipalities
    from tenants.isolation import template

    connection.set_schema_to_public()
    template.current_script()
    wanted, kills, late, found = int(sys.argv[1]), 0, 0, 0
    codes = random.sample(sorted(municipalities()), wanted * 3)
    started = Application.objects.count()
    # One opening in a child, to know how long it takes here and now: about one kill of six comes too late.
    begun = time.perf_counter()
    killed_in_the_middle(ask(0, codes.pop()), 0)
    open_application(application_id=Application.objects.latest("id").pk)
    longest = 1.2 * (time.perf_counter() - begun)
    for number, ine_code in enumerate(codes, 1):
        application = ask(number, ine_code)
        if killed_in_the_middle(application, longest):
            kills += 1
        else:
            late += 1
        for _ in range(50):  # the server notices a moment later that nobody is there any more
            torn = halves()
            if not torn:
                break
            time.sleep(0.02)
        found += torn
        open_application(application_id=application.pk)  # what the sweep does
        found += halves()
        if kills == wanted:
            break
    opened = Application.objects.filter(state="OPEN", slug__startswith="kill-").count()
    asked = Application.objects.count() - started
    print(json.dumps({"kills": kills, "came_through": late, "halves": found, "asked": asked, "open": opened}))


main()
