"""While a long import goes on, a second process computes its figures; they are those of an import without it."""

import io
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from fixtures.imports import imported
from fixtures.records import unpacked

from callhub.pbx.actions import reading, telling
from callhub.pbx.adapters import SourceFormat
from reporting.kpi import actions, beside
from reporting.kpi.actions import compute_changed, mark_changed
from reporting.kpi.models import Bucket, ChangedQuarter
from reporting.kpi.queries import ALL
from tenants.isolation.context import inside

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAYS = 40


@pytest.fixture
def long_file(tmp_path):
    """A queue_log of 40 days with ten calls each."""
    lines = []
    for day in range(DAYS):
        for number in range(10):
            at = int((FIRST + timedelta(days=day, minutes=7 * number)).timestamp())
            lines.append(f"{at}|{at}.1|oac|NONE|ENTERQUEUE||600111222|1")
            lines.append(f"{at + 5}|{at}.1|oac|Anna|CONNECT|5|x|1")
            lines.append(f"{at + 65}|{at}.1|oac|Anna|COMPLETECALLER|5|60|1")
    path = tmp_path / "queue_log"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def small_blocks(monkeypatch):
    for module in (reading, telling):
        monkeypatch.setattr(module, "ROWS_AT_ONCE", 150)


@pytest.fixture
def started(monkeypatch):
    """The processes that were started beside imports."""
    processes = []

    class Noted(beside.subprocess.Popen):
        def __init__(self, *arguments, **options):
            processes.append(self)
            super().__init__(*arguments, **options)

    monkeypatch.setattr(beside.subprocess, "Popen", Noted)
    return processes


def offered(found):
    return sum(counts["offered"] for grain, kind, _, _, counts in found if (grain, kind) == (Bucket.Grain.DAY, ALL))


def buckets(town):
    with inside(town):
        assert not ChangedQuarter.objects.exists()
        return list(
            Bucket.objects.order_by("grain", "subject_kind", "subject", "starts_at").values_list(
                "grain", "subject_kind", "subject", "starts_at", "counts"
            )
        )


def test_a_long_import_has_the_figures_of_its_calls(caldes, long_file, small_blocks, started):
    imported(caldes, long_file, SourceFormat.QUEUE_LOG)
    assert [process.returncode for process in started] == [0]
    found = buckets(caldes)
    assert offered(found) == 10 * DAYS
    with inside(caldes):
        mark_changed(set(Bucket.objects.values_list("starts_at", flat=True)))
        assert compute_changed() == DAYS
    assert buckets(caldes) == found


def test_a_short_import_starts_no_second_process(caldes, tmp_path, started):
    imported(caldes, unpacked("edges", "queue_log", tmp_path))
    assert started == []


def test_an_import_loses_nothing_when_the_second_process_fails(caldes, long_file, small_blocks, started, monkeypatch):
    monkeypatch.setattr(beside, "PROGRAM", "config.no_such_program")
    imported(caldes, long_file, SourceFormat.QUEUE_LOG)
    assert [process.returncode for process in started] == [1]
    assert offered(buckets(caldes)) == 10 * DAYS


def test_the_command_computes_what_waits(caldes):
    with inside(caldes):
        mark_changed({FIRST, FIRST + timedelta(days=3)})
    out = io.StringIO()
    call_command("compute_figures", municipality=caldes.slug, json=True, stdout=out)
    assert out.getvalue().strip() == '{"days": 2}'
    with inside(caldes):
        assert compute_changed() == 0


def test_the_command_stops_when_its_input_ends(caldes, monkeypatch):
    with inside(caldes):
        mark_changed({FIRST + timedelta(days=number) for number in range(3)})
    computed, ended = actions.compute_settled, []

    def computing(done):
        ended.append(True)
        return computed(done)

    monkeypatch.setattr("reporting.kpi.management.commands.compute_figures.compute_settled", computing)
    monkeypatch.setattr(
        "reporting.kpi.management.commands.compute_figures.select.select",
        lambda *_: ([sys.stdin] if len(ended) == 2 else [], [], []),
    )
    out = io.StringIO()
    call_command("compute_figures", municipality=caldes.slug, until_input_ends=True, json=True, stdout=out)
    assert out.getvalue().strip() == '{"days": 2}'
    with inside(caldes):
        assert ChangedQuarter.objects.get().starts_at == FIRST + timedelta(days=2)


def test_the_command_names_an_unknown_municipality():
    with pytest.raises(CommandError, match="nowhere"):
        call_command("compute_figures", municipality="nowhere")
