"""What `make bench` keeps: rows with a name, a ratio, a goal, whether it holds, and sizes and seed in words."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench import opening, payments, records, results
from bench.__main__ import PARTS
from bench.cluster import own_cluster, own_folder
from bench.results import Result


def test_every_part_has_a_name_that_begins_its_results() -> None:
    assert set(PARTS) == {
        "import", "dashboard", "figures", "isolation", "opening", "opening-job", "payments", "public",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("ratio", "goal", "holds"),
    [
        (3.0, "<= 3.0", True),
        (3.01, "<= 3.0", False),
        (5.0, ">= 5.0", True),
        (4.99, ">= 5.0", False),
        (None, "<= 1.5", False),
    ],
)
def test_a_ratio_is_held_against_its_goal(ratio: float | None, goal: str, holds: bool) -> None:
    assert Result("import-table", ratio, goal, "").holds is holds


def test_results_of_other_parts_stay_and_those_of_a_part_that_failed_do_not(tmp_path: Path) -> None:
    path = tmp_path / "latest.json"
    kept, old = Result("public-page", 0.9, ">= 0.7", "kept"), Result("opening-migrate", 4.0, ">= 5.0", "old")
    results.write([old, Result("import-table", 2.0, "<= 3.0", "old"), kept], PARTS, PARTS, path)
    results.write([Result("opening-migrate", 6.0, ">= 5.0", "new")], ["opening", "import"], PARTS, path)
    assert [(row["name"], row["ratio"], row["detail"]) for row in json.loads(path.read_text())] == [
        ("opening-migrate", 6.0, "new"),
        ("public-page", 0.9, "kept"),
    ]


def test_a_part_does_not_take_away_the_rows_of_another_whose_name_begins_alike(tmp_path: Path) -> None:
    path = tmp_path / "latest.json"
    rows = [Result(name, 1.0, "<= 1.5", "kept") for name in ("opening-job", "opening-job-flat", "opening-migrate")]
    results.write(rows, PARTS, PARTS, path)
    results.write([Result("opening-migrate", 6.0, ">= 5.0", "new")], ["opening"], PARTS, path)
    assert [(row["name"], row["detail"]) for row in json.loads(path.read_text())] == [
        ("opening-job", "kept"),
        ("opening-job-flat", "kept"),
        ("opening-migrate", "new"),
    ]


@pytest.mark.parametrize("write", [records.write_queue_log, records.write_table])
def test_the_same_seed_gives_the_same_file(write: Any, tmp_path: Path) -> None:
    write(tmp_path / "one", 500)
    write(tmp_path / "two", 500)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    headers = 1 if write is records.write_table else 0
    assert len((tmp_path / "one").read_text().splitlines()) == 500 + headers


def test_opening_is_measured_in_a_cluster_of_its_own_that_is_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCH_SCALE", "0.01")
    with own_folder() as folder, own_cluster(folder) as cluster:
        (row,) = [result.to_json() for result in opening.measure(cluster)]
    assert not folder.exists()
    assert list(row) == ["name", "ratio", "goal", "holds", "detail"]
    assert row["name"].startswith("opening-") and row["goal"] == ">= 5.0" and row["ratio"] > 0
    assert "MB of catalogue per municipality" in row["detail"]


def test_the_job_of_an_opening_is_measured_to_its_dashboard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCH_SCALE", "0.01")
    with own_folder() as folder, own_cluster(folder) as cluster:
        rows = [result.to_json() for result in opening.measure_job(cluster)]
    assert [row["name"] for row in rows] == ["opening-job", "opening-job-flat", "opening-job-stock"]
    assert [row["goal"] for row in rows] == ["<= 1.0", "<= 1.5", ">= 5.0"]
    assert all(row["ratio"] > 0 for row in rows)
    assert "with 8 municipalities present" in rows[0]["detail"] and "the first dashboard" in rows[0]["detail"]


def test_payments_are_measured_with_what_must_be_right_as_a_row_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCH_SCALE", "0.02")
    with own_folder() as folder, own_cluster(folder) as cluster:
        wrong, rate = payments.measure(cluster)
    assert (wrong.name, wrong.ratio, wrong.holds) == ("payments-wrong", 0, True)
    assert rate.name == "payments-deliveries" and rate.ratio and "6 subscriptions" in rate.detail
