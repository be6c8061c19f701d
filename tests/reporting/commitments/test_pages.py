"""The charter on its pages: editions that are never rewritten, verdicts with their days, warnings, and what citizens see."""

import csv
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from factories import CallFactory, VisitFactory
from support import owner_connection

from reporting.commitments.actions import UnableToKeepCharter, keep_charter, leave_out_day
from reporting.commitments.models import Edition, LeftOutDay
from reporting.commitments.queries import board
from reporting.commitments.rules import Charter, Commitment
from reporting.kpi.actions import compute_changed, mark_changed
from tenants.audit.actions import actor_of_command
from tenants.audit.models import AuditEntry
from tenants.isolation.context import inside
from tenants.people.rules import Role

TODAY = date(2026, 11, 24)
OCTOBER = date(2026, 10, 1)
WAIT = Commitment("c1", "We answer soon", "mean_wait", 0.9, limit=20, remedy="We ask you for pardon")


@pytest.fixture(autouse=True)
def now(monkeypatch, settings):
    """Tuesday 24 November 2026."""
    settings.SECOND_FACTOR_REQUIRED = False
    monkeypatch.setattr("tenants.directory.queries.timezone.now", lambda: datetime(2026, 11, 24, 10, tzinfo=UTC))


def days_of_calls(town, waits):
    """One visit a day, on these days, that waited so long."""
    with inside(town):
        moments = set()
        for day, wait in waits.items():
            at = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
            VisitFactory(call=CallFactory(started_at=at), entered_at=at, wait_seconds=wait)
            moments.add(at)
        mark_changed(moments)
        compute_changed()


def weekdays(first, past):
    days = [first + timedelta(days=n) for n in range((past - first).days)]
    return [day for day in days if day.weekday() < 5]


def kept(town, *commitments, starts_on=OCTOBER, seen=0, is_public=False, today=TODAY):
    with inside(town):
        return keep_charter(
            charter=Charter("Carta", commitments, is_public), starts_on=starts_on, seen=seen, today=today,
            by=actor_of_command(), reason="test",
        )  # fmt: skip


@pytest.fixture
def judged(caldes):
    """A charter since October: all of it kept but three days, and in November three days late already."""
    october, november = weekdays(OCTOBER, date(2026, 11, 1)), weekdays(date(2026, 11, 2), TODAY)
    waits = dict.fromkeys(october + november, 10.0) | dict.fromkeys(october[:3] + november[:2], 60.0)
    days_of_calls(caldes, waits)
    kept(caldes, WAIT)
    return caldes


def text_of(response):
    assert response.status_code == 200, response.status_code
    return unescape(response.content.decode()).replace("\u00a0", " ")


def test_the_board_tells_verdicts_of_windows_that_are_over_and_how_this_one_stands(anna, judged):
    page = text_of(anna.get("/commitments/"))
    assert "We answer soon" in page and "On 90% of open days at least, those answered wait 20 s at most" in page
    assert "19 of 22 days" in page and "Not met" in page
    assert "So far, 14 of 16 days. Of about 5 days left, 5 must keep it; 0 may miss." in page
    assert "About to miss" in page


def test_the_evidence_is_every_day_of_the_window(anna, judged):
    page = text_of(anna.get("/commitments/c1/?from=2026-10-01"))
    assert page.count(">Missed<") == 3 and page.count(">Kept<") >= 19
    assert "Thursday 1 October" in page and "1 min" in page
    lines = anna.get("/commitments/c1/evidence.csv?from=2026-10-01").content.decode().splitlines()
    rows = list(csv.DictReader(lines[:-1]))
    assert len(rows) == 31
    assert [row["day"] for row in rows if row["state"] == "MISSED"] == ["2026-10-01", "2026-10-02", "2026-10-05"]
    assert lines[-1].endswith("from: 2026-10-01; before: 2026-11-01; verdict: MISSED")


def test_the_verdicts_are_a_csv_too(anna, judged):
    lines = anna.get("/commitments/verdicts.csv").content.decode().splitlines()
    told = [(row["from"], row["verdict"], row["kept"], row["of"]) for row in csv.DictReader(lines[:-1])]
    assert told == [("2026-11-01", "RUNNING", "14", "16"), ("2026-10-01", "MISSED", "19", "22")]
    assert lines[-1] == "# charter: Carta; edition: 1"


def test_the_dashboard_warns_when_this_month_is_about_to_miss(anna, judged):
    page = text_of(anna.get("/"))
    assert "“We answer soon” is about to be missed in November 2026." in page
    assert "5 must keep it" in page


def test_the_dashboard_of_who_is_well_or_has_no_charter_is_quiet(anna, caldes):
    days_of_calls(caldes, dict.fromkeys(weekdays(date(2026, 11, 2), TODAY), 10.0))
    assert "commitment" not in text_of(anna.get("/")).partition("<main")[2]
    kept(caldes, WAIT)
    assert "We answer soon" not in text_of(anna.get("/"))


def test_a_commitment_out_of_reach_is_said_to_be_so(anna, caldes):
    days_of_calls(caldes, dict.fromkeys(weekdays(date(2026, 11, 2), TODAY), 60.0))
    kept(caldes, WAIT)
    assert "Even if all that is left were kept, the target would be missed." in text_of(anna.get("/"))


def test_a_new_edition_judges_from_its_month_on_and_leaves_what_was_judged(anna, judged):
    softer = Commitment("c1", "We answer", "mean_wait", 0.5, limit=20)
    kept(judged, softer, starts_on=date(2026, 11, 1), seen=1)
    page = text_of(anna.get("/commitments/"))
    assert "19 of 22 days" in page and "Not met" in page  # October under the edition of October
    assert "About to miss" not in page
    with inside(judged):
        assert Edition.objects.count() == 2
        assert Edition.objects.get(number=1).charter().commitments == (WAIT,)


def test_no_edition_holds_from_before_this_month(judged):
    with pytest.raises(UnableToKeepCharter, match="este mes"):
        kept(judged, WAIT, starts_on=OCTOBER, seen=1)


def test_of_two_who_write_an_edition_at_once_one_is_told(judged):
    kept(judged, WAIT, starts_on=date(2026, 12, 1), seen=1)
    with pytest.raises(UnableToKeepCharter):
        kept(judged, starts_on=date(2026, 12, 1), seen=1)


def test_the_database_lets_nobody_rewrite_an_edition_or_take_a_left_out_day_back(judged):
    with inside(judged):
        leave_out_day(day=date(2026, 10, 1), why="The line was down", by=actor_of_command(), reason="test")
    with owner_connection() as owner:
        for table in ("commitments_edition", "commitments_leftoutday"):
            granted = {
                one[0]
                for one in owner.execute(
                    "SELECT privilege_type FROM information_schema.role_table_grants WHERE grantee = %s AND table_name = %s",
                    [judged.schema_name, table],
                )
            }
            assert granted == {"SELECT", "INSERT"}


def test_a_day_left_out_changes_the_verdict_and_says_why(anna, judged):
    answer = anna.post("/commitments/left-out/", {"day": "2026-10-01", "why": "The line was down"}, follow=True)
    assert "The line was down" in text_of(answer)
    assert "That day is left out already." in text_of(
        anna.post("/commitments/left-out/", {"day": "2026-10-01", "why": "Again"})
    )
    page = text_of(anna.get("/commitments/c1/?from=2026-10-01"))
    assert "19 of 21 days" in page and "The line was down" in page
    with inside(judged):
        assert LeftOutDay.objects.count() == 1
        assert AuditEntry.objects.get(verb="leave_out_day").subject == "2026-10-01 The line was down"


def written(**changes):
    """The form of a charter with one commitment."""
    return {
        "title": "Service charter", "starts_on": "2026-11", "edition": "0", "c-TOTAL_FORMS": "2", "c-INITIAL_FORMS": "0",
        "c-0-text": "We answer soon", "c-0-statistic": "mean_wait", "c-0-limit": "20", "c-0-target": "90", "c-0-window": "month",
        "c-1-text": "", "c-1-statistic": "mean_wait", "c-1-window": "month",
    } | changes  # fmt: skip


def test_a_charter_is_written_on_its_page(anna, caldes):
    assert "There is no service charter yet." in text_of(anna.get("/commitments/"))
    assert "We answer soon" in text_of(anna.post("/commitments/change/", written(), follow=True))
    with inside(caldes):
        edition = Edition.objects.get()
        (promised,) = edition.charter().commitments
        assert (promised.code, promised.limit, promised.target, edition.starts_on) == (
            "c1",
            20.0,
            0.9,
            date(2026, 11, 1),
        )
        assert AuditEntry.objects.get(verb="keep_charter").details["commitments"] == 1
    page = text_of(anna.get("/commitments/change/"))
    assert 'value="We answer soon"' in page and 'value="2026-12"' in page


def test_a_commitment_is_taken_out_of_the_next_edition_only(anna, caldes):
    kept(caldes, WAIT)
    taken = {"edition": "1", "starts_on": "2026-12", "c-0-code": "c1", "c-INITIAL_FORMS": "1", "c-0-DELETE": "on"}
    anna.post("/commitments/change/", written(**taken))
    with inside(caldes):
        assert [len(one.charter().commitments) for one in Edition.objects.all()] == [0, 1]


def test_another_measure_is_another_commitment_and_shares_are_kept_as_shares(anna, caldes):
    kept(caldes, WAIT)
    changed = {"edition": "1", "starts_on": "2026-12", "c-0-code": "c1", "c-0-statistic": "answered", "c-0-limit": "85"}
    anna.post("/commitments/change/", written(**changed))
    with inside(caldes):
        (promised,) = Edition.objects.first().charter().commitments
        assert (promised.code, promised.limit, promised.statistic) == ("c2", 0.85, "answered")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"c-0-limit": ""}, "Say how many seconds."),
        ({"c-0-statistic": "answered", "c-0-limit": ""}, "Say which percentage."),
        ({"c-0-statistic": "answered", "c-0-limit": "300"}, "A percentage is 100 at most."),
        ({"c-0-target": ""}, "This field is required."),
        ({"c-0-text": ""}, "This field is required."),
        ({"c-0-target": "0"}, "greater than or equal to 1"),
        ({"starts_on": "soon"}, "Write the month as year and month: 2026-11."),
        ({"title": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(anna, caldes, changes, said):
    assert said in text_of(anna.post("/commitments/change/", written(**changes)))
    with inside(caldes):
        assert not Edition.objects.exists()


def test_whoever_wrote_beside_an_edition_kept_meanwhile_is_told(anna, caldes):
    kept(caldes, WAIT)
    assert "Somebody kept another edition meanwhile" in text_of(anna.post("/commitments/change/", written(edition="0")))


def test_citizens_see_verdicts_only_where_they_are_shown_and_no_small_count(browse, anna, judged):
    stranger = browse("caldes")
    stranger.cookies["language"] = "en"
    assert stranger.get("/commitments/public/").status_code == 404
    calls = Commitment("c2", "A person answers", "answered_calls", 0.9)
    kept(judged, WAIT, calls, starts_on=date(2026, 11, 1), seen=1, is_public=True)
    page = text_of(stranger.get("/commitments/public/"))
    assert "19 of 22 days" in page and "Not met" in page and "We ask you for pardon" in page
    assert "Anna" not in page
    assert "November 2026" not in page.partition("<main")[2].replace("1 November 2026", "")  # it still goes on


def test_the_other_town_sees_none_of_it(browse, person, judged, arrecife):
    aday = browse("arrecife", person(arrecife, Role.ADMINISTRATOR, "aday@example.org"))
    for path in ("c1/", "c1/evidence.csv", "public/", "c9/"):
        assert aday.get(f"/commitments/{path}").status_code == 404, path
    assert "We answer soon" not in aday.get("/commitments/").content.decode()
    with inside(arrecife):
        assert board(arrecife, TODAY) is None


@pytest.mark.parametrize("path", ["c9/", "c1/?from=2026-09-01", "c1/?from=2026-10-05", "c1/?from=x"])
def test_a_window_or_a_commitment_that_is_none_is_not_found(anna, judged, path):
    assert anna.get(f"/commitments/{path}").status_code == 404


def test_readers_read_keepers_keep_contacts_are_refused(browse, person, judged):
    officer = browse("caldes", person(judged, Role.DATA_PROTECTION_OFFICER, "dpd@example.org"))
    contact = browse("caldes", person(judged, Role.DEPARTMENT_CONTACT, "laia@example.org"))
    for path in ("", "c1/", "c1/evidence.csv", "verdicts.csv"):
        assert officer.get(f"/commitments/{path}").status_code == 200
        assert contact.get(f"/commitments/{path}").status_code == 403
        assert browse("caldes").get(f"/commitments/{path}").status_code == 302
    for path in ("change/", "left-out/"):
        assert officer.get(f"/commitments/{path}").status_code == 403


def test_nothing_is_told_of_a_window_under_no_edition(judged):
    with inside(judged):
        (standing,) = board(judged, TODAY).standings
        assert [one.window.first for one in standing.earlier] == [OCTOBER]
