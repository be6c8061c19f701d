"""A town hall on trial, on a telephone: it writes its hours, forwards its line, calls it, and sees what SCT shows with sample calls."""

from datetime import UTC, datetime, timedelta

import pytest
from factories import CallFactory
from fixtures.looking import enter, faults, speak, width_of
from support import PASSWORD, owner_connection

from callhub.calls.models import Call
from callhub.lines.models import Line
from tenants.directory.models import ReceptionNumber
from tenants.directory.queries import today_of
from tenants.isolation.context import CONSOLE, inside
from tenants.people.models import User
from tenants.people.rules import Role

TELEPHONE = {"width": 390, "height": 844}
LINE = "+34938650000"


@pytest.fixture
def on_trial(caldes, site):
    """Caldes on trial, with a line, Adtende's number and an administrator."""
    with owner_connection() as owner:
        owner.execute(
            "UPDATE directory_municipality SET state = 'TRIAL', trial_ends_on = %s WHERE schema_name = %s",
            [today_of(caldes) + timedelta(days=20), caldes.schema_name],
        )
    with inside(CONSOLE):
        ReceptionNumber.objects.create(number="+34910000001", schema_name=caldes.schema_name)
    with inside(caldes):
        User.objects.create_user("anna@example.org", PASSWORD, name="Anna Ribas", role=Role.ADMINISTRATOR.value)
        Line.objects.create(number=LINE, name="OAC", state=Line.State.IN_USE)
    yield caldes
    with owner_connection() as owner:
        owner.execute(
            "UPDATE directory_municipality SET state = 'ACTIVE', trial_ends_on = NULL WHERE schema_name = %s",
            [caldes.schema_name],
        )


def looked_at(page, address, language):
    page.goto(address)
    assert page.get_attribute("html", "lang") == language
    assert width_of(page) <= TELEPHONE["width"], address
    assert faults(page) == "", address


@pytest.mark.parametrize(
    ("language", "seen", "there"), [("es", "Hemos recibido", "ya están"), ("ca", "Hem rebut", "ja hi són")]
)
def test_from_opening_hours_to_sample_calls_and_back(language, seen, there, on_trial, chromium, site):
    context = chromium.new_context(viewport=TELEPHONE, locale=f"{language}-ES", reduced_motion="reduce")
    speak(context, site, language, "", "caldes.")
    page, base = context.new_page(), f"http://caldes.localhost:{site}"
    enter(page, site, "caldes.", "anna@example.org")
    page.goto(f"{base}/timetables/general/")
    page.fill("input[name=day_1]", "9:00-14:00, 16:30-19:00")
    page.click("main button.main")
    assert "16:30–19:00" in page.inner_text("main")
    for path in ("/timetables/", "/timetables/closed-days/", "/timetables/general/?season=new", "/lines/forwarding/"):
        looked_at(page, base + path, language)
    assert "*21*910000001#" in page.inner_text("main")
    with inside(on_trial):
        CallFactory(started_at=datetime.now(UTC) - timedelta(minutes=2), line="938650000")
    looked_at(page, f"{base}/lines/test-call/", language)
    page.click("main button.main")
    assert seen in page.inner_text("main")
    with inside(on_trial):
        Call.objects.all().delete()
    looked_at(page, f"{base}/samples/", language)
    page.click("main button[name=make]")
    page.wait_for_selector("main button[name=end]", timeout=120_000)  # the page brings itself up to date
    assert there in page.inner_text("main")
    for path in ("/samples/", "/", "/calls/", "/getting-started/"):
        looked_at(page, base + path, language)
        assert page.is_visible("main .notice.warn"), path
    page.goto(f"{base}/samples/")
    page.click("main button[name=end]")
    page.wait_for_selector("main button[name=make]", timeout=120_000)
    context.close()
