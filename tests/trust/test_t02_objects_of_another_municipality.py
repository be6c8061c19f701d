"""T02: an address with the id of another municipality's object answers like one that never existed.

The addresses are walked from the resolver: a new one with an id, whose object this file cannot make, fails.
"""

import re
import uuid
from datetime import date

import pytest
from django.conf import settings
from django.urls import URLPattern, get_resolver, reverse
from factories import CallFactory, DepartmentFactory, ExtensionFactory, InvitationFactory
from fixtures.imports import imported
from fixtures.invoices import issue, use_test_certificate
from fixtures.records import unpacked

from callhub.calls.models import Call
from callhub.lines.models import Queue
from callhub.pbx.models import Import, Pbx
from callhub.surveys.actions import ask
from callhub.surveys.models import Answer, Way
from reporting.commitments.models import Edition
from reporting.commitments.rules import Charter, Commitment, to_json
from tenants.audit.actions import actor_of_command
from tenants.isolation.context import inside
from tenants.people.models import User
from tenants.people.rules import Role

# Addresses whose parameter names no object of a municipality.
NO_OBJECT = {
    "account_reset_password_from_key",
    "people:accept",
    "dashboard:figure",
    "dashboard:chart_csv",
    "dashboard:department_csv",
    "exports:csv",
    "exports:month",
    "exports:pdf",
    "exports:xlsx",
    "lines:kind",
    "lines:add",
    "getting_started:task",
}


def _named(patterns, prefix=""):
    for one in patterns:
        if isinstance(one, URLPattern):
            if one.name and one.pattern.converters:
                yield prefix + one.name, one
        else:
            yield from _named(one.url_patterns, f"{prefix}{one.namespace}:" if one.namespace else prefix)


WITH_IDS = dict(_named(get_resolver(settings.TENANT_URLCONF).url_patterns))


@pytest.fixture
def theirs(arrecife, person, settings, tmp_path):
    """One object of every kind in Arrecife: by the name of the address, the value of its id."""
    imported(arrecife, unpacked("edges", "cel.csv", tmp_path))
    use_test_certificate(settings, tmp_path)
    invoice = issue(arrecife)
    someone = person(arrecife, Role.SUPERVISOR, "altra@example.org")
    with inside(arrecife):
        department = DepartmentFactory(id=9_001, name="Turismo")
        promised = Commitment("c9001", "Respondemos pronto", "mean_wait", 0.9, limit=20)
        stored = to_json(Charter("Carta", (promised,), is_public=True))
        Edition.objects.create(number=1, starts_on=date(2026, 11, 1), stored=stored, made_by="x")
        extension = ExtensionFactory(id=9_002, department=department)
        invitation = InvitationFactory()
        User.objects.filter(pk=someone.pk).update(id=9_004)
        answered = CallFactory()
        asked = ask(town=arrecife, call=answered, way=Way.MESSAGE, by=actor_of_command(), reason="test")
        said = Answer.objects.create(
            month=asked.invitation.called_on, way="MESSAGE", solved="YES", treatment=9, overall=9, language="es", text="…",
            text_state="WAITING",
        )  # fmt: skip
        return {
            "calls:call": Call.objects.first().pk,
            "commitments": "c9001",
            "departments": department.pk,
            "departments:drop_extension": extension.pk,
            "departments:extension": extension.pk,
            "surveys:answer": asked.secret,
            "surveys:call": answered.pk,
            "surveys:text": said.pk,
            "timetables": department.pk,
            "invoices": invoice.uuid,
            "lines:one": Queue.objects.create(id=9_005, name="oac").pk,
            "people:withdraw": invitation.uuid,
            "people:person": 9_004,
            "pbx": Import.objects.first().uuid,
            "pbx:switchboard": Pbx.objects.first().uuid,
        }


def _arguments(name, theirs):
    """The parameters of an address: those of Arrecife's object, and those of one that never was."""
    value = theirs.get(name) or theirs.get(name.partition(":")[0])
    assert value is not None, f"this test makes no object for the address {name}"
    (*others, parameter) = WITH_IDS[name].pattern.converters
    kinds = {"kind": "queues"} if others else {}
    assert set(others) == set(kinds), name
    return [{**kinds, parameter: one} for one in (value, uuid.uuid4() if isinstance(value, uuid.UUID) else 8_999)]


def _without_what_differs_each_time(body, *ids):
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", body.decode())
    for one in ids:
        body = body.replace(str(one), "ID")
    return body


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_id_of_another_town_is_a_404_like_one_that_never_was(method, anna, theirs):
    expected = {404} if method == "get" else {404, 405}
    without_mark = {"surveys:answer"} if method == "post" else set()  # refused before anything is looked up
    for name in sorted(set(WITH_IDS) - NO_OBJECT):
        answers = []
        for arguments in _arguments(name, theirs):
            response = getattr(anna, method)(reverse(name, settings.TENANT_URLCONF, kwargs=arguments))
            answers.append(
                (response.status_code, _without_what_differs_each_time(response.content, *arguments.values()))
            )
        assert answers[0] == answers[1], name
        assert answers[0][0] in ({403} if name in without_mark else expected), name


def test_the_twin_sees_its_own_object(anna, caldes, tmp_path):
    """The guard of the test above: the same addresses answer 200 for one's own objects."""
    batch = imported(caldes, unpacked("edges", "cel.csv", tmp_path))
    with inside(caldes):
        call, switchboard = Call.objects.first(), Pbx.objects.get()
    assert anna.get(f"/calls/{call.pk}/").status_code == 200
    assert anna.get(f"/imports/{batch.uuid}/").status_code == 200
    assert anna.get(f"/switchboards/{switchboard.uuid}/").status_code == 200
