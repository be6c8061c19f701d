"""Figures computed ahead are the figures of the calls, for any period, after any change."""

import threading
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connections, transaction
from fixtures.imports import imported
from fixtures.records import THREE, unpacked
from support import day_period

from callhub.pbx.actions import set_pbx_settings, tell_with_settings, undo_import
from callhub.pbx.adapters import SourceFormat
from callhub.pbx.rules import PbxSettings
from kit.periods import Period, parse_moment
from reporting.kpi import actions
from reporting.kpi.actions import compute_changed, compute_settled, mark_changed
from reporting.kpi.counts import Counts
from reporting.kpi.models import Bucket, ChangedQuarter
from reporting.kpi.queries import AGENT, ALL, QUEUE, by_subject, counts_between, counts_of_period, series
from reporting.kpi.rules import broken_identities
from tenants.audit.actions import actor_of_command
from tenants.isolation.context import inside

MADRID, CANARY = ZoneInfo("Europe/Madrid"), ZoneInfo("Atlantic/Canary")
T = datetime(2026, 11, 23, 16, 10, tzinfo=UTC)


def from_calls(period, kind=ALL, name=""):
    total = Counts()
    for (of_kind, of_name, _), counts in counts_of_period(period, MADRID).items():
        if (of_kind, of_name) == (kind, name):
            total += counts
    return total


def log_of(*visits):
    """A queue_log of visits: moment of entry in UTC, wait in seconds, how it ended."""
    lines = []
    for number, (moment, wait, end) in enumerate(visits):
        at = int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp())
        call = f"{at}.{number}"
        lines.append(f"{at}|{call}|oac|NONE|ENTERQUEUE||60011122{number}|1")
        if end == "ABANDON":
            lines.append(f"{at + wait}|{call}|oac|NONE|ABANDON|1|1|{wait}")
        else:
            lines.append(f"{at + wait}|{call}|oac|Anna|CONNECT|{wait}|x|1")
            lines.append(f"{at + wait + 60}|{call}|oac|Anna|COMPLETECALLER|{wait}|60|1")
    return "\n".join(lines) + "\n"


@pytest.fixture
def reference(caldes, tmp_path):
    for name in THREE:
        imported(caldes, unpacked("reference", name, tmp_path))
    return caldes


PERIODS = [
    (T - timedelta(days=3), T + timedelta(days=3)),
    (T, T + timedelta(hours=1)),
    (T + timedelta(minutes=7, seconds=13), T + timedelta(minutes=52, seconds=1)),
    (T + timedelta(minutes=7), T + timedelta(minutes=9)),
    (T + timedelta(minutes=20), T + timedelta(days=2, minutes=3)),
]


def told(counts):
    """What is stored, seconds rounded, without the hours and callers that only whole days know."""
    return {name: value for name, value in counts.to_json().items() if name not in {"h", "hd", "hm", "c"}}


def test_any_period_is_the_same_from_buckets_and_from_calls(reference):
    with inside(reference):
        compute_changed()
        agent = next(iter(by_subject(day_period(T.date(), MADRID), AGENT)))
        for starts, ends in PERIODS:
            period = Period(starts, ends)
            for kind, name in ((ALL, ""), (QUEUE, "oac"), (QUEUE, "tributs"), (QUEUE, "nowhere"), (AGENT, agent)):
                computed = counts_between(period, MADRID, kind, name)
                assert told(computed) == told(from_calls(period, kind, name)), (period, kind, name)
                assert broken_identities(computed) == []


def test_parts_of_a_day_add_up_to_the_day(reference):
    with inside(reference):
        compute_changed()
        day = day_period(T.date(), MADRID)
        whole = counts_between(day, MADRID)
        cuts = [day.starts_at, T + timedelta(minutes=3), T + timedelta(minutes=31, seconds=7), day.ends_before]
        parts = Counts()
        for starts, ends in pairwise(cuts):
            parts += counts_between(Period(starts, ends), MADRID)
        assert told(parts) == told(whole)
        quarters = Counts()
        for counts in series("Q", day).values():
            quarters += counts
        assert told(quarters) == told(whole)


def test_visits_of_the_queues_add_up_to_all(reference):
    with inside(reference):
        compute_changed()
        day = day_period(T.date(), MADRID)
        queues, whole = by_subject(day, QUEUE), counts_between(day, MADRID)
    for name in ("offered", "answered", "abandoned", "flowed_out", "unknown", "talk_n"):
        assert sum(counts[name] for counts in queues.values()) == whole[name]
    together = Counts()
    for counts in queues.values():
        together += counts
    assert together.waits_answered == whole.waits_answered


def test_computing_again_changes_nothing(reference):
    with inside(reference):
        compute_changed()
        before = list(
            Bucket.objects.order_by("grain", "subject_kind", "subject", "starts_at").values_list("starts_at", "counts")
        )
        mark_changed(set(Bucket.objects.values_list("starts_at", flat=True)))
        assert compute_changed() > 0
        assert compute_changed() == 0
        assert not ChangedQuarter.objects.exists()
        after = list(
            Bucket.objects.order_by("grain", "subject_kind", "subject", "starts_at").values_list("starts_at", "counts")
        )
    assert after == before


def test_an_undone_import_leaves_the_figures_at_once(caldes, tmp_path):
    batch = imported(caldes, unpacked("edges", "queue_log", tmp_path))
    period = day_period(T.date(), MADRID)
    with inside(caldes):
        assert counts_between(period, MADRID)["offered"] == 18
        undo_import(batch=batch, by=actor_of_command(), reason="test")
        assert counts_between(period, MADRID).to_json() == {}


def test_better_settings_reach_the_figures_at_once(caldes, tmp_path):
    batch = imported(caldes, unpacked("edges", "cel.csv", tmp_path))
    period = day_period(T.date(), MADRID)
    with inside(caldes):
        assert counts_between(period, MADRID)["outcome_VOICEMAIL"] == 10
        chosen = PbxSettings(closed_contexts=tuple(batch.pbx.proposed["voicemail_contexts"]))
        set_pbx_settings(pbx=batch.pbx, chosen=chosen, by=actor_of_command(), reason="test")
        tell_with_settings(pbx_id=batch.pbx_id)
        counts = counts_between(period, MADRID)
    assert (counts["outcome_CLOSED"], counts["outcome_VOICEMAIL"]) == (10, 0)


@pytest.mark.parametrize(
    ("town", "zone", "visits", "day", "offered"),
    [
        # The day of 25 hours, with a visit half an hour before and after it.
        ("caldes", MADRID, ["24T21:30", "24T22:30", "25T00:30", "25T01:30", "25T22:30", "25T23:30"], "2026-10-25", 4),
        ("arrecife", CANARY, ["24T22:30", "24T23:30", "25T00:30", "25T01:30", "25T23:30", "26T00:30"], "2026-10-25", 4),
        # The day of 23 hours.
        ("caldes", MADRID, ["28T22:30", "28T23:30", "29T21:30", "29T22:30"], "2026-03-29", 2),
        ("arrecife", CANARY, ["28T23:30", "29T00:30", "29T22:30", "29T23:30"], "2026-03-29", 2),
        # Summer: one moment is of one day in Madrid and of the day before in the Canaries.
        ("caldes", MADRID, ["14T22:30"], "2026-07-15", 1),
        ("arrecife", CANARY, ["14T22:30"], "2026-07-15", 0),
    ],
)
def test_a_call_belongs_to_the_day_of_its_town(request, tmp_path, town, zone, visits, day, offered):
    municipality = request.getfixturevalue(town)
    path = tmp_path / "queue_log"
    path.write_text(log_of(*((f"{day[:8]}{moment}", 5, "CONNECT") for moment in visits)))
    imported(municipality, path, SourceFormat.QUEUE_LOG)
    with inside(municipality):
        compute_changed()
        period = Period(
            parse_moment(day, zone), day_period(parse_moment(day, zone).astimezone(zone).date(), zone).ends_before
        )
        assert counts_between(period, zone)["offered"] == offered
        if offered:
            assert [c["offered"] for c in series("D", period).values()] == [offered]


def test_a_call_belongs_to_the_quarter_in_which_it_was_offered(caldes, tmp_path):
    path = tmp_path / "queue_log"
    path.write_text(log_of(("2026-11-23T09:14:59", 30, "ABANDON"), ("2026-11-23T09:15:00", 5, "CONNECT")))
    imported(caldes, path, SourceFormat.QUEUE_LOG)
    with inside(caldes):
        compute_changed()
        found = series("Q", day_period(T.date(), MADRID))
    assert {at.strftime("%H:%M"): (c["abandoned"], c["answered"]) for at, c in found.items()} == {
        "09:00": (1, 0),
        "09:15": (0, 1),
    }


def test_the_other_town_has_no_figure_of_these_calls(reference, arrecife):
    with inside(arrecife):
        compute_changed()
        assert not Bucket.objects.exists()
        assert counts_between(Period(T - timedelta(days=3), T + timedelta(days=3)), CANARY).to_json() == {}


def test_two_that_compute_one_day_wait_for_each_other(caldes, tmp_path, monkeypatch):
    """Both found the day's marks, a third one has computed it meanwhile; the second begins before the first commits."""
    imported(caldes, unpacked("edges", "queue_log", tmp_path))
    days = T.date(), T.date() + timedelta(days=1), MADRID
    written, failures = threading.Event(), []

    def second():
        written.wait()
        try:
            with inside(caldes):
                actions._compute(*days)
        except psycopg.Error as error:
            failures.append(error)
        finally:
            connections.close_all()

    other = threading.Thread(target=second)
    write = actions._write

    def writing(rows):
        write(rows)
        if not written.is_set():
            written.set()
            other.join(timeout=1)

    monkeypatch.setattr(actions, "_write", writing)
    other.start()
    with inside(caldes):
        actions._compute(*days)
    other.join()
    assert failures == []
    with inside(caldes):
        assert counts_between(day_period(T.date(), MADRID), MADRID)["offered"] == 18


def test_a_mark_set_again_is_not_taken_away_before_its_calls_are_there(caldes):
    """A quarter is marked; a transaction changes its calls again while another one computes it."""
    quarter = T - timedelta(minutes=T.minute % 15)
    days = T.date(), T.date() + timedelta(days=1), MADRID
    with inside(caldes):
        mark_changed({quarter})

        def computing():
            with inside(caldes):
                actions._compute(*days)
            connections.close_all()

        other = threading.Thread(target=computing)
        with transaction.atomic():
            mark_changed({quarter})
            other.start()
            other.join(timeout=1)
            assert other.is_alive(), "it did not wait for the calls that changed"
        other.join()
        assert not ChangedQuarter.objects.exists()


def test_while_an_import_goes_on_the_latest_day_and_days_done_before_are_left_alone(caldes):
    def marked():
        return sorted({at.astimezone(MADRID).day for at in ChangedQuarter.objects.values_list("starts_at", flat=True)})

    with inside(caldes):
        mark_changed({T + timedelta(days=number) for number in (0, 1, 3, 4)})
        assert compute_settled(done=set()) == {date(2026, 11, 23), date(2026, 11, 24)}
        assert compute_settled(done={date(2026, 11, 26)}) == set()
        assert marked() == [26, 27]
        assert compute_settled(done=set()) == {date(2026, 11, 26)}
        assert compute_settled(done=set()) == set()
        assert marked() == [27]


def test_a_table_without_a_column_of_queues_counts_each_call_once(caldes, tmp_path):
    path = tmp_path / "calls.csv"
    path.write_text("id,at,result\n1,2026-03-02 10:00:00,ok\n2,2026-03-02 10:01:00,ok\n3,2026-03-02 10:02:00,no\n")
    mapping = {
        "arrived": ["at"],
        "key": ["id"],
        "outcome": {"column": "result", "values": {"ok": "ANSWERED", "no": "ABANDONED"}},
    }
    imported(caldes, path, SourceFormat.TABLE, mapping=mapping)
    with inside(caldes):
        counts = counts_between(Period(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 4, tzinfo=UTC)), MADRID)
    assert (counts["offered"], counts["inbound"], counts["outcome_ANSWERED"], counts["answered_by_person"]) == (
        3,
        3,
        2,
        2,
    )
