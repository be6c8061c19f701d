"""One municipality on the console: what its people corrected, how its account stands, and more time of trial."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from support import manage, owner_connection

from tenants.directory.models import Municipality
from tenants.people.rules import STAFF_ROLES, Role

PAGE = "/municipalities/caldes/"
TODAY = datetime.now(ZoneInfo("Europe/Madrid")).date()
LATER = TODAY + timedelta(days=20)


@pytest.fixture
def on_trial(caldes):
    """Caldes on trial until today, opened by itself with a remark; active and without either afterwards."""
    with owner_connection() as owner:
        owner.execute(
            "UPDATE directory_municipality SET state = 'TRIAL', trial_ends_on = %s WHERE schema_name = %s",
            [TODAY, caldes.schema_name],
        )
        owner.execute(
            "INSERT INTO opening_application (uuid, state, trouble, ine_code, tax_id, name, slug, language, remark, person, post, "
            "email, telephone, schema_name, created_at) VALUES (gen_random_uuid(), 'OPEN', '', '08033', '', 'Caldes', 'caldes', 'ca', "
            "'Som 18.000 & escaig', 'Núria Vila', 'Secretària', 'nuria@example.org', '+34938650000', %s, now())",
            [caldes.schema_name],
        )
    yield caldes
    with owner_connection() as owner:
        owner.execute("DELETE FROM opening_application WHERE schema_name = %s", [caldes.schema_name])
        owner.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'lengthen_trial'")
        owner.execute(
            "UPDATE directory_municipality SET state = 'ACTIVE', trial_ends_on = NULL WHERE schema_name = %s",
            [caldes.schema_name],
        )


@pytest.fixture
def signed(browse, outsider, settings):
    """signed(role) is a browser on the console that reads English."""
    settings.SECOND_FACTOR_REQUIRED = False

    def as_role(role):
        client = browse("consola", outsider(role))
        client.cookies["language"] = "en"
        return client

    return as_role


def jobs():
    with owner_connection() as owner:
        return owner.execute(
            "SELECT queue_name, args->>'ends_on', args->>'reason' FROM procrastinate_jobs WHERE task_name = 'lengthen_trial'"
        ).fetchall()


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_the_remark_of_the_applicant_is_read_by_everybody_of_adtende_and_the_person_is_not_told(role, on_trial, signed):
    page = signed(role).get(PAGE).content.decode()
    assert "Som 18.000 &amp; escaig" in page and "Last day of the trial" in page
    assert "Núria" not in page and "nuria@example.org" not in page
    assert ("New last day" in page) == (role in {Role.STAFF_ADMINISTRATOR, Role.STAFF_FINANCE})


def test_the_provisioner_is_asked_for_more_time_and_the_record_says_who_asked(on_trial, signed):
    olga = signed(Role.STAFF_FINANCE)
    assert olga.post(PAGE, {"ends_on": LATER.isoformat(), "reason": "the plenary is in May"}).status_code == 302
    assert jobs() == [("opening", LATER.isoformat(), "the plenary is in May")]
    with owner_connection() as owner:
        line = owner.execute("SELECT verb, reason FROM audit_auditentry ORDER BY id DESC LIMIT 1").fetchone()
    assert line == ("request_longer_trial", "the plenary is in May")
    assert Municipality.objects.get(slug="caldes").trial_ends_on == TODAY, "the web changes no state itself"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"ends_on": "2020-01-01", "reason": "late"}, "is in the past"),
        ({"ends_on": "soon", "reason": "late"}, "valid date"),
        ({"ends_on": LATER.isoformat(), "reason": ""}, "required"),
    ],
)
def test_what_could_only_fail_is_refused_with_its_reason(sent, said, on_trial, signed):
    answer = signed(Role.STAFF_ADMINISTRATOR).post(PAGE, sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert jobs() == []


@pytest.mark.parametrize("role", [Role.STAFF_SUPERVISOR, Role.STAFF_AGENT])
def test_whoever_may_not_lengthen_is_refused(role, on_trial, signed):
    assert signed(role).post(PAGE, {"ends_on": LATER.isoformat(), "reason": "x"}).status_code == 403
    assert jobs() == []


def test_a_municipality_with_a_contract_has_no_trial_to_lengthen(caldes, signed):
    olga = signed(Role.STAFF_ADMINISTRATOR)
    assert "New last day" not in olga.get(PAGE).content.decode()
    assert olga.post(PAGE, {"ends_on": LATER.isoformat(), "reason": "x"}).status_code == 403


def test_a_municipality_that_there_is_not_is_not_found_and_a_stranger_signs_in_first(caldes, signed, browse, person):
    assert signed(Role.STAFF_AGENT).get("/municipalities/nowhere/").status_code == 404
    assert browse("consola").get(PAGE)["Location"].startswith("/account/login/")
    assert browse("arrecife").get(PAGE).status_code == 404


def test_the_command_lengthens_and_says_so(on_trial):
    done = manage(
        "lengthen_trial", "--slug", "caldes", "--until", LATER.isoformat(), "--reason", "the plenary", "--json"
    )
    assert f'"until": "{LATER}"' in done.stdout
    town = Municipality.objects.get(slug="caldes")
    assert (town.state, town.trial_ends_on) == ("TRIAL", LATER)


@pytest.mark.parametrize(
    ("slug", "until", "said"),
    [
        ("caldes", "tomorrow", "no day"),
        ("caldes", "2020-01-01", "in the past"),
        ("nowhere", "2030-01-01", "No open municipality"),
        ("arrecife", "2030-01-01", "Only a municipality on trial"),
    ],
)
def test_the_command_refuses_in_one_sentence(slug, until, said, on_trial, arrecife):
    done = manage("lengthen_trial", "--slug", slug, "--until", until, "--reason", "x", check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr and len(done.stderr.strip().splitlines()) == 1


def test_the_job_does_what_was_asked_for(on_trial):
    import os
    import subprocess
    import sys

    program = (
        "import os; os.environ['TENANT_DB_MODE'] = 'owner'\nimport django; django.setup()\n"
        "from tenants.opening.tasks import lengthen_trial_of_municipality as lengthen\n"
        f"lengthen(schema='{on_trial.schema_name}', ends_on='{LATER}', requested_by='Olga', reason='the plenary')\n"
        "lengthen(schema='t_999999', ends_on='2030-01-01', requested_by='Olga', reason='x')"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True)
    assert Municipality.objects.get(slug="caldes").trial_ends_on == LATER
    with owner_connection() as owner:
        line = owner.execute("SELECT verb, actor_name FROM audit_auditentry ORDER BY id DESC LIMIT 1").fetchone()
    assert line == ("lengthen_trial", "Olga")
