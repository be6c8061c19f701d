"""Extensions and the people at them are found without accents, changed and taken from a department."""

import pytest

from callhub.departments.models import Department, Extension
from tenants.audit.models import AuditEntry
from tenants.isolation.context import inside
from tenants.people.rules import Role


@pytest.fixture
def pau(caldes, browse, person):
    return browse("caldes", person(caldes, Role.SUPERVISOR))


@pytest.fixture
def laia(caldes):
    """Laia Núñez answers at 301 of Urbanisme."""
    with inside(caldes):
        department = Department.objects.create(name="Urbanisme", search_key="urbanisme")
        return Extension.objects.create(
            number="301", department=department, person="Laia Núñez", search_key="301 laia nunez"
        ).pk


@pytest.mark.parametrize("text", ["301", "laia nuñez", "LAIA", "urban laia", "Urbanísme"])
def test_an_extension_is_found_by_number_person_and_department(text, pau, laia):
    assert "Laia Núñez" in pau.get("/departments/extensions/", {"text": text}).content.decode()


def test_what_matches_no_extension_says_so(pau, laia):
    page = pau.get("/departments/extensions/", {"text": "joan"}).content.decode()
    assert "Laia" not in page


def test_an_extension_gets_another_person_telephone_and_department(pau, caldes, laia):
    with inside(caldes):
        other = Department.objects.create(name="Padró", search_key="padro").pk
    form = {"person": "Joan", "telephone": "93 123 45 67", "department": other, "reason": "Laia left"}
    assert pau.post(f"/departments/extensions/{laia}/", form).status_code == 302
    with inside(caldes):
        kept = Extension.objects.get()
        assert (kept.number, kept.person, kept.telephone, kept.department_id) == ("301", "Joan", "+34931234567", other)
        assert AuditEntry.objects.get(verb="change_extension").reason == "Laia left"
    assert "Joan" in pau.get("/departments/extensions/?text=931234567").content.decode()
    assert "Joan" not in pau.get("/departments/extensions/?text=laia").content.decode()


@pytest.mark.parametrize(("telephone", "words"), [("9312345", "7 figures"), ("ext. 4", "not a telephone number")])
def test_a_telephone_nobody_can_dial_is_refused(telephone, words, pau, laia):
    form = {"person": "Laia", "telephone": telephone, "reason": "test"}
    page = pau.post(f"/departments/extensions/{laia}/", form, headers={"accept-language": "en"})
    assert page.status_code == 422
    assert words in page.content.decode()


def test_an_extension_taken_from_its_department_stays_known(pau, caldes, laia):
    address = f"/departments/extensions/{laia}/drop/"
    assert pau.get(address).status_code == 404, "answers only to a form"
    assert pau.post(address).status_code == 302
    with inside(caldes):
        assert (Extension.objects.get().number, Extension.objects.get().department) == ("301", None)


def test_long_names_that_grow_when_accents_are_spelt_out_are_kept(pau, caldes, laia):
    form = {"person": "ﷺ" * 100, "reason": "test"}
    assert pau.post(f"/departments/extensions/{laia}/", form).status_code == 302


KEEPING = (
    "/departments/add/",
    "/departments/spreadsheet/",
    "/departments/{department}/change/",
    "/departments/extensions/{extension}/",
)


def test_the_data_protection_officer_reads_and_is_offered_nothing_that_would_be_refused(caldes, browse, person, laia):
    client = browse("caldes", person(caldes, Role.DATA_PROTECTION_OFFICER))
    with inside(caldes):
        department = Department.objects.get().pk
    for path in ("/departments/", f"/departments/{department}/", "/departments/extensions/"):
        answer = client.get(path)
        page = answer.content.decode().partition('id="content"')[2].partition("<footer")[0]
        assert answer.status_code == 200
        assert "Laia" in page
        assert "<form" not in page.replace('<form class="filters" method="get">', "")
        for other in KEEPING:
            assert other.format(department=department, extension=laia) not in page
    for path in KEEPING:
        assert client.get(path.format(department=department, extension=laia)).status_code == 403
    for path in (
        f"/departments/{department}/extensions/add/",
        f"/departments/extensions/{laia}/drop/",
        "/departments/start/",
    ):
        assert client.post(path, {"number": "999"}).status_code == 403
    with inside(caldes):
        assert Extension.objects.get().department_id == department
