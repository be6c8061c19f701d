"""A wait that no rule let through (stored before there was one) spoils its own figure at most, never all the others."""

from datetime import UTC, datetime, timedelta

from fixtures.imports import imported

from callhub.calls.models import Visit
from callhub.calls.queries.tallies import visit_tallies
from callhub.pbx.adapters import SourceFormat
from callhub.pbx.models import RefusedRow
from reporting.kpi.actions import compute_changed
from tenants.isolation.context import inside

CENTURY = 3_155_760_000.0  # seconds: more than an integer of four bytes holds
MAPPING = {"arrived": ["start"], "answered": ["answer"], "ended": ["end"], "key": ["id"]}
HEAD = "id,start,answer,end\n"
GOOD = "1,2026-11-23 10:00:00,2026-11-23 10:00:05,2026-11-23 10:01:00\n"


def test_a_wait_of_a_century_is_tallied_as_it_is(caldes, tmp_path):
    path = tmp_path / "calls.csv"
    path.write_text(HEAD + GOOD)
    imported(caldes, path, SourceFormat.TABLE, mapping=dict(MAPPING))
    day = datetime(2026, 11, 23, tzinfo=UTC)
    with inside(caldes):
        Visit.objects.update(wait_seconds=CENTURY)
        (tally,) = visit_tallies(day, day + timedelta(days=1))
        compute_changed()
    assert tally.wait_second == CENTURY


def test_one_impossible_row_is_rejected_and_the_figures_of_the_others_are_there(caldes, tmp_path):
    path = tmp_path / "calls.csv"
    path.write_text(HEAD + GOOD + "2,2026-11-23 10:00:00,2126-11-23 10:00:05,2126-11-23 10:01:00\n")
    batch = imported(caldes, path, SourceFormat.TABLE, mapping=dict(MAPPING))
    with inside(caldes):
        compute_changed()
        assert "30 days" in RefusedRow.objects.get(batch=batch).reason
        assert Visit.objects.get().wait_seconds == 5
