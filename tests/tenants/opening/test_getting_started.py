"""The list of what is to do: read from the data, with who worked at it, and somebody else's help for one task."""

import re

import pytest
from factories import DepartmentFactory, ExtensionFactory, PbxFactory

from callhub.departments.models import Department
from callhub.lines.models import Line
from callhub.pbx.models import Import
from tenants.isolation.context import inside
from tenants.people.models import Invitation, User
from tenants.people.rules import Role

HUB = "/getting-started/"


def states(browser):
    """The state of each task by its name, as on the page."""
    html = browser.get(HUB).content.decode()
    rows = re.findall(r'<span class="name">(?:<a[^>]*>)?([^<]+)</.*?<span class="badge (\w+)">', html, re.DOTALL)
    return dict(rows)


def test_a_new_town_has_its_data_and_nothing_else(anna):
    assert states(anna) == {
        "Data of the town hall": "ok",
        "Second key of the administrators": "warn",
        "People who will work here": "none",
        "Departments and extensions": "none",
        "Timetables and holidays": "none",
        "First records of the switchboard": "none",
        "Public numbers": "none",
        "Forwarding of the lines": "info",  # Adtende gives the number
        "Test call": "none",
        "Figures for citizens": "none",
        "Data-processing agreement": "info",  # nobody is set up here who would process them: Adtende is to fill it in
        "Contract and payment": "none",
    }


def test_each_state_comes_from_the_data(caldes, arrecife, anna):
    with inside(caldes):
        department = DepartmentFactory(name="Padró")
    assert states(anna)["Departments and extensions"] == "warn", "departments without an extension"
    with inside(caldes):
        ExtensionFactory(department=department)
        Line.objects.create(number="+34938650000", state=Line.State.PROPOSED)
        Import.objects.create(pbx=PbxFactory(), format="table", file_name="x", file_size=1, state="RUNNING")
    found = states(anna)
    assert (found["Departments and extensions"], found["Public numbers"]) == ("ok", "warn")
    assert found["First records of the switchboard"] == "half"
    with inside(caldes):
        Line.objects.update(state=Line.State.IN_USE)
    assert states(anna)["Public numbers"] == "ok"


def test_what_the_other_town_did_is_not_seen(caldes, arrecife, anna):
    with inside(arrecife):
        ExtensionFactory()
        Line.objects.create(number="+34928800000", state=Line.State.IN_USE)
    found = states(anna)
    assert (found["Departments and extensions"], found["Public numbers"]) == ("none", "none")


def test_somebody_invited_to_one_task_comes_straight_to_it(caldes, anna, browse, mailoutbox):
    sent = anna.post(HUB, {"task": "departments", "name": "Joan", "email": "joan@example.org"})
    assert sent.status_code == 302
    (mail,) = mailoutbox
    assert "Departments and extensions" in mail.body
    assert states(anna)["People who will work here"] == "half"
    assert 'class="who">Administrator, ' in anna.get(HUB).content.decode(), "who worked at it is told"
    link = re.search(r"http://caldes\.localhost[^/]*(/\S+)", mail.body)[1]
    joan = browse("caldes")
    accepted = joan.post(link, {"name": "Joan", "password": "una contrasenya prou llarga"})
    assert accepted["Location"] == "/getting-started/departments/"
    assert joan.get("/getting-started/departments/")["Location"] == "/departments/"
    assert joan.get(HUB).status_code == 403, "the whole list is the administrators'"
    with inside(caldes):
        assert (User.objects.get(email="joan@example.org").role, Invitation.objects.get().task) == (
            "HELPER",
            "departments",
        )


TASKS = {"departments": "/departments/", "records": "/imports/", "lines": "/lines/numbers/"}


@pytest.fixture
def helper(caldes, browse, person):
    """helper("departments") is a browser of somebody invited to that task."""

    def make(task):
        somebody = person(caldes, Role.HELPER, f"help-{task}@example.org")
        with inside(caldes):
            User.objects.filter(pk=somebody.pk).update(task=task)
        signed = browse("caldes", somebody)
        signed.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return signed

    return make


@pytest.mark.parametrize("task", TASKS)
def test_a_helper_does_the_one_task_and_sees_no_other(task, caldes, helper):
    joan = helper(task)
    assert joan.get("/")["Location"] == joan.get(f"{HUB}{task}/")["Location"] == TASKS[task]
    page = joan.get(TASKS[task])
    assert page.status_code == 200
    menu = re.search(r"<nav.*?</nav>", page.content.decode(), re.DOTALL)[0]
    assert re.findall(r'href="([^"]+)"', menu) == [TASKS[task]]
    for other, path in TASKS.items():
        if other != task:
            assert (joan.get(path).status_code, joan.get(f"{HUB}{other}/").status_code) == (403, 404), other
    for path in ("/calls/", "/figures/", "/my-department/", "/people/", "/audit/", "/payments/", "/billing/", HUB):
        assert joan.get(path).status_code in {403, 404}, path
    assert joan.get("/account/sessions/").status_code == 200, "what is their own"


def test_a_helper_may_do_what_the_least_role_may_and_nothing_of_administrators(caldes, helper):
    joan = helper("departments")
    assert joan.post("/departments/start/").status_code == 302
    with inside(caldes):
        department = Department.objects.first()
    assert joan.get(f"/departments/{department.pk}/").status_code == 200
    assert joan.post(f"/departments/{department.pk}/contacts/", {"contacts-people": []}).status_code == 403


def test_a_task_that_nobody_can_help_with_lets_nobody_in(caldes, helper):
    for task in ("people", "contract", "published", "nothing", ""):
        joan = helper(task)
        assert {joan.get(path).status_code for path in ("/", "/people/", "/billing/", "/departments/")} == {403}, task


def test_a_helper_of_one_town_is_nobody_in_the_other(caldes, arrecife, helper, browse):
    joan = helper("departments")
    elsewhere = browse("arrecife")
    elsewhere.cookies = joan.cookies
    assert elsewhere.get("/departments/")["Location"].startswith("/account/login/")


def test_the_role_of_a_helper_cannot_be_chosen_and_ends_with_another(caldes, anna, helper):
    assert b"HELPER" not in anna.get("/people/invite/").content
    helper("departments")
    with inside(caldes):
        joan = User.objects.get(role="HELPER")
    assert b"Helper with one task" in anna.get(f"/people/{joan.pk}/").content
    anna.post(f"/people/{joan.pk}/", {"role": "SUPERVISOR", "is_active": "on", "reason": "stays"})
    with inside(caldes):
        joan.refresh_from_db()
    assert (joan.role, joan.task) == ("SUPERVISOR", "")


@pytest.mark.parametrize(
    "changed", [{"task": "data"}, {"task": "nothing"}, {"email": "no"}, {"email": "anna@example.org"}]
)
def test_an_invitation_that_could_not_work_is_refused_with_its_reason(changed, caldes, anna, mailoutbox):
    answer = anna.post(HUB, {"task": "departments", "name": "Joan", "email": "joan@example.org", **changed})
    assert answer.status_code == 422
    with inside(caldes):
        assert not Invitation.objects.exists()
    assert mailoutbox == []


def test_a_task_that_there_is_not_is_not_found_and_strangers_sign_in_first(anna, browse):
    assert anna.get("/getting-started/nothing/").status_code == 404
    assert browse("caldes").get(HUB)["Location"].startswith("/account/login/")
    assert browse("arrecife").get("/getting-started/departments/")["Location"].startswith("/account/login/")


def test_the_list_of_a_body_speaks_of_its_organisation(caldes, anna):
    from support import owner_connection

    from tenants.directory import queries

    def become(kind, code):
        with owner_connection() as owner:
            owner.execute(
                "UPDATE directory_municipality SET kind = %s, ine_code = %s WHERE schema_name = %s",
                [kind, code, caldes.schema_name],
            )
        queries.forget_hosts()

    become("COUNTY_COUNCIL", "08000")
    try:
        page = anna.get(HUB)
        assert (page.status_code, "Your organisation" in page.content.decode()) == (200, True)
        assert "Your town hall" not in page.content.decode()
        assert anna.get("/timetables/closed-days/").status_code == 200, (
            "a body without an INE code has its region's holidays"
        )
    finally:
        become("TOWN_HALL", "08033")
