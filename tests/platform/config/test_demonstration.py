"""The demonstration: invented calls that are the same every time and shaped like genuine ones, and acts of its own."""

import csv
import hashlib
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import chain
from pathlib import Path

import pytest

from callhub.departments.models import Department
from callhub.lines.models import Agent, Queue
from config.demonstration import actions
from config.demonstration.rules import EXTENSIONS, TOWNS, shapes, year_of_calls
from reporting.commitments.models import Edition
from tenants.audit.models import AuditEntry
from tenants.isolation.context import inside

TODAY = date(2026, 11, 25)
SMALL = replace(TOWNS[1], calls=600)


def year(town=SMALL, today=TODAY):
    """The lines of queue_log and of the call details."""
    days = list(year_of_calls(town, today))
    return [line for queue, _details in days for line in queue], [line for _queue, details in days for line in details]


def digest(town, today=TODAY):
    return hashlib.sha256("\n".join(chain.from_iterable(year(town, today))).encode()).hexdigest()


def told(details):
    """What a shape tells of its call when moment, caller and numbers are taken away: contexts, applications, endings."""
    return tuple(sorted((row[3], row[7], row[14]) for row in details))


def test_the_same_day_and_town_give_the_same_calls():
    assert digest(SMALL) == digest(SMALL)


@pytest.mark.parametrize("town, today", [(replace(SMALL, slug="caldes"), TODAY), (SMALL, date(2026, 11, 26))])
def test_another_town_or_day_gives_others(town, today):
    assert digest(town, today) != digest(SMALL)


def test_every_invented_call_has_the_shape_of_a_genuine_one():
    genuine = {told(shape.detail_rows) for shape in shapes()}
    calls = {}
    for row in csv.reader(year()[1]):
        calls.setdefault(row[17], []).append(row)
    assert len(calls) > 400
    assert {told(rows) for rows in calls.values()} <= genuine


def test_events_of_the_queue_are_those_of_the_genuine_log():
    genuine = {parts[4] for shape in shapes() for parts in shape.queue_rows}
    found = Counter(line.split("|")[4] for line in year()[0])
    assert set(found) <= genuine
    assert {"ENTERQUEUE", "CONNECT", "ABANDON", "BLINDTRANSFER"} <= set(found)


def test_no_line_names_a_number_of_the_genuine_records():
    queue, details = year()
    # Invented callers are 6000xxxxx: a genuine one of these may come up by chance.
    genuine = {row[1] for shape in shapes() for row in shape.detail_rows if re.fullmatch(r"[67](?!000)\d{8}", row[1])}
    assert genuine
    assert not any(number in line for line in (*queue, *details) for number in genuine)


def test_departments_of_the_demonstration_are_kept_by_the_acts_everybody_has(caldes):
    with inside(caldes):
        actions._departments(caldes)
        actions._departments(caldes)  # a second start of the demonstration changes nothing
        acts = Counter(AuditEntry.objects.values_list("verb", flat=True))
        made = AuditEntry.objects.filter(verb="add_department").count()
        begun = int(AuditEntry.objects.get(verb="start_departments").subject)
        assert Department.objects.count() == begun + made
    assert acts["change_extension"] == len(EXTENSIONS)


def test_no_act_of_the_demonstration_writes_past_the_actions():
    source = Path(actions.__file__).read_text()
    assert not re.search(r"\.(create|update|get_or_create|update_or_create|bulk_create|save|delete)\(", source)


def test_queues_and_telephones_that_the_records_name_are_called_as_the_town_calls_them_and_a_person_may_say_otherwise(
    caldes,
):
    with inside(caldes):
        Queue.objects.create(name="oac")
        Agent.objects.create(name="PJSIP/222", label="Ricard")
        actions._names()
        actions._names()  # a second start of the demonstration changes nothing
        assert Queue.objects.get(name="oac").label == "Oficina d'Atenció Ciutadana"
        assert Agent.objects.get(name="PJSIP/222").label == "Ricard"
        assert AuditEntry.objects.filter(verb__in=["change_queue", "change_agent"]).count() == 1


def test_the_demonstration_has_a_charter_and_a_second_start_keeps_no_other(caldes):
    with inside(caldes):
        actions._charter(TODAY)
        actions._charter(date(2027, 2, 1))
        edition = Edition.objects.get()
        assert (edition.starts_on, edition.charter()) == (date(2025, 12, 1), actions.CHARTER)
