"""Opens municipalities from the public page to the dashboard, kills one process of each journey, and looks for halves.

`make test` has a dozen kills; docs/openings.md says how to have 200, on a database of its own that is thrown away.

The kills are spread over the whole journey: the public form, the confirmation, the provisioner's job and its queue, the
sweep that takes a lost job up, the invitation, the first administrator. Half of them hit a statement of each step in turn (before it
is sent, while the server is at it, after its answer), half a moment by the clock. After each one nothing half may be there; then
the journey goes on as people and processes would go on, and must end at a dashboard.

Prints {"kills", "too_late", "halves", "not_working", "opened", "seed", "where"}.
"""

import collections
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

os.environ["TENANT_DB_MODE"] = "owner"

import django

django.setup()

from django.db import connection  # noqa: E402

from tenants.opening.models import Application  # noqa: E402

# A municipality is a row, an address, a schema and a role; one that lacks some of the four is a half. So are an
# application that says something else than the register, two municipalities of one place, and an invitation that was
# accepted by nobody.
TORN = """
SELECT count(*) FROM (
    SELECT name FROM (
        SELECT nspname::text AS name FROM pg_namespace WHERE nspname ~ '^t_[0-9]{6}$'
        UNION ALL SELECT rolname::text FROM pg_roles WHERE rolname ~ '^t_[0-9]{6}$'
        UNION ALL SELECT schema_name FROM directory_municipality WHERE state NOT IN ('CLOSED', 'CLOSING')
        UNION ALL SELECT m.schema_name FROM directory_domain d JOIN directory_municipality m ON m.id = d.tenant_id
    ) everything
    WHERE name NOT IN (SELECT schema_name FROM directory_municipality WHERE state IN ('CLOSED', 'CLOSING'))
    GROUP BY name HAVING count(*) <> 4
) torn
"""
CONTRADICTING = """
SELECT count(*) FROM opening_application a FULL JOIN directory_municipality m USING (schema_name)
WHERE coalesce(a.slug, m.slug) LIKE 'kill-%' AND (coalesce(a.state, '') = 'OPEN') <> (m.id IS NOT NULL)
"""
TWICE = """
SELECT count(*) FROM (
    SELECT ine_code FROM directory_municipality WHERE slug LIKE 'kill-%' GROUP BY ine_code HAVING count(*) > 1
) twice
"""
# Of the 200 kills so many hit each part; smaller numbers keep the shares.
SHARES = {"send": 20, "open": 25, "job": 90, "sweep": 25, "enter": 20, "accept": 20}
MOMENTS = ("before", "during", "after")


class Process:
    """The web or the provisioner: does parts of openings in children of its own."""

    def __init__(self, mode):
        environment = {**os.environ, "TENANT_DB_MODE": mode}
        program = Path(__file__).with_name("killable_program.py")
        self._process = subprocess.Popen(
            [sys.executable, str(program)], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def do(self, part, kill=None, **arguments):
        self._process.stdin.write(json.dumps({"part": part, "arguments": arguments, "kill": kill}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def end(self):
        self._process.communicate()


def asked(query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def halves():
    """What is half, once the server has noticed that nobody is there any more."""
    for _ in range(100):
        found = asked(TORN) + asked(CONTRADICTING) + asked(TWICE)
        if not found:
            return 0
        time.sleep(0.02)
    return found


class Journey:
    """One town hall's way from the public page to its dashboard; one of its parts may be killed."""

    def __init__(self, number, ine_code, web, provisioner):
        self.ine_code, self.slug = ine_code, f"kill-{os.getpid()}-{number}"
        self.email, self.place = f"{self.slug}@example.org", f"10.7.{number // 250}.{number % 250 + 1}"
        self.web, self.provisioner = web, provisioner
        self.told, self.halves = {}, 0

    def go(self, part="", kill=None):
        """The whole way; gives whether it ended at a dashboard. ``told`` has what became of each part."""
        link = self._do("send", part, kill, self._send)
        self._do("open", part, kill, lambda hit: self.web.do("press", hit, link=link, do="open", place=self.place))
        if part == "sweep":  # as if the job had been lost with its worker
            connection.close()
            asked("WITH gone AS (DELETE FROM procrastinate_jobs RETURNING 1) SELECT count(*) FROM gone")
        else:
            self._do("job", part, kill, lambda hit: self.provisioner.do("work", hit))
        self._sweep(part, kill)
        entered = self._do(
            "enter", part, kill, lambda hit: self.web.do("press", hit, link=link, do="enter", place=self.place)
        )
        host, slash, path = entered[1].partition("//")[2].partition("/")
        host, path = host.partition(":")[0], slash + path
        self._do("accept", part, kill, lambda hit: self.web.do("accept", hit, host=host, path=path, place=self.place))
        return self.web.do("look", host=host, email=self.email, place=self.place)["answer"] == 200

    def _send(self, hit):
        return self.web.do("send", hit, ine_code=self.ine_code, slug=self.slug, email=self.email, place=self.place)

    def _sweep(self, part, kill):
        """What the provisioner does each minute, a minute later: nothing when the job came through."""
        if part != "sweep" and Application.objects.filter(slug=self.slug, state="OPEN").exists():
            return
        asked(
            "WITH older AS (UPDATE opening_application SET asked_at = asked_at - interval '1 minute' "
            "WHERE state = 'OPENING' RETURNING 1) SELECT count(*) FROM older"
        )
        self._do("sweep", part, kill, lambda hit: self.provisioner.do("sweep", hit))

    def _do(self, name, part, kill, doing):
        """Does a part; the one to be killed is killed, looked at, and done again."""
        told = doing(kill if name == part and name not in self.told else None)
        self.told.setdefault(name, told)
        if told["is_killed"]:
            self.halves += halves()
            if name == "sweep":
                return self._sweep("sweep", None)
            return doing(None)["answer"] if name != "job" else None
        return told["answer"]


def planned(wanted, known, chance):
    """The part and the kill of each journey, spread evenly over the steps and the time of each part."""
    total, plan = sum(SHARES.values()), []
    for part, share in SHARES.items():
        number = max(2, round(wanted * share / total))
        statements, seconds = known[part]["statements"], known[part]["seconds"]
        at_statements = (number + 1) // 2
        steps = list({label: None for label, _seconds in statements})
        chance.shuffle(steps)
        for one in range(at_statements):
            of_step = [at for at, (label, _seconds) in enumerate(statements) if label == steps[one % len(steps)]]
            where = chance.choice(of_step)
            during = chance.random() * statements[where][1]
            plan.append((part, {"statement": where + 1, "moment": chance.choice(MOMENTS), "seconds": during}))
        for one in range(number - at_statements):
            plan.append((part, {"seconds": (one + chance.random()) * seconds / (number - at_statements)}))
    chance.shuffle(plan)
    return plan


def main():
    from tenants.directory.reference import municipalities
    from tenants.isolation import template

    wanted = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6)
    chance = random.Random(seed)
    connection.set_schema_to_public()
    template.current_script()
    codes = iter(chance.sample(sorted(municipalities()), wanted * 3 + 20))
    web, provisioner = Process("login"), Process("owner")
    where, late, bad, found, number = collections.Counter(), 0, [], 0, 0

    def journey(part="", kill=None):
        nonlocal number, found
        number += 1
        one = Journey(number, next(codes), web, provisioner)
        if not one.go(part, kill):
            bad.append([part, kill])
        found += one.halves + halves()
        return one

    journey()  # warms up
    known = {**journey("sweep").told, **journey().told}  # how long each part is, here and now
    waiting = collections.deque(planned(wanted, known, chance))
    while waiting:
        part, kill = waiting.popleft()
        told = journey(part, kill).told[part]
        if told["is_killed"]:
            where[f"{part}: {told['at']}"] += 1
        else:  # it was through already: once more, a little earlier
            late += 1
            earlier = {"seconds": kill["seconds"] * 0.8}
            if "statement" in kill:
                earlier = {**kill, "statement": max(1, kill["statement"] - 2)}
            waiting.append((part, earlier))
    web.end()
    provisioner.end()
    opened = Application.objects.filter(state="OPEN", slug__startswith=f"kill-{os.getpid()}-").count()
    told = {
        "kills": sum(where.values()), "too_late": late, "halves": found, "not_working": bad, "journeys": number,
        "opened": opened, "seed": seed, "where": dict(sorted(where.items())),
    }  # fmt: skip
    print(json.dumps(told))


main()
