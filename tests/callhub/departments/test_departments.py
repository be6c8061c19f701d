"""Departments are kept, searched without accents, and imported from a spreadsheet."""

import pytest

from callhub.departments.models import Contact, Department, Extension
from callhub.departments.rules import starter_set
from tenants.audit.models import AuditEntry
from tenants.isolation.context import inside
from tenants.people.rules import Role


@pytest.fixture
def pau(caldes, browse, person):
    return browse("caldes", person(caldes, Role.SUPERVISOR))


@pytest.mark.parametrize(("population", "count"), [(300, 5), (3_000, 7), (18_000, 12), (300_000, 16)])
def test_the_starter_set_grows_with_the_town(population, count):
    assert len(starter_set(population, "ca")) == count
    assert len(set(starter_set(population, "es"))) == count


def test_a_department_is_added_changed_and_found_without_accents(pau, caldes):
    form = {"name": "Padró d'Habitants", "description": "", "email": "", "is_active": "on", "reason": "new"}
    assert pau.post("/departments/add/", form).status_code == 302
    assert "Padró" in pau.get("/departments/?text=padro habit").content.decode()
    with inside(caldes):
        pk = Department.objects.get().pk
        assert AuditEntry.objects.filter(verb="add_department", reason="new").exists()
    add = f"/departments/{pk}/extensions/add/"
    assert pau.post(add, {"number": "302", "person": "Joan"}).status_code == 302
    assert "302" in pau.get("/departments/?text=joan").content.decode()
    assert pau.post(add, {"number": "30a"}).status_code == 422
    changed = {**form, "name": "Padró i Cens", "reason": "merged"}
    assert pau.post(f"/departments/{pk}/change/", changed).status_code == 302
    with inside(caldes):
        assert Department.objects.get().name == "Padró i Cens"
        assert AuditEntry.objects.filter(verb="change_department", reason="merged").exists()


def test_a_department_out_of_use_stays_with_its_extensions(pau, caldes, urbanisme):
    pau.post(f"/departments/{urbanisme}/extensions/add/", {"number": "302"})
    pau.post(f"/departments/{urbanisme}/change/", {"name": "Urbanisme", "reason": "closed"})
    with inside(caldes):
        assert not Department.objects.get().is_active
        assert Extension.objects.get().department_id == urbanisme
    assert "302" in pau.get("/departments/").content.decode()


def test_the_same_name_twice_is_refused_with_a_sentence(pau):
    form = {"name": "Urbanisme", "is_active": "on", "reason": "new"}
    pau.post("/departments/add/", form)
    again = pau.post("/departments/add/", form)
    assert again.status_code == 422
    assert "Urbanisme" in again.content.decode()


def test_another_towns_department_is_a_404_like_one_that_never_was(pau, arrecife):
    with inside(arrecife):
        other = Department.objects.create(id=70_001, name="Turismo", search_key="turismo")
        extension = Extension.objects.create(id=70_001, number="800", department=other, search_key="800")
    form = {"name": "X", "number": "801", "reason": "test"}
    for pk in (other.pk, 999_999):
        assert pau.get(f"/departments/{pk}/").status_code == 404
        assert pau.get(f"/departments/{pk}/change/").status_code == 404
        assert pau.post(f"/departments/{pk}/change/", form).status_code == 404
        assert pau.post(f"/departments/{pk}/extensions/add/", form).status_code == 404
    for pk in (extension.pk, 999_999):
        assert pau.get(f"/departments/extensions/{pk}/").status_code == 404
        assert pau.post(f"/departments/extensions/{pk}/", form).status_code == 404
        assert pau.post(f"/departments/extensions/{pk}/drop/").status_code == 404
    with inside(arrecife):
        assert Department.objects.get().name == "Turismo"
        assert Extension.objects.get().department_id == other.pk
        assert not AuditEntry.objects.exists()


def test_a_name_that_looks_like_a_formula_is_harmless_in_the_csv(pau, caldes):
    with inside(caldes):
        Department.objects.create(name="=1+1", search_key="1 1")
    assert "'=1+1" in pau.get("/departments/?format=csv").content.decode()


@pytest.fixture
def urbanisme(caldes):
    with inside(caldes):
        return Department.objects.create(name="Urbanisme", search_key="urbanisme").pk


def chosen(town):
    with inside(town):
        return set(Contact.objects.values_list("department__name", "user__email"))


def test_an_administrator_chooses_contacts_and_it_is_recorded(anna, caldes, person, urbanisme):
    laia, joan = (person(caldes, Role.DEPARTMENT_CONTACT, f"{name}@example.org") for name in ("laia", "joan"))
    assert "laia" not in anna.get(f"/departments/{urbanisme}/").content.decode().partition("<form")[0]
    address = f"/departments/{urbanisme}/contacts/"
    both = {"contacts-people": [laia.pk, joan.pk], "contacts-reason": "they begin"}
    assert anna.post(address, both).status_code == 302
    assert anna.post(address, both).status_code == 302, "twice is as once"
    assert chosen(caldes) == {("Urbanisme", "laia@example.org"), ("Urbanisme", "joan@example.org")}
    assert anna.get(f"/departments/{urbanisme}/").content.decode().count("checked") == 2
    anna.post(address, {"contacts-people": [joan.pk], "contacts-reason": "Laia left"})
    assert chosen(caldes) == {("Urbanisme", "joan@example.org")}
    with inside(caldes):
        entry = AuditEntry.objects.get(verb="choose_contacts", reason="Laia left")
    assert (entry.subject, entry.details) == ("Urbanisme", {"contacts": ["joan@example.org"]})


def test_contacts_are_chosen_with_a_reason_and_among_people_of_that_role(anna, caldes, person, urbanisme):
    laia = person(caldes, Role.DEPARTMENT_CONTACT)
    pau = person(caldes, Role.SUPERVISOR)
    address = f"/departments/{urbanisme}/contacts/"
    assert anna.post(address, {"contacts-people": [laia.pk], "contacts-reason": ""}).status_code == 422
    assert anna.post(address, {"contacts-people": [pau.pk], "contacts-reason": "test"}).status_code == 422
    assert chosen(caldes) == set()
    assert anna.get(address).status_code == 404


def test_a_supervisor_sees_the_contacts_and_does_not_choose_them(pau, caldes, person, urbanisme):
    laia = person(caldes, Role.DEPARTMENT_CONTACT)
    with inside(caldes):
        Contact.objects.create(department_id=urbanisme, user=laia)
    page = pau.get(f"/departments/{urbanisme}/").content.decode()
    assert str(laia) in page
    assert "contacts-reason" not in page
    refused = pau.post(f"/departments/{urbanisme}/contacts/", {"contacts-reason": "test"})
    assert refused.status_code == 403


def test_contacts_of_another_towns_department_are_a_404(anna, arrecife):
    with inside(arrecife):
        other = Department.objects.create(id=77, name="Turismo", search_key="turismo")
    assert anna.post(f"/departments/{other.pk}/contacts/", {"contacts-reason": "test"}).status_code == 404
    assert chosen(arrecife) == set()
