"""Threads switch between towns while another thread cancels and kills their connections; prints what was counted.

Run by test_t07 in a process of its own: fuzz_program.py ENGINE SECONDS [until-wrong]. With the last word it ends at the
first wrong read: chance decides when a statement is cancelled in the wrong moment.
"""

import json
import os
import random
import sys
import threading
import time

ENGINE, SECONDS, UNTIL_WRONG = sys.argv[1], float(sys.argv[2]), "until-wrong" in sys.argv
THREADS = 6
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
STOCK = ENGINE != "tenants.isolation.backend"
if STOCK:
    os.environ["TENANT_DB_MODE"] = "owner"  # the stock backend knows one role only

from django.conf import settings  # noqa: E402

settings.DATABASES["default"]["ENGINE"] = ENGINE

import django  # noqa: E402

django.setup()

import psycopg  # noqa: E402
from django.db import Error, connection, transaction  # noqa: E402

from callhub.departments.models import Department  # noqa: E402
from config import database  # noqa: E402
from tenants.directory.models import Municipality  # noqa: E402

connection.set_schema_to_public()
TOWNS = list(Municipality.objects.order_by("id")[:2])
connection.close()
counted = {"reads": 0, "wrong_reads": 0, "wrong_writes": 0, "disturbed": 0}
lock = threading.Lock()
stop_at = time.monotonic() + SECONDS


def goes_on() -> bool:
    return time.monotonic() < stop_at and not (UNTIL_WRONG and counted["wrong_reads"])


def count(what: str, number: int = 1) -> None:
    with lock:
        counted[what] += number


def superuser() -> psycopg.Connection:
    server = database.server()
    return psycopg.connect(
        host=server.host, port=server.port or None, dbname=server.name, user=server.superuser,
        password=server.superuser_password, autocommit=True,
    )  # fmt: skip


def one_turn(chance: random.Random) -> None:
    town = chance.choice(TOWNS)
    connection.set_tenant(town)

    def check(rows):
        for row in rows:
            count("reads")
            if not row.description.startswith(town.schema_name):
                count("wrong_reads")

    kind = chance.random()
    if kind < 0.4:
        check(list(Department.objects.all()[:3]))
    elif kind < 0.6:
        with transaction.atomic():
            check(list(Department.objects.all()[:2]))
            check(list(Department.objects.all()[:2]))
    elif kind < 0.75:
        with transaction.atomic():
            check(list(Department.objects.all()[:1]))
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SELECT 1/0")
            except Error:
                pass
            check(list(Department.objects.all()[:1]))
    elif kind < 0.9:
        check(Department.objects.all()[:5].iterator(chunk_size=2))
    else:
        name = f"{town.schema_name}-{chance.random()}"
        Department.objects.create(name=name, search_key=name, description=town.schema_name)


def work(seed: int) -> None:
    chance = random.Random(seed)
    while goes_on():
        try:
            one_turn(chance)
        except Exception:
            count("disturbed")
        try:
            if chance.random() < 0.02 and not connection.in_atomic_block:
                connection.close()
            if connection.connection is not None and (connection.errors_occurred or connection.connection.closed):
                connection.close()
        except Exception:
            count("disturbed")


def disturb() -> None:
    chance = random.Random(7)
    with superuser() as other:
        while goes_on():
            how = "pg_terminate_backend" if chance.random() < 0.0005 else "pg_cancel_backend"
            other.execute(
                f"SELECT {how}(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND (usename LIKE 't\\_%' OR usename = 'app_owner')"
            )


def arrange() -> None:
    with superuser() as other:
        for town in TOWNS:
            other.execute(f"DELETE FROM {town.schema_name}.departments_department")
            for number in range(20):
                other.execute(
                    f"INSERT INTO {town.schema_name}.departments_department (name, search_key, description, email, is_active) "
                    "VALUES (%s, %s, %s, '', true)",
                    [f"{town.schema_name} {number}", str(number), town.schema_name],
                )


def wrong_writes() -> int:
    with superuser() as other:
        total = 0
        for town in TOWNS:
            row = other.execute(
                f"SELECT count(*) FROM {town.schema_name}.departments_department WHERE description <> %s",
                [town.schema_name],
            ).fetchone()
            total += row[0]
            other.execute(f"DELETE FROM {town.schema_name}.departments_department")
    return total


arrange()
threads = [threading.Thread(target=work, args=(seed,)) for seed in range(THREADS)] + [threading.Thread(target=disturb)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
counted["wrong_writes"] = wrong_writes()
print(json.dumps(counted))
