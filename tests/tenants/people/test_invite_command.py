"""The first person of a municipality, and of Adtende, comes in by an invitation from the command line."""

import json

import pytest
from support import PASSWORD, manage

from tenants.audit.models import AuditEntry
from tenants.isolation.context import CONSOLE, inside
from tenants.people.models import User


def invited(*more):
    asked = ("invite_person", "--email", "anna@example.org", "--name", "Anna Riera", *more, "--json")
    return json.loads(manage(*asked).stdout)


def accept(browse, slug, link):
    path = "/" + link.split("/", 3)[3]
    return browse(slug).post(path, {"name": "Anna Riera", "password": PASSWORD, "password2": PASSWORD})


def test_the_first_administrator_of_a_municipality_comes_in(caldes, arrecife, browse):
    told = invited("--municipality", "caldes")
    assert told["link"].startswith("http://caldes.localhost:")
    assert accept(browse, "arrecife", told["link"]).status_code in (404, 410), "a link means nothing to the other town"
    assert accept(browse, "caldes", told["link"]).status_code == 302
    with inside(caldes):
        assert User.objects.get().role == "ADMINISTRATOR"
        assert AuditEntry.objects.filter(verb="invite_person", reason="command line").exists()
    with inside(arrecife):
        assert not User.objects.exists()


def test_the_first_person_of_adtende_comes_in(towns, browse):
    told = invited("--role", "supervisor", "--email", "first@adtende.example")
    assert told["link"].startswith("http://consola.localhost:")
    assert accept(browse, "consola", told["link"]).status_code == 302
    with inside(CONSOLE):
        person = User.objects.get(email="first@adtende.example")
        assert person.role == "STAFF_SUPERVISOR"
        person.is_active = False
        person.save()


@pytest.mark.parametrize(
    ("more", "part"),
    [
        (("--municipality", "enlloc"), "No municipality has the address"),
        (("--municipality", "caldes", "--role", "finance"), "choose one of administrator"),
        (("--role", "department_contact"), "choose one of administrator, agent, finance, supervisor"),
        (("--email", "nonsense"), "“nonsense” is no e-mail address."),
        (("--name", "a" * 121), "Argument --name: it has 121 letters, and 120 are the most"),
        (("--name", "\udce0"), "Argument --name: it is not UTF-8"),
    ],
)
def test_what_cannot_be_invited_is_told_in_one_sentence(towns, more, part):
    done = manage("invite_person", "--email", "x@example.org", "--name", "X", *more, check=False)
    assert done.returncode == 1
    assert part in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
