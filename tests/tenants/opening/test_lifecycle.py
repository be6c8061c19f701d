"""Trial, paid, past due, suspended: what each state lets people do, and how one becomes the other."""

import os
import subprocess
import sys
from datetime import date, timedelta

import pytest
from support import owner_connection

from callhub.departments.models import Department
from tenants.directory.models import Municipality
from tenants.directory.queries import forget_hosts, today_of
from tenants.isolation.context import PUBLIC_SITE, connection, inside
from tenants.opening.rules import due_warning, may_become, trial_end
from tenants.people.models import Invitation
from tenants.people.rules import Role

INVITED = {"name": "Laia", "email": "laia@example.org", "role": "SUPERVISOR"}
TODAY = date(2026, 11, 25)


def as_owner(program):
    """Runs a few lines as the provisioner would; gives what they print."""
    head = "import os; os.environ['TENANT_DB_MODE'] = 'owner'\nimport django; django.setup()\n"
    done = subprocess.run(
        [sys.executable, "-c", head + program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "EMAIL_HOST": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture
def put(caldes):
    """put("SUSPENDED", trial_ends_on) puts Caldes into a state; it is active again afterwards."""

    def into(state, ends_on=None, warned=None):
        with owner_connection() as owner:
            owner.execute(
                "UPDATE directory_municipality SET state = %s, trial_ends_on = %s, trial_warned_days = %s WHERE schema_name = %s",
                [state, ends_on, warned, caldes.schema_name],
            )
        forget_hosts()

    yield into
    into("ACTIVE")


@pytest.mark.parametrize(
    ("days_left", "warned", "due"),
    [(30, None, None), (8, None, None), (7, None, 7), (6, None, 7), (6, 7, None), (1, 7, 1), (0, 7, 1), (1, None, 1), (0, 1, None)],
)  # fmt: skip
def test_each_warning_is_due_once_and_a_missed_night_is_made_up(days_left, warned, due):
    assert due_warning(days_left, warned) == due


def test_thirty_days_of_trial_count_the_first():
    assert trial_end(date(2026, 11, 25), 30) == date(2026, 12, 24)


def test_only_the_steps_that_there_are():
    steps = {(a, b) for a in Municipality.State.values for b in Municipality.State.values if may_become(a, b)}
    assert steps == {
        ("TRIAL", "ACTIVE"), ("TRIAL", "SUSPENDED"), ("ACTIVE", "PAST_DUE"), ("ACTIVE", "SUSPENDED"), ("PAST_DUE", "ACTIVE"),
        ("PAST_DUE", "SUSPENDED"), ("SUSPENDED", "ACTIVE"),
    }  # fmt: skip


def test_a_suspended_town_reads_and_exports_everything_and_changes_nothing(caldes, put, browse, person, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    with inside(caldes):
        Department.objects.create(name="Padró", search_key="padro")
    anna = browse("caldes", person(caldes, Role.ADMINISTRATOR))
    put("SUSPENDED")
    for path in ("/", "/departments/", "/calls/", "/calls/?format=csv", "/people/", "/getting-started/"):
        assert anna.get(path).status_code == 200, path
    assert "Calls are still recorded" in anna.get("/", headers={"accept-language": "en"}).content.decode()
    assert anna.post("/people/invite/", INVITED).status_code == 403
    with inside(caldes):
        assert not Invitation.objects.exists()
    assert browse("caldes", None).get("/account/login/").status_code == 200
    assert anna.post("/account/logout/").status_code == 302


@pytest.mark.parametrize("state", ["TRIAL", "ACTIVE", "PAST_DUE"])
def test_a_town_in_service_changes_what_it_likes(state, caldes, put, browse, person, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    put(state, TODAY + timedelta(days=400))
    anna = browse("caldes", person(caldes, Role.ADMINISTRATOR))
    assert anna.post("/people/invite/", INVITED).status_code == 302
    assert Municipality.objects.get(pk=caldes.pk).is_in_service == (state != "TRIAL")


def test_calls_of_a_suspended_town_are_still_recorded(caldes, put):
    from tenants.isolation.jobs import in_municipality

    put("SUSPENDED")
    done = []
    in_municipality(lambda *, schema: done.append(connection.role))(schema=caldes.schema_name)
    connection.set_tenant(PUBLIC_SITE)
    assert done == [caldes.schema_name]


def test_a_trial_that_is_over_is_suspended_by_night_with_its_line_in_the_record_and_the_last_day_is_whole(caldes, put):
    night = "from tenants.opening.tasks import look_after_trials; look_after_trials(timestamp=0)"
    put("TRIAL", today_of(caldes))
    as_owner(night)
    assert Municipality.objects.get(pk=caldes.pk).state == "TRIAL"
    put("TRIAL", today_of(caldes) - timedelta(days=2))
    as_owner(night)
    assert Municipality.objects.get(pk=caldes.pk).state == "SUSPENDED"
    with owner_connection() as owner:
        lines = owner.execute(
            "SELECT verb, details->>'to', reason FROM audit_auditentry WHERE details->>'slug' = 'caldes' ORDER BY id DESC LIMIT 1"
        ).fetchone()
    assert lines == ("change_state", "SUSPENDED", "the trial is over")


def test_administrators_are_warned_seven_days_and_one_day_before_and_once_each(caldes, put, person):
    person(caldes, Role.ADMINISTRATOR, "anna@example.org")
    person(caldes, Role.SUPERVISOR, "pau@example.org")
    night = (
        "from django.core import mail; from django.conf import settings\n"
        "settings.EMAIL_BACKEND = 'django.core.mail.backends.locmem.EmailBackend'; mail.outbox = []\n"
        "from tenants.opening.tasks import look_after_trials; look_after_trials(timestamp=0)\n"
        "print([m.to for m in mail.outbox])"
    )
    put("TRIAL", today_of(caldes) + timedelta(days=7))
    assert "anna@example.org" in as_owner(night)
    assert as_owner(night).strip() == "[]"
    put("TRIAL", today_of(caldes) + timedelta(days=1), 7)
    told = as_owner(night)
    assert "anna@example.org" in told and "pau@example.org" not in told


def test_an_unknown_step_is_refused_in_one_sentence(caldes):
    program = (
        "from tenants.audit.rules import Actor, ActorKind\n"
        "from tenants.opening.actions.lifecycle import UnableToChangeState, change_state\n"
        "try:\n"
        f"    change_state(schema='{caldes.schema_name}', state='TRIAL', by=Actor(ActorKind.JOB, 'test', 'test'), reason='test')\n"
        "except UnableToChangeState as error: print(error)"
    )
    assert as_owner(program).strip() == "Caldes de Montbui is ACTIVE and cannot become TRIAL."


def test_a_town_on_trial_is_not_among_those_that_citizens_see_until_it_has_a_contract(caldes, put, browse):
    from reporting.public.queries import public_board

    def seen():
        return caldes.name in [town.name for town in public_board().towns]

    assert seen()
    for state in ("TRIAL", "SUSPENDED"):
        put(state, TODAY)
        assert not seen(), "anybody can open a town hall on trial"
    as_owner(
        "from tenants.opening.tasks import change_state_of_municipality as change\n"
        f"change(schema='{caldes.schema_name}', state='ACTIVE', reason='test')"
    )
    assert seen()


def test_the_web_cannot_change_a_state_itself(caldes):
    from django.db import DatabaseError

    for side in (PUBLIC_SITE, caldes):
        with inside(side), pytest.raises(DatabaseError, match="permission denied"):
            Municipality.objects.filter(pk=caldes.pk).update(state="ACTIVE")
