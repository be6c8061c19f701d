"""Sample calls of a trial: made by a job, marked on every page, counted nowhere else, gone by a button or by real records."""

import threading
import uuid
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from factories import DepartmentFactory, ExtensionFactory
from fixtures.imports import imported, requested, worked_on
from fixtures.records import unpacked
from fixtures.samples import made, undone
from fixtures.samples import samples_state as state
from support import owner_connection

from callhub.calls.models import Call, Derivation
from callhub.departments.models import Department, Extension
from callhub.lines.models import Agent, Line, Queue
from callhub.pbx.actions import end_samples, take_in, undo_import
from callhub.pbx.models import Import, Pbx
from callhub.pbx.queries import samples_there
from callhub.samples import actions, tasks
from callhub.samples.queries import Samples
from config.demonstration import samples
from reporting.public.actions import publish
from reporting.public.models import PublicCount
from tenants.audit.models import AuditEntry
from tenants.directory.models import Municipality
from tenants.isolation.context import connection as jobs_connection
from tenants.isolation.context import inside
from tenants.people.rules import Role

pytest_plugins = ("fixtures.samples",)  # on_trial and pau
PAGE = "/samples/"


def jobs(name):
    with owner_connection() as owner:
        return owner.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s", [name]).fetchall()


def test_a_town_on_trial_sees_its_departments_and_sample_calls_and_takes_them_away(pau, on_trial, arrecife):
    assert "Show me sample calls" in pau.get(PAGE).content.decode()
    assert pau.post(PAGE, {"make": "1"}).status_code == 302
    assert [args["schema"] for (args,) in jobs("make_samples")] == [on_trial.schema_name]
    page = pau.get(PAGE).content.decode()
    assert "data-running" in page and 'max="3" value="0"' in page
    made(on_trial)
    assert "The sample calls are there." in pau.get(PAGE).content.decode()
    with inside(on_trial):
        calls = Call.objects.count()
        assert calls > 50
        assert Call.objects.filter(started_at__lt=timezone.now() - timedelta(days=30)).count() == 0
        assert Department.objects.filter(name="Urbanisme").exists()
        assert Extension.objects.count() == 12
        assert Queue.objects.exists() and Agent.objects.exists()
    for path in ("/", "/calls/", "/departments/", "/figures/", "/imports/", "/timetables/"):
        assert "The calls and figures here are invented examples" in pau.get(path).content.decode(), path
    with inside(arrecife):
        assert not Call.objects.exists() and not samples_there()
    pau.post(PAGE, {"end": "1"})
    assert state(on_trial) == "ENDING"
    undone(on_trial)
    assert state(on_trial) == "ENDED"
    assert "were taken away" in pau.get(PAGE).content.decode()
    assert "invented examples" not in pau.get("/").content.decode()
    with inside(on_trial):
        assert not Call.objects.exists()
        assert not (
            Extension.objects.exists() or Queue.objects.exists() or Agent.objects.exists() or Line.objects.exists()
        )
        assert Department.objects.exists(), "the departments are the town's own"
        assert set(AuditEntry.objects.values_list("verb", flat=True)) >= {"ask_for_samples", "end_samples"}
    pau.post(PAGE, {"make": "1"})
    made(on_trial)
    with inside(on_trial):
        assert Call.objects.count() == calls, "asked for again, they are there again"


def reasons():
    return list(AuditEntry.objects.filter(verb="end_samples").values_list("reason", flat=True))


def derivations(town):
    with inside(town):
        found = Derivation.objects.values_list("target", "result")
        return Counter(target for target, _result in found), Counter(result for _target, result in found)


def test_calls_are_handed_to_the_towns_own_extensions_where_it_has_some(on_trial):
    with inside(on_trial):
        actions.ask_for_samples(town=on_trial, by=actions.BY)
    made(on_trial)
    to_samples, results = derivations(on_trial)
    assert set(to_samples) <= set(actions.HANDED_TO) and results["PICKED_UP"]
    with inside(on_trial):
        end_samples(by=actions.BY, reason="test")
    undone(on_trial)
    with inside(on_trial):
        department = DepartmentFactory(name="Turisme")
        for number in ("2041", "411"):
            ExtensionFactory(number=number, department=department, person="Joan")
        departments = Department.objects.count()
        actions.ask_for_samples(town=on_trial, by=actions.BY)
        assert Department.objects.count() == departments
        assert sorted(Extension.objects.values_list("number", flat=True)) == ["2041", "411"]
    made(on_trial)
    to_own, results_of_own = derivations(on_trial)
    assert set(to_own) == {"2041", "411"}
    assert (sum(to_own.values()), results_of_own) == (sum(to_samples.values()), results), "nothing else is different"
    with inside(on_trial):
        end_samples(by=actions.BY, reason="test")
    undone(on_trial)
    with inside(on_trial):
        assert Extension.objects.count() == 2


def test_sample_calls_are_in_no_public_figure(on_trial):
    with inside(on_trial):
        actions.ask_for_samples(town=on_trial, by=actions.BY)
    made(on_trial)
    with inside(on_trial):
        assert Call.objects.exists()
        assert publish() == 0
        assert not PublicCount.objects.exists()


def test_real_records_end_them_and_the_page_asks(pau, on_trial, tmp_path):
    with inside(on_trial):
        actions.ask_for_samples(town=on_trial, by=actions.BY)
    made(on_trial)
    assert "Take the sample calls away once this file is in" in pau.get("/imports/upload/").content.decode()
    path = unpacked("edges", "queue_log", tmp_path)
    with path.open("rb") as file:
        form = {"file": file, "format": "asterisk-queue-log", "pbx": "Centralita", "timezone": "Europe/Madrid"}
        refused = pau.post("/imports/upload/", form)
    assert (refused.status_code, "Say that the sample calls may go" in refused.content.decode()) == (422, True)
    with path.open("rb") as file:
        assert pau.post("/imports/upload/", {**form, "file": file, "ends_samples": "on"}).status_code == 302
    with inside(on_trial):
        batch = Import.objects.get(pbx__name="Centralita")
        assert batch.state == "WAITING"
    worked_on(on_trial, batch)
    assert state(on_trial) == "ENDED"
    with inside(on_trial):
        pbx = Pbx.objects.get(name="Centralita")
        assert set(Call.objects.values_list("pbx_id", flat=True)) == {pbx.pk}
        assert PublicCount.objects.exists(), "what is real is published"
        with pytest.raises(actions.UnableToMakeSamples):
            actions.ask_for_samples(town=on_trial, by=actions.BY)
    assert "nothing left to invent" in pau.get(PAGE).content.decode()


def test_real_records_that_come_while_the_samples_are_made_win(on_trial, tmp_path, monkeypatch):
    path = unpacked("edges", "queue_log", tmp_path)
    with inside(on_trial):
        actions.ask_for_samples(town=on_trial, by=actions.BY)
    plain = actions.take_in
    real = []

    def between(*, batch):
        done = plain(batch=batch)
        if not real:
            real.append(requested(on_trial, path, pbx="Centralita"))
            take_in(batch=real[0])
        return done

    monkeypatch.setattr(actions, "take_in", between)
    made(on_trial)
    assert state(on_trial) == "ENDED"
    with inside(on_trial):
        assert set(Call.objects.values_list("pbx_id", flat=True)) == {Pbx.objects.get(name="Centralita").pk}


def test_a_job_that_is_killed_goes_on_where_it_stopped_and_the_sweep_finds_it(on_trial, monkeypatch):
    with inside(on_trial):
        actions.ask_for_samples(town=on_trial, by=actions.BY)
    plain, taken = actions.take_in, []

    def killed(*, batch):
        taken.append(batch.file_name)
        if len(taken) == 2:
            raise KeyboardInterrupt
        return plain(batch=batch)

    monkeypatch.setattr(actions, "take_in", killed)
    with pytest.raises(KeyboardInterrupt):
        made(on_trial)
    assert state(on_trial) == "MAKING"
    with inside(on_trial):
        Pbx.objects.update(created_at=timezone.now() - timedelta(minutes=3))
    for _minute in range(2):
        tasks.sweep_samples(0)
        assert len(jobs("make_samples")) == 1
    made(on_trial)
    assert state(on_trial) == "READY"
    with inside(on_trial):
        assert Import.objects.filter(pbx__is_sample=True).count() == 2
        calls = Call.objects.count()
    made(on_trial)  # a job that comes twice
    with inside(on_trial):
        assert Call.objects.count() == calls


def test_one_of_the_two_files_undone_by_hand_takes_the_other_along_and_they_can_be_asked_for_again(on_trial):
    with inside(on_trial):
        actions.ask_for_samples(town=on_trial, by=actions.BY)
    made(on_trial)
    with inside(on_trial):
        undo_import(batch=Import.objects.first(), by=actions.BY, reason="test")
    assert state(on_trial) == "ENDING"
    tasks.sweep_samples(0)
    undone(on_trial)
    assert state(on_trial) == "ENDED"
    with inside(on_trial):
        assert not Call.objects.exists()
        assert reasons() == ["one of their two files was taken back"]
        actions.ask_for_samples(town=on_trial, by=actions.BY)
    made(on_trial)
    assert state(on_trial) == "READY"


def test_asked_for_by_two_at_once_they_are_made_once(on_trial):
    both = threading.Barrier(2, timeout=30)

    def ask():
        try:
            with inside(on_trial):
                both.wait()
                actions.ask_for_samples(town=on_trial, by=actions.BY)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    with inside(on_trial):
        assert Pbx.objects.filter(is_sample=True).count() == 1
        assert AuditEntry.objects.filter(verb="ask_for_samples").count() == 1


def test_outside_a_trial_there_are_none(caldes, browse, person):
    client = browse("caldes", person(caldes, Role.SUPERVISOR))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert "Sample calls are for a trial." in client.get(PAGE).content.decode()
    client.post(PAGE, {"make": "1"})
    with inside(caldes):
        assert not Pbx.objects.exists()
    marta = browse("caldes", person(caldes, Role.DATA_PROTECTION_OFFICER))
    assert marta.get(PAGE).status_code == 403
    assert browse("arrecife").get(PAGE)["Location"].startswith("/account/login/")


def test_a_file_cannot_be_imported_under_the_name_of_the_samples(pau, on_trial, tmp_path):
    with inside(on_trial):
        name = actions.ask_for_samples(town=on_trial, by=actions.BY).name
    with unpacked("edges", "queue_log", tmp_path).open("rb") as file:
        form = {"file": file, "format": "asterisk-queue-log", "pbx": name, "timezone": "Europe/Madrid"}
        answer = pau.post("/imports/upload/", form)
    assert (answer.status_code, "is of the sample calls" in answer.content.decode()) == (422, True)


def test_an_import_without_samples_ends_nothing(caldes, tmp_path):
    imported(caldes, unpacked("edges", "queue_log", tmp_path))
    with inside(caldes):
        assert not AuditEntry.objects.filter(verb="end_samples").exists()


def test_made_by_two_at_once_they_are_there_once_and_ready(on_trial, monkeypatch):
    """A job that the sweep took for dead, and the one that it asked for instead."""
    with inside(on_trial):
        actions.ask_for_samples(town=on_trial, by=actions.BY)
    both = threading.Barrier(2, timeout=60)
    plain, asked = samples.write_samples, actions.request_import
    folders, failed = [], []

    def written(town, today, folder):
        folders.append(folder)
        found = plain(town, today, folder)
        both.wait()
        return found

    def slowly(**arguments):
        held.wait(timeout=1)  # nobody sets it: time for the other one to look, and to find nothing
        return asked(**arguments)

    def make():
        try:
            made(on_trial)
        except Exception as error:
            failed.append(error)

    held = threading.Event()
    monkeypatch.setattr(samples, "write_samples", written)
    monkeypatch.setattr(actions, "request_import", slowly)
    threads = [threading.Thread(target=make) for _ in range(2)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    assert failed == []
    assert len(set(folders)) == 2, "neither writes over the other's files"
    monkeypatch.setattr(samples, "write_samples", plain)
    made(on_trial)  # one of them left the other at it
    assert state(on_trial) == "READY"
    with inside(on_trial):
        assert sorted(Import.objects.values_list("file_name", "state")) == [
            ("cdr-custom.csv", "DONE"),
            ("queue_log", "DONE"),
        ]


def test_the_button_twice_and_the_sweep_leave_one_job_waiting(pau, on_trial):
    pau.post(PAGE, {"make": "1"})
    pau.post(PAGE, {"make": "1"})
    with inside(on_trial):
        Pbx.objects.update(created_at=timezone.now() - timedelta(minutes=3))
    tasks.sweep_samples(0)
    assert len(jobs("make_samples")) == 1


def test_a_file_twice_among_them_keeps_nobody_waiting(on_trial):
    with inside(on_trial):
        actions.ask_for_samples(town=on_trial, by=actions.BY)
    made(on_trial)
    with inside(on_trial):
        again = Import.objects.get(file_name="queue_log")
        again.pk, again.uuid = None, uuid.uuid4()
        again.save()
    assert state(on_trial) == "READY"


def test_a_real_file_that_waits_ends_no_sample_calls_until_it_is_in(on_trial, tmp_path):
    with inside(on_trial):
        actions.ask_for_samples(town=on_trial, by=actions.BY)
    waiting = requested(on_trial, unpacked("edges", "queue_log", tmp_path), pbx="Centralita")
    made(on_trial)
    tasks.sweep_samples(0)
    assert state(on_trial) == "READY", "it may be discarded yet"
    with inside(on_trial):
        Import.objects.filter(pk=waiting.pk).update(state=Import.State.DONE)  # as if its own end had been lost
    tasks.sweep_samples(0)
    undone(on_trial)
    assert state(on_trial) == "ENDED"
    with inside(on_trial):
        assert reasons() == ["real records came in"]


def test_a_trial_that_ends_while_they_are_made_is_the_reason_of_their_end(on_trial):
    with inside(on_trial):
        pbx = actions.ask_for_samples(town=on_trial, by=actions.BY)
        on_trial.state = "SUSPENDED"
        actions.make_samples(town=on_trial, pbx=pbx)
        assert reasons() == ["the trial is over"]
    assert state(on_trial) == "ENDED"


def test_the_sweep_enters_only_municipalities_that_can_have_some(on_trial, arrecife, monkeypatch):
    long_ago = timezone.now() - timedelta(days=365)
    entered = []

    def found():
        known = [Municipality.objects.get(pk=one.pk) for one in (on_trial, arrecife)]
        for one in known:
            one.opened_at = long_ago
        return known

    monkeypatch.setattr("tenants.isolation.jobs.open_municipalities", found)
    monkeypatch.setattr(
        tasks, "samples_of_town", lambda: entered.append(jobs_connection.schema_name) or Samples("NONE")
    )
    tasks.sweep_samples(0)
    assert entered == [on_trial.schema_name]
    arrecife.opened_at = timezone.now() - timedelta(days=20)
    assert tasks.can_have_some(arrecife), "a contract of its first weeks may have ended some a moment ago"


def test_a_switchboard_of_their_own_with_the_name_of_the_samples_is_no_hindrance(on_trial):
    with inside(on_trial):
        Pbx.objects.create(name="SCT 1")
        assert actions.ask_for_samples(town=on_trial, by=actions.BY).name == "SCT 2"
