"""T03: ids and names of Arrecife, given to Caldes in a query, filter, order, form, list or file, are like ones never heard of."""

import io
import re
from itertools import chain

import pytest
from trust.marked_town import fill

from callhub.departments.models import Contact, Department, Extension
from tenants.isolation.context import inside
from tenants.people.models import User
from tenants.people.rules import Role

THEIRS, OURS = "zqarrecife", "zqcaldes"
NEVER = "zqneverwas"  # as long as THEIRS, so that answers can be compared letter by letter
assert len(NEVER) == len(THEIRS)
THEIR_DIGITS, NEVER_DIGITS = "77345", "77346"
THEIR_ID, NEVER_ID = 9_345, 9_346


@pytest.fixture
def arrecife_full(arrecife, tmp_path):
    """Arrecife with a row in every table, department and person moved to ids of their own."""
    made = fill(arrecife, THEIRS, THEIR_DIGITS, tmp_path)
    with inside(arrecife):
        department = Department.objects.get()
        Department.objects.create(
            id=THEIR_ID, name=f"{THEIRS}-second", search_key=f"{THEIRS}-second", description=f"{THEIRS}-what"
        )
        Extension.objects.update(department_id=THEIR_ID)
        User.objects.create_user(f"{THEIRS}-moved@example.org", id=THEIR_ID, role=Role.DEPARTMENT_CONTACT.value)
        assert department.pk != THEIR_ID
    return made


@pytest.fixture
def anna(anna, caldes, arrecife_full, tmp_path):
    anna.get("/account/sessions/")  # the notice of the sign-in is shown once
    anna.made = fill(caldes, OURS, "77112", tmp_path)
    return anna


def pairs_of(word):
    """What Arrecife has and what nobody has, for the same place of a request."""
    return {
        "name": (f"{THEIRS}-{word}", f"{NEVER}-{word}"),
        "id": (str(THEIR_ID), str(NEVER_ID)),
        "number": (f"6{THEIR_DIGITS}11", f"6{NEVER_DIGITS}11"),
        "line": (f"+34{THEIR_DIGITS}", f"+34{NEVER_DIGITS}"),
    }


def told(response, asked):
    """Status and page, without what it repeats of the question and what differs each time."""
    body = response.content
    text = body.decode("utf-8", "replace") if not body.startswith(b"PK") else ""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    text = re.sub(r'name="rows" value="[^"]+"', "", text)  # the sealed rows of a preview, signed with the time
    for one in chain([asked], re.findall(r"\d{3,}", asked), re.findall(r"zq\w+", asked)):
        text = text.replace(one, "ASKED")
    return response.status_code, text


def assert_alike(ask, theirs, never, where):
    answers = []
    for asked in (theirs, never):
        response = ask(asked)
        status, text = told(response, asked)
        answers.append((status, text))
        assert status < 500, where
        assert THEIRS not in text, (where, "shows the other town's")
        assert "Arrecife" not in text, where
    differ = [
        pair for pair in zip(*(text.splitlines() for _status, text in answers), strict=False) if len(set(pair)) > 1
    ]
    assert (differ, answers[0]) == ([], answers[1]), (where, "tells the other town's from what never was")


# Address -> its parameters, and which kind of value of the other town each is given.
QUERIES = {
    "/calls/": {"queue": ("name", "id"), "department": ("id", "name"), "agent": ("name", "id"), "behind": ("name",),
                "part": ("name",), "number": ("number", "line"), "text": ("name", "number"), "page": ("id", "name"),
                "derivation": ("name",), "outcome": ("name",)},
    "/figures/": {"queue": ("name",), "department": ("id", "name"), "agent": ("name",)},
    "/figures/inbound/": {"queue": ("name",), "department": ("id",), "agent": ("name",), "by": ("name",)},
    "/figures/wait_median/": {"queue": ("name",), "department": ("id",), "agent": ("name",)},
    "/": {"until": ("id",), "days": ("id",)},
    "/my-department/": {"department": ("id", "name"), "page": ("id",)},
    "/departments/": {"text": ("name", "line"), "page": ("id",)},
    "/departments/extensions/": {"text": ("name", "line"), "page": ("id",)},
    "/lines/": {"text": ("name",), "page": ("id",)},
    "/lines/agents/": {"text": ("name",)},
    "/lines/numbers/": {"text": ("line", "name")},
    "/imports/": {"page": ("id",), "text": ("name",)},
    "/people/": {"text": ("name",), "id": ("id",)},
    "/audit/": {"text": ("name",), "verb": ("name",), "page": ("id",)},
}  # fmt: skip
WORDS = {"queue": "queue", "agent": "agent", "text": "department", "department": "department"}


@pytest.mark.parametrize("form", ["", "csv", "xlsx"])
def test_a_filter_with_a_value_of_the_other_town_is_like_one_that_never_was(form, anna):
    for path, parameters in QUERIES.items():
        for name, kinds in parameters.items():
            for kind in kinds:
                theirs, never = pairs_of(WORDS.get(name, "department"))[kind]

                def ask(value, path=path, name=name):
                    return anna.get(path, {name: value, **({"format": form} if form else {})})

                assert_alike(ask, theirs, never, (path, name, kind, form))


def test_the_twin_finds_its_own_by_the_same_filters(anna, arrecife_full):
    """The guard of the test above: the filters do find what is there."""
    for path, name, value in (
        ("/calls/", "queue", f"{OURS}-queue"), ("/calls/", "number", "67711211"), ("/calls/", "agent", f"{OURS}-agent"),
        ("/calls/", "department", anna.made.department), ("/departments/", "text", f"{OURS}-department"),
        ("/lines/numbers/", "text", "+3477112"), ("/audit/", "text", f"{OURS}-subject"),
    ):  # fmt: skip
        rows = anna.get(path, {name: value, "format": "csv"}).content.decode().splitlines()
        assert len([row for row in rows if row and not row.startswith("#")]) >= 2, (path, name)


@pytest.mark.parametrize("name", ["order", "ordering", "order_by", "sort", "o", "fields", "include", "expand"])
def test_orders_and_columns_of_another_table_change_nothing(name, anna, arrecife):
    for path in ("/calls/", "/departments/", "/lines/", "/audit/", "/figures/"):
        plain = told(anna.get(path), "-")
        for value in (f"{arrecife.schema_name}.departments_department", "-id", "user__password", f"{THEIRS}-queue"):
            answer = anna.get(path, {name: value})
            status, text = told(answer, value)
            # Links keep nothing of a question they do not know.
            assert (status, THEIRS in text, arrecife.schema_name in text) == (200, False, False), (path, value)
            assert len(re.findall("<tr", text)) == len(re.findall("<tr", plain[1])), (path, value)


def test_a_form_with_an_id_of_the_other_town_is_refused_like_one_that_never_was(anna, caldes):
    made = anna.made
    forms = [
        (f"/departments/{made.department}/contacts/", "contacts-people", {"contacts-reason": "a reason"}),
        (f"/departments/extensions/{made.extension}/", "department", {"person": "Pau", "reason": "a reason"}),
    ]
    for path, field, rest in forms:

        def ask(value, path=path, field=field, rest=rest):
            return anna.post(path, {**rest, field: value})

        assert_alike(ask, str(THEIR_ID), str(NEVER_ID), path)
        assert ask(str(THEIR_ID)).status_code == 422

        def ask_in_bulk(value, path=path, field=field, rest=rest):
            return anna.post(path, {**rest, field: [str(made.user), value]})

        assert_alike(ask_in_bulk, str(THEIR_ID), str(NEVER_ID), path)
    with inside(caldes):
        assert [one.user_id for one in Contact.objects.all()] == [made.user]
        assert Extension.objects.get(pk=made.extension).department_id == made.department


def test_names_taken_in_the_other_town_are_free_here(anna, caldes):
    for path, form in (
        ("/departments/add/", {"name": "{}-second", "reason": "new"}),
        ("/lines/queues/add/", {"name": "{}-queue"}),
        ("/lines/agents/add/", {"name": "{}-agent"}),
        ("/people/invite/", {"email": "{}-user@example.org", "name": "Nou", "role": "SUPERVISOR"}),
        (f"/departments/{anna.made.department}/extensions/add/", {"number": "1{}", "person": "Pau"}),
    ):
        marks = (THEIR_DIGITS, NEVER_DIGITS) if "extensions" in path else (THEIRS, NEVER)
        statuses = [
            anna.post(path, {name: value.format(mark) for name, value in form.items()}).status_code for mark in marks
        ]
        assert statuses == [302, 302], path


def test_a_spreadsheet_that_names_what_the_other_town_has_is_all_new(anna):
    def ask(mark):
        digits = THEIR_DIGITS if mark == THEIRS else NEVER_DIGITS
        text = f"departamento,extensión,persona\n{mark}-department,{digits},{mark}-person\n"
        file = io.BytesIO(text.encode())
        file.name = f"{mark}.csv"
        return anna.post("/departments/spreadsheet/", {"file": file})

    assert ask(NEVER).status_code == 200
    previews = []
    for mark in (THEIRS, NEVER):
        response = ask(mark)
        text = told(response, f"{mark} {THEIR_DIGITS if mark == THEIRS else NEVER_DIGITS}")[1]
        previews.append(text)
        assert f"{THEIRS}-what" not in response.content.decode()
    assert previews[0] == previews[1]


def test_a_mapping_kept_in_the_other_town_cannot_be_named(anna):
    path = f"/imports/{anna.made.table}/mapping/"
    assert_alike(lambda value: anna.get(path, {"saved": value}), f"{THEIRS}-mapping", f"{NEVER}-mapping", path)
    own = anna.get(path, {"saved": f"{OURS}-mapping"}).content
    assert own != anna.get(path).content or b"zqcaldes-mapping" in own


def test_a_number_of_the_other_town_is_refused_without_saying_whose_it_is(anna, arrecife):
    """The one thing a town learns of others: a public number is registered once on the platform."""
    with inside(arrecife):
        from tenants.directory.models import RegisteredLine

        RegisteredLine.objects.create(number="+34928812345", schema_name=arrecife.schema_name)
    response = anna.post("/lines/numbers/add/", {"number": "+34928812345", "label": "Ours"})
    assert response.status_code == 422
    page = response.content.decode()
    assert not re.search(rf"Arrecife|{arrecife.schema_name}|{THEIRS}", page)
