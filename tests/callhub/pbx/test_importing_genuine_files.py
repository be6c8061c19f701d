"""Genuine files through the command line and the database: true figures, and repeats that change nothing."""

import json
import os
import subprocess
import sys
from itertools import permutations

import pytest
from django.conf import settings as django_settings
from fixtures.imports import fingerprint, imported, is_balanced, ledger, stored_rows
from fixtures.records import FORMATS, THREE, content, expected, unpacked
from support import manage

FROM, TO = "2026-11-23", "2026-11-25"


def import_by_command(town, path, source, *more):
    done = manage("import_calls", "--municipality", town, "--format", source.value, *more, str(path), "--json")
    return json.loads(done.stdout)


def figures(town, *more):
    asked = ("--municipality", town, "--from", FROM, "--to", TO, "--target-seconds", "4")
    return json.loads(manage("figures", *asked, *more, "--json").stdout)


def assert_figures_are_true(town, run):
    truth, told = expected(run), figures(town)
    for queue, numbers in truth["visits"].items():
        visits = told["visits"] if queue == "*" else figures(town, "--queue", queue)["visits"]
        assert {name: visits[name]["value"] for name in numbers} == numbers
        if queue in truth["wait"]:
            assert round(visits["average_speed_of_answer"]["value"], 3) == truth["wait"][queue]
            assert round(visits["average_talk"]["value"], 3) == truth["talk"][queue]
    calls = told["calls"]
    assert calls["inbound"]["value"] == truth["inbound"]
    assert calls["answered_by_person"]["value"] == truth["answered_by_person"]
    assert {word: n for word, n in calls["outcomes"].items() if n} == truth["outcomes"]
    blind = calls["derivations"]["blind"]
    assert blind["total"] == sum(truth["blind"].values())
    assert blind["picked_up"] == truth["blind"].get("PICKED_UP", 0)
    assert blind["returned_to_queue"] == truth["blind"].get("RETURNED", 0)
    assert blind["lost"] == truth["blind"].get("LOST", 0)
    assert calls["derivations"]["attended"]["total"] == sum(truth["attended"].values())


@pytest.mark.parametrize("order", [THREE, THREE[::-1]], ids=" ".join)
def test_the_reference_through_the_command_gives_the_true_figures(caldes, tmp_path, order):
    answers = [import_by_command("caldes", unpacked("reference", name, tmp_path), FORMATS[name]) for name in order]
    for answer, name in zip(answers, order, strict=True):
        assert answer["rows"] == len(content("reference", name).splitlines())
        assert answer["rows"] == (
            answer["used"] + answer["merged"] + sum(answer["ignored"].values()) + answer["rejected_total"]
        )
        assert answer["rejected"] == []
    assert answers[-1]["pbx_settings"]["trunk_peers"] == ["PJSIP/troncal"]
    assert_figures_are_true("caldes", "reference")
    oac = figures("caldes", "--queue", "oac")["definitions"]["sl_answered"]
    assert (oac["numerator"], oac["denominator"], round(oac["value"], 4)) == (122, 241, 0.5062)
    disaffection = figures("caldes")["calls"]["disaffection"]
    assert (disaffection["numerator"], disaffection["denominator"]) == (28, 50)


@pytest.mark.parametrize("order", [THREE, THREE[::-1]], ids=" ".join)
def test_the_edges_through_the_command_give_the_true_figures(caldes, tmp_path, order):
    for name in order:
        import_by_command("caldes", unpacked("edges", name, tmp_path), FORMATS[name])
    assert_figures_are_true("caldes", "edges")


def test_all_six_orders_store_the_same_calls(caldes, arrecife, tmp_path):
    files = {name: unpacked("edges", name, tmp_path) for name in THREE}
    seen = set()
    for number, order in enumerate(permutations(THREE)):
        for name in order:
            assert is_balanced(imported(caldes, files[name], pbx=f"PBX {number}"))
        with_this = fingerprint_of_pbx(caldes, f"PBX {number}")
        seen.add(with_this)
    assert len(seen) == 1
    assert stored_rows(arrecife, "calls_call", "pbx_rawrecord") == {"calls_call": 0, "pbx_rawrecord": 0}


def fingerprint_of_pbx(town, name):
    from tenants.isolation.context import connection, inside

    with inside(town), connection.cursor() as cursor:
        cursor.execute(
            "SELECT md5(string_agg(told, '' ORDER BY told)) FROM ("
            "SELECT ROW(c.key, c.outcome, c.answered_at, c.sources, v.queue, v.entered_at, v.outcome, v.wait_seconds)::text told "
            "FROM calls_call c JOIN pbx_pbx p ON p.id = c.pbx_id LEFT JOIN calls_visit v ON v.call_id = c.id "
            "WHERE p.name = %s) x",
            [name],
        )
        return cursor.fetchone()[0]


def test_master_alone_gives_the_people_who_were_answered_and_says_what_it_cannot_know(caldes, tmp_path):
    import_by_command("caldes", unpacked("reference", "Master.csv", tmp_path), FORMATS["Master.csv"])
    told = figures("caldes")
    assert told["calls"]["answered_by_person"]["value"] == 407
    for name in ("offered", "answered", "abandoned", "flowed_out", "answered_within_target"):
        assert told["visits"][name] == {"value": None, "reason": "no_queue_record"}
    for name in ("service_level", "average_speed_of_answer", "average_talk"):
        assert told["visits"][name]["value"] is None
        assert told["visits"][name]["reason"] == "no_queue_record"
    for one in told["definitions"].values():
        assert one["value"] is None


def test_queue_log_alone_gives_the_queue_figures_and_no_disaffection(caldes, tmp_path):
    import_by_command("caldes", unpacked("reference", "queue_log", tmp_path), FORMATS["queue_log"])
    told = figures("caldes")
    visits = told["visits"]
    assert [visits[w]["value"] for w in ("offered", "answered", "abandoned", "flowed_out")] == [376, 288, 64, 24]
    assert told["calls"]["disaffection"]["value"] is None
    assert told["calls"]["disaffection"]["reason"] == "derivations_not_traced"
    assert told["calls"]["derivations"]["blind"]["lost"] == {"value": None, "reason": "derivations_not_traced"}


@pytest.mark.parametrize("how", ["again", "renamed", "reordered", "by the database"])
def test_a_repeated_file_changes_nothing(caldes, tmp_path, how):
    for name in THREE:
        imported(caldes, unpacked("edges", name, tmp_path))
    before = fingerprint(caldes)
    rows = content("edges", "queue_log").splitlines(keepends=True)
    path = tmp_path / ("renamed.txt" if how == "renamed" else "queue_log")
    if how == "reordered":
        rows.reverse()
    path.write_bytes(b"".join(rows))
    if how == "by the database":
        path = unpacked("edges", "queue_log_realtime.csv", tmp_path)
    batch = imported(caldes, path, FORMATS["queue_log"])
    if how == "by the database":  # other text, so other rows; but no new call and no new visit
        assert (batch.calls_created, batch.rejected) == (0, 0)
        assert is_balanced(batch)
    else:
        assert ledger(batch) == (len(rows), 0, 0, {"already_imported": len(rows)}, 0)
    assert fingerprint(caldes) == before


def test_overlapping_halves_are_as_the_whole(caldes, arrecife, tmp_path):
    rows = content("edges", "cel.csv").splitlines(keepends=True)
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(b"".join(rows[:600]))
    second.write_bytes(b"".join(rows[400:]))
    one = imported(caldes, first, FORMATS["cel.csv"])
    two = imported(caldes, second, FORMATS["cel.csv"])
    assert one.rows == 600
    assert two.ignored["already_imported"] == 200
    imported(arrecife, unpacked("edges", "cel.csv", tmp_path))
    assert fingerprint(caldes) == fingerprint(arrecife)


def processes(commands):
    environment = dict(os.environ)
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "config.manage", "import_calls", *command, "--json"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for command in commands
    ]
    ended = [(*process.communicate(), process.returncode) for process in started]
    assert [code for _, _, code in ended] == [0] * len(started), [error[-500:] for _, error, _ in ended]
    return [json.loads(out) for out, _, _ in ended]


def test_five_imports_of_one_file_at_once_store_it_once(caldes, arrecife, tmp_path):
    path = unpacked("reference", "queue_log", tmp_path)
    command = ("--municipality", "caldes", "--format", "asterisk-queue-log", str(path))
    answers = processes([command] * 5)
    rows = answers[0]["rows"]
    assert {a["rows"] for a in answers} == {rows}
    assert sum(a["ignored"].get("already_imported", 0) for a in answers) == 4 * rows
    assert stored_rows(caldes, "pbx_rawrecord", "pbx_pbx") == {"pbx_rawrecord": rows, "pbx_pbx": 1}
    imported(arrecife, path)
    assert fingerprint(caldes) == fingerprint(arrecife)


def test_three_files_at_once_tell_the_same_as_one_after_the_other(caldes, arrecife, tmp_path):
    files = {name: unpacked("edges", name, tmp_path) for name in THREE}
    processes([("--municipality", "caldes", "--format", FORMATS[n].value, str(files[n])) for n in THREE])
    for name in THREE:
        imported(arrecife, files[name])
    assert fingerprint(caldes) == fingerprint(arrecife)
    assert_figures_are_true("caldes", "edges")


def test_two_towns_import_at_the_same_time_and_neither_sees_the_other(caldes, arrecife, tmp_path):
    one, two = unpacked("reference", "queue_log", tmp_path), unpacked("edges", "queue_log", tmp_path, "other_log")
    processes(
        [
            ("--municipality", "caldes", "--format", "asterisk-queue-log", str(one)),
            ("--municipality", "arrecife", "--format", "asterisk-queue-log", str(two)),
        ]
    )
    assert stored_rows(caldes, "calls_call", "calls_visit") == {"calls_call": 369, "calls_visit": 376}
    assert stored_rows(arrecife, "calls_call", "calls_visit") == {"calls_call": 17, "calls_visit": 18}
    assert django_settings.TENANT_DB_MODE == "login", "this must be seen with each town's own role"
