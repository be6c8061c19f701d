"""Queues get the name people use; another town's queue cannot be named."""

import pytest

from callhub.lines.models import Queue
from tenants.audit.models import AuditEntry
from tenants.isolation.context import inside
from tenants.people.rules import Role


@pytest.fixture
def pau(caldes, browse, person):
    return browse("caldes", person(caldes, Role.SUPERVISOR))


def test_a_queue_gets_a_name_and_the_act_is_recorded(pau, caldes):
    with inside(caldes):
        queue = Queue.objects.create(name="oac")
    assert pau.post("/lines/", {"kind": "queue", "pk": queue.pk, "label": "Atenció ciutadana"}).status_code == 302
    assert "Atenció ciutadana" in pau.get("/calls/?queue=oac").content.decode()
    with inside(caldes):
        assert AuditEntry.objects.filter(verb="name_queue", subject="oac").exists()


def test_another_towns_queue_is_a_404(pau, arrecife):
    with inside(arrecife):
        other = Queue.objects.create(name="ajena")
    assert pau.post("/lines/", {"kind": "queue", "pk": other.pk, "label": "x"}).status_code == 404
    with inside(arrecife):
        assert Queue.objects.get().label == ""
