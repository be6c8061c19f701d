"""Fifty threads open fifty applications for one address, or for one municipality, at the same moment; prints what became of them."""

import collections
import json
import os
import sys
import threading

os.environ["TENANT_DB_MODE"] = "owner"

import django

django.setup()

from django.db import connection, connections  # noqa: E402

from tenants.directory.reference import municipalities  # noqa: E402
from tenants.isolation import template  # noqa: E402
from tenants.opening.actions import open_application  # noqa: E402
from tenants.opening.models import Application  # noqa: E402


def main():
    what, slug, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
    connection.set_schema_to_public()
    template.current_script()
    codes = sorted(municipalities())[1000 : 1000 + number]
    asked = [
        Application.objects.create(
            name="Many", language="es", state="OPENING",
            ine_code=codes[one] if what == "address" else codes[0],
            slug=slug if what == "address" else f"{slug}-{one}",
        ).pk
        for one in range(number)
    ]  # fmt: skip
    together, failed = threading.Barrier(number), []

    def opening(pk):
        try:
            together.wait()
            open_application(application_id=pk)
        except Exception as error:
            failed.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=opening, args=(pk,)) for pk in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = Application.objects.filter(pk__in=asked).values_list("state", "trouble")
    print(
        json.dumps({"states": sorted([*key, n] for key, n in collections.Counter(found).items()), "failed": failed[:3]})
    )


main()
