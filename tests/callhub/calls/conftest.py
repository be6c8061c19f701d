"""The genuine records in a municipality, and what they say told without a database."""

import csv
import io

import pytest
from django.utils import translation
from fixtures.records import THREE, records_of, stories_of, unpacked

from tenants.directory.rules import search_key
from tenants.people.rules import Role


@pytest.fixture
def reference(caldes, tmp_path):
    """The genuine records, imported."""
    from fixtures.imports import imported

    for name in THREE:
        imported(caldes, unpacked("reference", name, tmp_path))
    return caldes


@pytest.fixture(scope="session")
def truth():
    """The stories of the genuine records, by key."""
    return stories_of([one for name in THREE for one in records_of("reference", name)])


@pytest.fixture
def english(browse):
    """english(town, user) is a browser that reads English."""

    def signed_in(town, user):
        client = browse(town, user)
        client.cookies["language"] = "en"
        return client

    yield signed_in
    translation.deactivate()  # the other tests speak Spanish


@pytest.fixture
def pau(caldes, english, person):
    """A supervisor of Caldes, who sees whole numbers."""
    return english("caldes", person(caldes, Role.SUPERVISOR, "pau@example.org"))


@pytest.fixture
def department():
    """department(town, name, *extensions) makes one and gives its id."""
    from callhub.departments.models import Department, Extension
    from tenants.isolation.context import inside

    def make(town, name, *numbers):
        with inside(town):
            made = Department.objects.create(name=name, search_key=search_key(name))
            for number in numbers:
                Extension.objects.create(number=number, department=made, search_key=search_key(f"{number} {name}"))
            return made.pk

    return make


@pytest.fixture
def listed(pau):
    """listed(name=value) is the keys of the calls found with these filters, in page and file alike."""

    def keys(**filters):
        page, file = (pau.get("/calls/", {**filters, "format": form}) for form in ("", "csv"))
        rows = [row["call"] for row in csv.DictReader(io.StringIO(file.content.decode())) if row["call"]]
        assert not page.context["form"].errors
        assert page.context["page"].paginator.count == len(rows)
        assert [row.key for row in page.context["page"]] == rows[:50]
        return sorted(rows)

    return keys
