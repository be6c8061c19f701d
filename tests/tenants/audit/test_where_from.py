"""Where an act comes from: the visitor's address as the trusted proxies saw it, never as the visitor says."""

import pytest

from tenants.audit.models import AuditEntry
from tenants.audit.rules import client_address
from tenants.isolation.context import inside
from tenants.people.rules import Role

FORGED = "6.6.6.6"


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("", 0, "10.0.0.2"),
        (FORGED, 0, "10.0.0.2"),
        ("203.0.113.7", 1, "203.0.113.7"),
        (f"{FORGED}, 203.0.113.7", 1, "203.0.113.7"),
        (f"{FORGED}, 203.0.113.7, 10.0.0.1", 2, "203.0.113.7"),
        ("", 1, "10.0.0.2"),
        ("203.0.113.7", 2, "10.0.0.2"),
        ("203.0.113.7:4711", 1, "203.0.113.7"),
        ("[2001:db8::7]:4711", 1, "2001:db8::7"),
        ("2001:DB8::7", 1, "2001:db8::7"),
        ("<script>", 1, "10.0.0.2"),
        ("203.0.113.7, unknown", 1, "10.0.0.2"),
    ],
)
def test_the_address_is_what_the_trusted_proxies_saw(forwarded, proxies, address):
    assert client_address("10.0.0.2", forwarded, proxies) == address


def test_a_connection_without_address_has_none():
    assert client_address("", "", 0) == ""


@pytest.mark.parametrize(("proxies", "origin"), [(0, "127.0.0.1"), (1, "203.0.113.7")])
def test_the_record_tells_the_address_behind_the_proxy(proxies, origin, caldes, browse, person, settings):
    settings.TRUSTED_PROXIES = proxies
    client = browse("caldes", person(caldes, Role.SUPERVISOR))
    form = {"name": "Urbanisme", "is_active": "on", "reason": "new"}
    client.post("/departments/add/", form, headers={"x-forwarded-for": f"{FORGED}, 203.0.113.7"})
    with inside(caldes):
        assert AuditEntry.objects.get(verb="add_department").origin == origin
