"""A contact sees what became of the calls handed to their department, and of no other."""

from collections import Counter
from statistics import median

import pytest
from django.utils import translation
from fixtures.imports import imported
from fixtures.records import THREE, records_of, stories_of, unpacked

from callhub.calls.models import Derivation
from callhub.departments.models import Contact, Department, Extension
from reporting.dashboard.sentences import department_cards
from reporting.kpi.counts import Counts
from tenants.isolation.context import inside
from tenants.people.rules import Role

ADDRESS = "/my-department/"


def department(town, name, *numbers, contacts=()):
    with inside(town):
        made = Department.objects.create(name=name, search_key=name.lower())
        for number in numbers:
            Extension.objects.create(number=number, department=made, search_key=number)
        for user in contacts:
            Contact.objects.create(department=made, user=user)
        return made.pk


@pytest.fixture
def truth():
    """Blind derivations of the genuine records by extension, told without a database."""
    stories = stories_of([one for name in THREE for one in records_of("reference", name)])
    found = {}
    for story in stories.values():
        for one in story.derivations:
            if one.kind == "BLIND":
                found.setdefault(one.target, []).append(one)
    return found


@pytest.fixture
def busy(truth):
    """The extension with most derivations that nobody picked up."""
    return max(truth, key=lambda number: sum(one.result in ("RETURNED", "LOST") for one in truth[number]))


@pytest.fixture
def reference(caldes, tmp_path):
    for name in THREE:
        imported(caldes, unpacked("reference", name, tmp_path))
    return caldes


@pytest.fixture
def laia(caldes, person):
    return person(caldes, Role.DEPARTMENT_CONTACT, "laia@example.org")


@pytest.fixture
def english(browse):
    def signed_in(town, user):
        client = browse(town, user)
        client.cookies["language"] = "en"
        return client

    yield signed_in
    translation.deactivate()  # the other tests speak Spanish


def test_a_contact_lands_on_their_department(caldes, english, laia):
    department(caldes, "Urbanisme", "301", contacts=[laia])
    client = english("caldes", laia)
    response = client.get("/", follow=True)
    assert response.redirect_chain == [(ADDRESS, 302)]
    assert "<h1>Urbanisme</h1>" in response.content.decode()


def test_a_contact_of_no_department_is_told_who_can_help(caldes, english, laia):
    department(caldes, "Urbanisme", "301")
    page = english("caldes", laia).get(ADDRESS).content.decode()
    assert "Nobody has said yet which department is yours" in page
    assert "Urbanisme" not in page


def test_the_figures_are_those_of_the_genuine_records(reference, english, laia, truth, busy):
    pk = department(reference, "Urbanisme", busy, contacts=[laia])
    results = Counter(one.result for one in truth[busy])
    missed = results["RETURNED"] + results["LOST"]
    followed = missed + results["PICKED_UP"]
    assert missed, "the example says something"
    response = english("caldes", laia).get(ADDRESS)
    found, page = response.context["found"], response.content.decode()
    assert found.id == pk
    assert (found.counts.derivations_followed, found.counts.derivations_missed) == (followed, missed)
    waits = [one.picked_up_after_seconds for one in truth[busy] if one.picked_up_after_seconds is not None]
    assert found.median_seconds == pytest.approx(median(waits))
    assert f"Urbanisme did not pick up {missed} of the {followed} calls handed to it." in page
    assert f"{results['RETURNED']} came back to the queue, {results['LOST']} were lost." in page
    assert response.context["page"].paginator.count == missed
    assert {one.target for one, _caller, _end in response.context["told"]} == {busy}
    assert "disaffection-hours-wide-title" in page


def test_an_extension_of_another_department_is_not_counted(reference, english, laia, truth, busy):
    others = [number for number in truth if number != busy]
    department(reference, "Tributs", *others)
    department(reference, "Urbanisme", busy, contacts=[laia])
    assert english("caldes", laia).get(ADDRESS).context["found"].counts["blind_total"] == len(truth[busy])


def test_hours_and_calls_as_csv(reference, english, laia, truth, busy):
    department(reference, "Urbanisme", busy, contacts=[laia])
    client = english("caldes", laia)
    hours = client.get(f"{ADDRESS}hours.csv?days=30").content.decode().splitlines()
    followed = sum(one.result != "UNKNOWN" for one in truth[busy])
    assert sum(int(line.split(",")[2]) for line in hours[1:-1]) == followed
    calls = client.get(f"{ADDRESS}calls.csv?days=30").content.decode().splitlines()
    assert len(calls) - 2 == sum(one.result in ("RETURNED", "LOST") for one in truth[busy])
    assert client.get(f"{ADDRESS}other.csv").status_code == 404


def test_numbers_are_masked_for_contacts_and_whole_for_supervisors(reference, english, person, laia, busy):
    pk = department(reference, "Urbanisme", busy, contacts=[laia])
    with inside(reference):
        callers = set(
            Derivation.objects.filter(target=busy, result__in=["RETURNED", "LOST"], call__is_hidden=False)
            .exclude(call__caller="")
            .values_list("call__caller", flat=True)
        )
    assert callers, "somebody called with a number"
    as_contact, as_supervisor = english("caldes", laia), english("caldes", person(reference, Role.SUPERVISOR))
    for address in (ADDRESS, f"{ADDRESS}calls.csv"):
        masked = as_contact.get(address).content.decode()
        whole = as_supervisor.get(f"{address}?department={pk}").content.decode()
        assert not any(caller in masked for caller in callers)
        assert all(caller in whole for caller in callers)
    assert 'href="/calls/' not in as_contact.get(ADDRESS).content.decode(), "a contact opens no call"


def test_a_contact_of_another_department_does_not_see_it(caldes, english, person, laia):
    mine = department(caldes, "Tributs", "303", contacts=[laia])
    other = department(caldes, "Urbanisme", "301", contacts=[person(caldes, Role.DEPARTMENT_CONTACT)])
    client = english("caldes", laia)
    assert client.get(f"{ADDRESS}?department={mine}").status_code == 200
    assert "Urbanisme" not in client.get(ADDRESS).content.decode()
    for address in (ADDRESS, f"{ADDRESS}hours.csv", f"{ADDRESS}calls.csv"):
        assert client.get(f"{address}?department={other}").status_code == 404
        assert client.get(f"{address}?department=x").status_code == 404


def test_who_was_contact_sees_nothing_any_more(caldes, english, laia):
    department(caldes, "Tributs", "303", contacts=[laia])
    client = english("caldes", laia)
    assert "Tributs" in client.get(ADDRESS).content.decode()
    with inside(caldes):
        Contact.objects.all().delete()
    assert "Tributs" not in client.get(ADDRESS).content.decode()


def test_a_contact_of_two_departments_chooses_between_them(caldes, english, laia):
    department(caldes, "Tributs", "303", contacts=[laia])
    second = department(caldes, "Urbanisme", "301", contacts=[laia])
    client = english("caldes", laia)
    assert client.get(ADDRESS).content.decode().count("<option") == 2
    assert "<h1>Urbanisme</h1>" in client.get(f"{ADDRESS}?department={second}").content.decode()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SUPERVISOR])
def test_those_who_keep_departments_see_each_of_them(role, caldes, english, person, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client = english("caldes", person(caldes, role))
    assert "No departments yet" in client.get(ADDRESS).content.decode()
    first, second = department(caldes, "Tributs", "303"), department(caldes, "Urbanisme", "301")
    for pk, name in ((first, "Tributs"), (second, "Urbanisme")):
        assert f"<h1>{name}</h1>" in client.get(f"{ADDRESS}?department={pk}").content.decode()


def test_the_data_protection_officer_is_refused(caldes, english, person):
    client = english("caldes", person(caldes, Role.DATA_PROTECTION_OFFICER))
    assert client.get(ADDRESS).status_code == 403
    assert client.get(f"{ADDRESS}calls.csv").status_code == 403


def test_a_department_of_the_other_town_is_a_404(caldes, arrecife, english, person, laia):
    department(caldes, "Urbanisme", "301", contacts=[laia])
    with inside(arrecife):
        other = Department.objects.create(id=7777, name="Turismo", search_key="turismo").pk
    supervisor = english("caldes", person(caldes, Role.SUPERVISOR))
    for client in (english("caldes", laia), supervisor):
        assert client.get(f"{ADDRESS}?department={other}").status_code == 404
        assert client.get(f"{ADDRESS}calls.csv?department={other}").status_code == 404
    stranger = english("arrecife", None)
    stranger.cookies = english("caldes", laia).cookies
    assert stranger.get(ADDRESS).status_code == 302, "the session means nothing there"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("queue_log", "The records imported do not tell what became of derived calls."),
        ("cdr-custom.csv", "The records imported do not tell which calls were handed on."),
    ],
)
def test_the_page_says_why_it_knows_nothing(caldes, english, laia, tmp_path, busy, name, why):
    imported(caldes, unpacked("reference", name, tmp_path))
    department(caldes, "Urbanisme", busy, contacts=[laia])
    page = english("caldes", laia).get(ADDRESS).content.decode()
    assert f'<p class="saying">{why}</p>' in page
    assert "No call of this period is known that the department did not pick up." in page


def test_a_department_without_extension_or_calls_says_so(caldes, english, laia):
    department(caldes, "Urbanisme", contacts=[laia])
    page = english("caldes", laia).get(ADDRESS).content.decode()
    assert "No extension is known as one of Urbanisme" in page


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        # total, picked up, came back, lost, unknown -> numerators and denominators of the shares, exception
        ((0, 0, 0, 0, 0), (None, None, False)),
        ((3, 0, 0, 0, 3), (None, None, False)),
        ((10, 9, 1, 0, 0), ((9, 10), (1, 10), False)),
        ((50, 22, 9, 19, 0), ((22, 50), (28, 50), True)),
        ((50, 21, 9, 19, 1), ((21, 49), (28, 49), True)),
    ],
)
def test_the_cards_of_a_department(stored, shown):
    counts = Counts()
    for name, number in zip(("total", "picked_up", "returned_to_queue", "lost", "unknown"), stored, strict=True):
        counts.add(f"blind_{name}", number)
    _handed, picked_up, missed, _time = department_cards(counts, None, "why not")
    parts = [
        None if card["numerator"] is None else (card["numerator"], card["denominator"]) for card in (picked_up, missed)
    ]
    assert (*parts, missed["is_exception"]) == shown
    assert missed["reason"] == ("" if parts[0] else "why not")


def test_a_supervisor_first_sees_the_department_that_missed_most(reference, english, person, truth, busy):
    department(reference, "Arxiu", *[number for number in truth if number != busy][:1])
    pk = department(reference, "Urbanisme", busy)
    client = english("caldes", person(reference, Role.SUPERVISOR))
    assert client.get(ADDRESS).context["found"].id == pk


def test_a_department_without_extensions_leads_supervisors_to_add_them(caldes, english, person, laia):
    pk = department(caldes, "Arxiu", contacts=[laia])
    link = f'href="/departments/{pk}/"'
    assert link in english("caldes", person(caldes, Role.SUPERVISOR)).get(ADDRESS).content.decode()
    assert link not in english("caldes", laia).get(ADDRESS).content.decode()
