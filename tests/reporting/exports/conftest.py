"""A municipality whose reference records were imported, and readers of its reports."""

import pytest


@pytest.fixture(autouse=True)
def password_only(settings):
    """Nobody is asked for a second factor."""
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture(scope="module")
def reference(caldes_of_module, tmp_path_factory):
    """Caldes with the genuine records of 23 November 2026, taken in once for a file."""
    from fixtures.imports import imported
    from fixtures.records import THREE, unpacked

    folder = tmp_path_factory.mktemp("reference")
    for name in THREE:
        imported(caldes_of_module, unpacked("reference", name, folder))
    return caldes_of_module


@pytest.fixture
def english(browse, person):
    """english(town, role) is a browser of somebody who reads English."""
    from tenants.isolation.context import inside
    from tenants.people.models import User
    from tenants.people.rules import Role

    def of(town, role=Role.SUPERVISOR):
        email = f"{role.value.lower()}@reports.example"
        with inside(town):
            known = User.objects.filter(email=email).first()
        client = browse(town.slug, known or person(town, role, email))
        client.cookies["language"] = "en"
        return client

    return of
