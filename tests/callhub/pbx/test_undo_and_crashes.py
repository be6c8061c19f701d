"""An import that is killed goes on without loss or double; an undone one leaves no trace in the figures."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fixtures.imports import (
    fingerprint,
    imported,
    is_balanced,
    ledger,
    minutes_later,
    requested,
    stored_rows,
    worked_on,
)
from fixtures.records import THREE, unpacked
from fixtures.varied import detail_rows_as, files_of

from callhub.pbx import tasks
from callhub.pbx.actions import (
    ClaimedElsewhere,
    UnableToUndo,
    imports,
    reading,
    request_undo,
    set_pbx_settings,
    take_in,
    tell_with_settings,
    telling,
    undo_import,
    undoing,
)
from callhub.pbx.adapters import SourceFormat
from callhub.pbx.models import Import, Pbx
from callhub.pbx.rules import PbxSettings
from tenants.audit.actions import actor_of_command
from tenants.isolation.context import connection, inside
from tenants.people.rules import Role

PROGRAM = Path(__file__).with_name("dying_program.py")


@pytest.fixture
def small_blocks(monkeypatch):
    for module in (reading, telling, undoing):
        monkeypatch.setattr(module, "ROWS_AT_ONCE", 150)


def killed(town, batch, point, passes):
    """Whether the import was killed at that point; False when it ended before."""
    paths = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        [sys.executable, str(PROGRAM), town.slug, str(batch.pk), point, str(passes)],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr[-1500:]
    minutes_later(town, batch)
    return done.returncode != 0


def undone(town, batch):
    with inside(town):
        return undo_import(batch=batch, by=actor_of_command(), reason="test")


POINTS = [
    ("a block begins", 0),
    ("a block begins", 3),
    ("rows are stored", 0),
    ("rows are stored", 3),
    ("calls are written", 1),
    ("calls are written", 4),
    ("the file is through", 0),
]


@pytest.mark.parametrize(("point", "passes"), POINTS, ids=[f"{p}, {n} before" for p, n in POINTS])
def test_a_killed_import_goes_on_as_if_nothing_had_happened(caldes, arrecife, tmp_path, small_blocks, point, passes):
    path = unpacked("edges", "cel.csv", tmp_path)
    for town in (caldes, arrecife):
        imported(town, unpacked("edges", "queue_log", tmp_path))
    batch = requested(caldes, path)
    assert killed(caldes, batch, point, passes)
    with inside(caldes):
        batch.refresh_from_db()
        assert batch.state in {Import.State.WAITING, Import.State.RUNNING}
        take_in(batch=batch)
    whole = imported(arrecife, path)
    assert ledger(batch) == ledger(whole)
    assert is_balanced(batch)
    tables = ("pbx_rawrecord", "pbx_channellink", "calls_call", "calls_visit", "calls_leg", "calls_derivation")
    assert stored_rows(caldes, *tables) == stored_rows(arrecife, *tables)
    assert fingerprint(caldes) == fingerprint(arrecife)


def test_an_import_killed_again_and_again_still_comes_to_its_end(caldes, arrecife, tmp_path, small_blocks):
    path = unpacked("edges", "cel.csv", tmp_path)
    batch = requested(caldes, path)
    deaths = 0
    while killed(caldes, batch, "calls are written", 2):
        deaths += 1
    assert deaths >= 2
    with inside(caldes):
        batch.refresh_from_db()
    assert batch.state == Import.State.DONE
    assert ledger(batch) == ledger(imported(arrecife, path))
    assert fingerprint(caldes) == fingerprint(arrecife)


def test_killed_while_calls_are_told_again_with_better_settings(caldes, arrecife, tmp_path, small_blocks):
    files = [unpacked("edges", name, tmp_path) for name in ("cdr-custom.csv", "cel.csv")]
    for path in files:
        imported(arrecife, path)
    batch = requested(caldes, files[0])
    killed(caldes, batch, "calls are told again", 0)
    with inside(caldes):
        batch.refresh_from_db()
        take_in(batch=batch)
    imported(caldes, files[1])
    assert fingerprint(caldes) == fingerprint(arrecife)


@pytest.mark.parametrize("name", THREE)
def test_undo_and_import_again_is_as_if_it_had_never_been_undone(caldes, tmp_path, name):
    batches = {one: imported(caldes, unpacked("edges", one, tmp_path)) for one in THREE}
    before = fingerprint(caldes)
    undone(caldes, batches[name])
    assert fingerprint(caldes) != before
    again = imported(caldes, tmp_path / name)
    assert again.ignored.get("already_imported", 0) == 0
    assert fingerprint(caldes) == before


@pytest.mark.parametrize("name", THREE)
def test_undo_leaves_what_the_other_files_alone_would_have_told(caldes, arrecife, tmp_path, name):
    files = {one: unpacked("edges", one, tmp_path) for one in THREE}
    batches = {one: imported(caldes, files[one]) for one in THREE}
    undone(caldes, batches[name])
    for one in THREE:
        if one != name:
            imported(arrecife, files[one])
    assert fingerprint(caldes) == fingerprint(arrecife)
    with inside(caldes):
        proposed = Pbx.objects.get().proposed
    with inside(arrecife):
        assert Pbx.objects.get().proposed == proposed


@pytest.mark.parametrize("name", THREE)
def test_undo_beside_rows_that_know_a_channel_by_its_name_only(caldes, arrecife, tmp_path, name):
    plain = detail_rows_as(*range(16))(files_of("edges", THREE))
    files = {one: tmp_path / one for one in THREE}
    for one, path in files.items():
        path.write_text(plain[one])
    batches = {one: imported(caldes, files[one]) for one in THREE}
    whole = fingerprint(caldes)
    undone(caldes, batches[name])
    for one in THREE:
        if one != name:
            imported(arrecife, files[one])
    assert fingerprint(caldes) == fingerprint(arrecife)
    imported(caldes, files[name])
    assert fingerprint(caldes) == whole


def test_undo_of_everything_leaves_no_call(caldes, tmp_path):
    batches = [imported(caldes, unpacked("edges", name, tmp_path)) for name in THREE]
    raw = stored_rows(caldes, "pbx_rawrecord")
    for batch in batches:
        undone(caldes, batch)
    assert set(stored_rows(caldes, "calls_call", "calls_visit", "calls_leg", "pbx_channellink").values()) == {0}
    assert stored_rows(caldes, "pbx_rawrecord") == raw, "the record of what came in is never deleted"


def test_undo_gives_repeats_of_another_import_no_ground_but_keeps_their_ledger(caldes, tmp_path):
    path = unpacked("edges", "queue_log", tmp_path)
    first, second = imported(caldes, path), imported(caldes, path)
    undone(caldes, first)
    with inside(caldes):
        second.refresh_from_db()
    assert second.ignored == {"already_imported": second.rows}
    third = imported(caldes, path)
    assert third.used == first.used


def test_a_killed_undo_is_finished_by_asking_again(caldes, arrecife, tmp_path, small_blocks):
    for town in (caldes, arrecife):
        imported(town, unpacked("edges", "queue_log", tmp_path))
    batch = imported(caldes, unpacked("edges", "cel.csv", tmp_path))
    assert killed(caldes, batch, "an undo goes on", 2)
    undone(caldes, batch)
    assert fingerprint(caldes) == fingerprint(arrecife)


def test_a_running_and_a_failed_import_cannot_be_undone(caldes, tmp_path):
    batch = requested(caldes, unpacked("edges", "queue_log", tmp_path))
    with pytest.raises(UnableToUndo, match="still running"):
        undone(caldes, batch)
    with inside(caldes):
        Import.objects.filter(pk=batch.pk).update(state=Import.State.FAILED)
    with pytest.raises(UnableToUndo, match="nothing to undo"):
        undone(caldes, batch)


def test_two_processes_never_take_in_one_import(caldes, arrecife, tmp_path, small_blocks, monkeypatch):
    """The second comes while the first is in the middle of its blocks, finds it alive and leaves it alone."""
    path = unpacked("edges", "cel.csv", tmp_path)
    batch, real, refused = requested(caldes, path), imports._Block.take_in, []

    def and_meanwhile(block, while_waiting):
        if not refused:
            with pytest.raises(ClaimedElsewhere):
                take_in(batch=Import.objects.get(pk=batch.pk))
            refused.append(True)
        real(block, while_waiting)

    monkeypatch.setattr(imports._Block, "take_in", and_meanwhile)
    with inside(caldes):
        assert tasks.stalled_imports() == []
        take_in(batch=batch)
    assert refused
    assert ledger(batch) == ledger(imported(arrecife, path))
    assert fingerprint(caldes) == fingerprint(arrecife)


def test_who_was_taken_for_dead_leaves_the_import_to_the_other(caldes, arrecife, tmp_path, small_blocks, monkeypatch):
    """A process that slept for minutes wakes up when another has gone on with its import: it stops without a trace."""
    path = unpacked("edges", "cel.csv", tmp_path)
    batch, real = requested(caldes, path), imports.BlocksAhead

    class AsleepAfterThree(real):
        def __iter__(self):
            for number, block in enumerate(super().__iter__()):
                if number == 3:
                    monkeypatch.setattr(imports, "BlocksAhead", real)
                    minutes_later(caldes, batch)
                    take_in(batch=Import.objects.get(pk=batch.pk))
                yield block

    monkeypatch.setattr(imports, "BlocksAhead", AsleepAfterThree)
    with inside(caldes):
        with pytest.raises(ClaimedElsewhere):
            take_in(batch=batch)
        batch.refresh_from_db()
    assert batch.state == Import.State.DONE
    assert ledger(batch) == ledger(imported(arrecife, path))
    assert fingerprint(caldes) == fingerprint(arrecife)


def test_a_sweep_finds_what_was_killed_and_not_what_lives(caldes, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks, "_ask_once", lambda task, lock, **arguments: asked.append(arguments["import_id"]))
    batch = requested(caldes, unpacked("edges", "queue_log", tmp_path))
    tasks.sweep_imports(0)
    assert asked == [], "it was just asked for"
    minutes_later(caldes, batch)
    tasks.sweep_imports(0)
    assert asked == [batch.pk]
    with inside(caldes):
        take_in(batch=batch)
        undo = request_undo(batch=batch, by=actor_of_command(), reason="test")
        assert undo.state == Import.State.UNDOING
    minutes_later(caldes, batch)
    tasks.sweep_imports(0)
    assert asked == [batch.pk, batch.pk]
    worked_on(caldes, batch)
    with inside(caldes):
        batch.refresh_from_db()
    assert batch.state == Import.State.UNDONE
    assert set(stored_rows(caldes, "calls_call", "calls_visit").values()) == {0}


def test_a_sweep_asks_for_calls_that_wait_for_better_settings(caldes, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks, "_ask_once", lambda task, lock, **arguments: asked.append(arguments["pbx_id"]))
    batch = imported(caldes, unpacked("edges", "cel.csv", tmp_path))
    tasks.sweep_imports(0)
    assert asked == []
    chosen = PbxSettings(desk_telephones=("^PJSIP/[23]\\d\\d-", "^SIP/"))
    with inside(caldes):
        set_pbx_settings(pbx=batch.pbx, chosen=chosen, by=actor_of_command(), reason="test")
    tasks.sweep_imports(0)
    assert asked == [batch.pbx_id]
    tasks.tell_calls_with_settings(schema=caldes.schema_name, pbx_id=batch.pbx_id)
    tasks.sweep_imports(0)
    assert asked == [batch.pbx_id]


def test_an_import_that_always_fails_ends_with_a_sentence_and_leaves_nothing(
    caldes, tmp_path, small_blocks, monkeypatch
):
    batch, real = requested(caldes, unpacked("edges", "cel.csv", tmp_path)), imports._Block.take_in

    def unforeseen(block, while_waiting):
        if block.number == 2:
            raise ValueError("nobody thought of this")
        real(block, while_waiting)

    monkeypatch.setattr(imports._Block, "take_in", unforeseen)
    for attempts in range(tasks.MOST_TRIES):
        with pytest.raises(ValueError, match="nobody thought"):
            worked_on(caldes, batch, attempts)
    worked_on(caldes, batch, tasks.MOST_TRIES)
    with inside(caldes):
        batch.refresh_from_db()
    assert batch.state == Import.State.FAILED
    assert "trying again gave the same" in batch.error
    assert set(stored_rows(caldes, "calls_call", "calls_visit", "calls_leg").values()) == {0}


@pytest.mark.parametrize("broken", ["end_samples", "announce_end"])
def test_a_fault_after_the_last_row_takes_nothing_back(caldes, tmp_path, monkeypatch, broken):
    batch = requested(caldes, unpacked("edges", "queue_log", tmp_path))

    def unforeseen(**_):
        raise ValueError("nobody thought of this")

    monkeypatch.setattr(imports, broken, unforeseen)
    with inside(caldes):
        assert imports.take_in_now(batch=batch).state == Import.State.DONE
    assert stored_rows(caldes, "calls_call")["calls_call"] > 0


def test_a_town_whose_sweep_fails_keeps_no_other_waiting(caldes, arrecife, tmp_path, monkeypatch):
    batch, asked = requested(caldes, unpacked("edges", "queue_log", tmp_path)), []
    minutes_later(caldes, batch)
    monkeypatch.setattr(tasks, "_ask_once", lambda task, lock, **arguments: asked.append(arguments["import_id"]))
    real = tasks.stalled_imports

    def broken_in_arrecife():
        if connection.tenant.slug == "arrecife":
            raise ValueError("broken")
        return real()

    monkeypatch.setattr(tasks, "stalled_imports", broken_in_arrecife)
    tasks.sweep_imports(0)
    assert asked == [batch.pk]


def test_settings_changed_while_calls_are_told_again_win(caldes, arrecife, tmp_path, small_blocks, monkeypatch):
    closed = PbxSettings(closed_contexts=())
    for town in (caldes, arrecife):
        batch = imported(town, unpacked("edges", "cel.csv", tmp_path))
        with inside(town):
            set_pbx_settings(pbx=batch.pbx, chosen=PbxSettings(menu_contexts=()), by=actor_of_command(), reason="test")
    with inside(arrecife):
        pbx = Pbx.objects.get()
        set_pbx_settings(pbx=pbx, chosen=closed, by=actor_of_command(), reason="test")
        tell_with_settings(pbx_id=pbx.pk)
    real, stretches = telling.tell_again, []

    def and_meanwhile(pbx, *arguments):
        if not stretches:
            stretches.append(True)
            Pbx.objects.filter(pk=pbx.pk).update(chosen={"closed_contexts": []})
        return real(pbx, *arguments)

    monkeypatch.setattr(telling, "tell_again", and_meanwhile)
    with inside(caldes):
        tell_with_settings(pbx_id=Pbx.objects.get().pk)
        assert not Pbx.objects.get().is_told_with_other_settings
    assert fingerprint(caldes) == fingerprint(arrecife)


def test_undo_gives_a_channel_back_to_the_call_an_earlier_file_linked_it_to(caldes, arrecife, tmp_path):
    def cel(name, at, channel, linked):
        row = ["CHAN_START", f"{at}.0", "", "612345678", "", "", "938000000", "938000000", "entrada", "PJSIP/troncal-1", "", "",
               "3", "", channel, linked, "", "", "", ""]  # fmt: skip
        path = tmp_path / name
        path.write_text(",".join(row) + "\n")
        return path

    earlier = cel("earlier.csv", 1795453860, "1795453860.2", "1795453850.1")
    later = cel("later.csv", 1795453861, "1795453860.2", "1795453840.9")
    log = tmp_path / "queue_log"
    log.write_text("1795453862|1795453860.2|oac|NONE|ENTERQUEUE||612345678|1\n"
                   "1795453870|1795453860.2|oac|NONE|ABANDON|1|1|8\n")  # fmt: skip
    for town in (caldes, arrecife):
        imported(town, earlier, SourceFormat.CEL)
        imported(town, log, SourceFormat.QUEUE_LOG)
    batch = imported(caldes, later, SourceFormat.CEL)
    assert fingerprint(caldes) != fingerprint(arrecife)
    undone(caldes, batch)
    assert fingerprint(caldes) == fingerprint(arrecife)


def test_the_page_of_undo_names_later_files_that_repeat_the_rows(caldes, browse, person, tmp_path):
    path = unpacked("edges", "queue_log", tmp_path)
    first = imported(caldes, path)
    again = unpacked("edges", "queue_log", tmp_path, "the-same-again")
    imported(caldes, again, SourceFormat.QUEUE_LOG)
    pau = browse("caldes", person(caldes, Role.SUPERVISOR))
    assert "the-same-again" in pau.get(f"/imports/{first.uuid}/undo/").content.decode()
