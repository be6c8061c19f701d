"""T65 and T66: whatever happens at once or is killed, one municipality and no half of one, and clear words for the rest."""

import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from support import manage, owner_connection

from tenants.directory.models import Municipality
from tenants.opening.models import Application
from tenants.opening.queries import digest

HERE = Path(__file__).parent
TOGETHER = 50


def run(program, *arguments):
    done = subprocess.run(
        [sys.executable, str(HERE / program), *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.fixture(autouse=True)
def none_left(towns):
    yield
    with owner_connection() as owner:
        opened = "SELECT schema_name FROM opening_application WHERE schema_name <> ''"
        owner.execute(f"UPDATE directory_municipality SET state = 'CLOSED' WHERE schema_name IN ({opened})")
        owner.execute("DELETE FROM public.opening_application")


def test_fifty_at_once_for_one_address_make_one_municipality(towns):
    told = run("many_program.py", "address", "molts-alhora", str(TOGETHER))
    assert told == {"states": [["OPEN", "", 1], ["VERIFIED", "ADDRESS_TAKEN", TOGETHER - 1]], "failed": []}
    assert Municipality.objects.filter(slug="molts-alhora").count() == 1


def test_fifty_at_once_for_one_municipality_make_one(towns):
    told = run("many_program.py", "municipality", "molts", str(TOGETHER))
    assert told == {"states": [["OPEN", "", 1], ["VERIFIED", "ALREADY_OPEN", TOGETHER - 1]], "failed": []}
    assert (
        Municipality.objects.filter(slug__startswith="molts-", state="TRIAL").exclude(slug="molts-alhora").count() == 1
    )


@pytest.fixture
def asked(towns):
    """Fifty people who had their link, all for the address `un-de-sol`; their tokens."""
    codes = [f"170{number:02}" for number in range(1, 99)]
    from tenants.directory.reference import municipalities

    known = [code for code in codes if code in municipalities()][:TOGETHER]
    tokens = []
    for code in known:
        tokens.append(f"token-of-{code}")
        Application.objects.create(
            name=municipalities()[code].name, ine_code=code, slug="un-de-sol", language="es", token_digest=digest(tokens[-1]),
            person="Persona", post="Secretaria", email=f"p{code}@example.org", telephone="+34972000000",
        )  # fmt: skip
    return tokens


def press(token, answers, together):
    from django.db import connections

    try:
        browser = Client(headers={"host": settings.BASE_HOST, "accept-language": "en"})
        link = f"/open-account/continue/{token}/"
        mark = re.search(r'name="form_mark" value="([^"]+)"', browser.get(link).content.decode())[1]
        together.wait()
        answers.append(browser.post(link, {"do": "open", "form_mark": mark}).status_code)
    finally:
        connections.close_all()


def at_once(tokens):
    answers, together = [], threading.Barrier(len(tokens))
    threads = [threading.Thread(target=press, args=(token, answers, together)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_those_who_press_together_one_gets_the_address_and_the_others_can_choose_another(asked, browse):
    answers = []
    for some in (asked[:25], asked[25:]):  # a web process has fewer threads than people press
        answers += at_once(some)
    assert answers == [302] * len(asked)
    manage("open_applications")
    found = [(one.state, one.trouble) for one in Application.objects.all()]
    assert sorted(found) == [("OPEN", "")] + [("VERIFIED", "ADDRESS_TAKEN")] * (len(asked) - 1)
    loser = Application.objects.filter(trouble="ADDRESS_TAKEN").first()
    token = f"token-of-{loser.ine_code}"
    page = browse("").get(f"/open-account/continue/{token}/", headers={"accept-language": "en"}).content.decode()
    assert "was taken in the meantime" in page
    mark = re.search(r'name="form_mark" value="([^"]+)"', page)[1]
    link = f"/open-account/continue/{token}/"
    again = browse("").post(link, {"do": "address", "slug": "un-altre-de-sol", "form_mark": mark})
    assert again.status_code == 302
    manage("open_applications")
    loser.refresh_from_db()
    assert (loser.state, Municipality.objects.get(schema_name=loser.schema_name).slug) == ("OPEN", "un-altre-de-sol")


def test_a_double_press_in_two_browsers_opens_once(asked, browse):
    assert at_once([asked[0]] * 8) == [302] * 8
    manage("open_applications")
    manage("open_applications")
    assert Municipality.objects.filter(slug="un-de-sol").count() == 1
    with owner_connection() as owner:
        lines = owner.execute(
            "SELECT count(*) FROM audit_auditentry WHERE verb = 'open_municipality' AND details->>'slug' = 'un-de-sol'"
        ).fetchone()
    assert lines == (1,)


def test_a_journey_killed_anywhere_leaves_no_half_and_goes_on_to_a_working_town(towns):
    """A cut of what docs/openings.md says how to run whole, with 200 kills."""
    wanted = os.environ.get("KILLS", "12")
    told = run("kills_program.py", wanted)
    print(json.dumps(told, indent=1))
    assert told["kills"] >= int(wanted)
    assert {where.partition(":")[0] for where in told["where"]} == {"send", "open", "job", "sweep", "enter", "accept"}
    assert (told["halves"], told["not_working"]) == (0, [])
    assert told["opened"] == told["journeys"]
