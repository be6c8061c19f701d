"""Sample calls of a trial: made by a job, marked on every page, counted nowhere else, gone by a button or by real records."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from factories import DepartmentFactory, ExtensionFactory
from fixtures.imports import imported, requested, worked_on
from fixtures.records import unpacked
from support import owner_connection

from callhub.calls.models import Call, Derivation
from callhub.departments.models import Department, Extension
from callhub.lines.models import Agent, Line, Queue
from callhub.pbx.actions import end_samples, take_in, undo_import
from callhub.pbx.models import Import, Pbx
from callhub.pbx.queries import samples_there
from callhub.samples import actions, tasks
from callhub.samples.queries import samples_of_town
from reporting.public.actions import publish
from reporting.public.models import PublicCount
from tenants.audit.models import AuditEntry
from tenants.directory import queries as directory
from tenants.directory.models import Municipality
from tenants.isolation.context import inside
from tenants.people.rules import Role

PAGE = "/samples/"


def _state(town, state, trial_ends_on):
    with owner_connection() as owner:
        owner.execute(
            "UPDATE directory_municipality SET state = %s, trial_ends_on = %s WHERE schema_name = %s",
            [state, trial_ends_on, town.schema_name],
        )
    directory.forget_hosts()


@pytest.fixture
def on_trial(caldes, monkeypatch):
    """Caldes on trial, with few sample calls so that they are there at once."""
    monkeypatch.setattr("config.demonstration.samples.MOST", 1_500)
    _state(caldes, "TRIAL", timezone.localdate() + timedelta(days=20))
    yield Municipality.objects.get(pk=caldes.pk)
    with owner_connection() as owner:
        owner.execute("DELETE FROM procrastinate_jobs WHERE task_name IN ('make_samples', 'work_on_import')")
    _state(caldes, "ACTIVE", None)


@pytest.fixture
def pau(on_trial, browse, person):
    client = browse("caldes", person(on_trial, Role.SUPERVISOR))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def jobs(name):
    with owner_connection() as owner:
        return owner.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s", [name]).fetchall()


def made(town):
    """The job of the sample calls, run here as a worker would."""
    tasks.make_sample_calls(schema=town.schema_name)


def undone(town):
    """The jobs of their end."""
    with inside(town):
        waiting = list(Import.objects.filter(state=Import.State.UNDOING))
    for batch in waiting:
        worked_on(town, batch)


def state(town):
    with inside(town):
        return samples_of_town().state


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


def test_an_accepted_contract_ends_them(on_trial):
    with inside(on_trial):
        actions.ask_for_samples(town=on_trial, by=actions.BY)
    made(on_trial)
    with inside(on_trial):
        from types import SimpleNamespace

        tasks.contract_was_accepted(contract=SimpleNamespace(schema_name=on_trial.schema_name))
    undone(on_trial)
    assert state(on_trial) == "ENDED"


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
