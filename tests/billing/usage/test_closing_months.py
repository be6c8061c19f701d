"""A month closes once, with the calls that people answered, to the call; what is found later is in the next one."""

import json
import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import DatabaseError, connections, transaction
from factories import PbxFactory
from fixtures.imports import imported
from fixtures.records import THREE, expected, records_of, stories_of, unpacked
from support import manage, owner_connection

from billing.usage.actions import UnableToCloseMonth, close_month
from billing.usage.models import ClosedMonth, Foreseen
from billing.usage.queries import closed_months
from billing.usage.tasks import close_what_is_over
from callhub.pbx.actions import undo_import
from callhub.pbx.adapters import SourceFormat
from callhub.pbx.models import Import
from reporting.kpi.actions import compute_changed
from tenants.audit.actions import actor_of_command
from tenants.audit.models import AuditEntry
from tenants.isolation.context import CONSOLE, inside

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
IN_NOVEMBER, IN_DECEMBER = datetime(2026, 11, 2, 9, tzinfo=UTC), datetime(2026, 12, 2, 9, tzinfo=UTC)
# Moments around the edges of October and of the hour that happens twice, in UTC.
MOMENTS = (
    "2026-09-30 21:59:50",  # 23:59 in Madrid, 22:59 in Canary: September in both
    "2026-09-30 22:30:00",  # 1 October in Madrid, still September in Canary
    "2026-10-25 00:30:00",  # 02:30 in Madrid for the first time
    "2026-10-25 01:30:00",  # 02:30 in Madrid once more
    "2026-10-25 22:59:00",  # the last minute of a day of 25 hours
    "2026-10-31 23:30:00",  # 1 November in Madrid, still October in Canary
    "2026-11-01 00:30:00",  # November in both
)


def log_of(*moments, answered=True):
    """A queue_log of calls that somebody answered after five seconds, or that were abandoned."""
    lines = []
    for number, moment in enumerate(moments):
        at = int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp())
        call = f"{at}.{number}"
        lines.append(f"{at}|{call}|oac|NONE|ENTERQUEUE||60011122{number}|1")
        if answered:
            lines.append(f"{at + 5}|{call}|oac|Anna|CONNECT|5|x|1")
            lines.append(f"{at + 65}|{call}|oac|Anna|COMPLETECALLER|5|60|1")
        else:
            lines.append(f"{at + 9}|{call}|oac|NONE|ABANDON|1|1|9")
    return "\n".join(lines) + "\n"


@pytest.fixture
def take_in(tmp_path):
    """take_in(town, *moments) imports answered calls and computes the figures; gives the import."""
    taken = []

    def do(town, *moments, answered=True, computed=True):
        path = tmp_path / f"{len(taken)}.log"
        path.write_text(log_of(*moments, answered=answered))
        taken.append(imported(town, path, SourceFormat.QUEUE_LOG))
        if computed:
            with inside(town):
                compute_changed()
        return taken[-1]

    return do


def close(town, month=OCTOBER, now=IN_NOVEMBER):
    with inside(town):
        return close_month(month=month, now=now, by=actor_of_command(), reason="test")


def told(closed):
    """The days with calls, the calls and the correction of a closed month."""
    return {day: calls for day, calls in closed.by_day.items() if calls}, closed.calls, closed.correction_of_earlier


def test_the_genuine_month_is_that_of_a_count_by_hand(caldes, tmp_path):
    for name in THREE:
        imported(caldes, unpacked("reference", name, tmp_path))
    with inside(caldes):
        compute_changed()
    stories = stories_of([one for name in THREE for one in records_of("reference", name)]).values()
    answered = [s.call for s in stories if s.call.direction == "INBOUND" and s.call.answered_by_person]
    by_hand = {}
    for call in answered:
        day = datetime.fromtimestamp(call.started_at, ZoneInfo("Europe/Madrid")).date().isoformat()
        by_hand[day] = by_hand.get(day, 0) + 1
    closed = close(caldes, NOVEMBER, IN_DECEMBER)
    assert told(closed) == (by_hand, len(answered), 0)
    assert closed.calls == expected("reference")["answered_by_person"] == 407
    assert len(closed.by_day) == 30


def test_a_month_is_that_of_the_municipalitys_own_clock_also_where_an_hour_happens_twice(caldes, arrecife, take_in):
    for town in (caldes, arrecife):
        take_in(town, *MOMENTS)
    assert told(close(caldes)) == ({"2026-10-01": 1, "2026-10-25": 3}, 4, 0)
    assert told(close(arrecife)) == ({"2026-10-25": 3, "2026-10-31": 1}, 4, 0)
    with inside(arrecife):
        assert [one.schema_name for one in ClosedMonth.objects.all()] == [arrecife.schema_name]


def test_a_call_that_nobody_answered_costs_nothing(caldes, take_in):
    take_in(caldes, "2026-10-05 10:00:00", answered=False)
    assert told(close(caldes)) == ({}, 0, 0)


def test_closing_twice_changes_nothing(caldes, take_in):
    take_in(caldes, *MOMENTS)
    first = close(caldes)
    take_in(caldes, "2026-10-06 10:00:00")
    again = close(caldes)
    assert (again.pk, again.calls, again.closed_at) == (first.pk, 4, first.closed_at)
    with inside(caldes):
        assert AuditEntry.objects.filter(verb="close_month").count() == 1


def test_a_month_that_is_not_over_is_refused_by_the_municipalitys_own_clock(caldes, arrecife):
    just_after_midnight_in_madrid = datetime(2026, 10, 31, 23, 10, tzinfo=UTC)
    with pytest.raises(UnableToCloseMonth, match="2026-10 is not over: it can be closed from 2026-11-01"):
        close(arrecife, now=just_after_midnight_in_madrid)
    assert close(caldes, now=just_after_midnight_in_madrid).calls == 0


def test_a_month_whose_figures_wait_is_refused_and_so_is_one_after_it(caldes, take_in):
    take_in(caldes, *MOMENTS, computed=False)
    with inside(caldes):
        from reporting.kpi.actions import mark_changed

        with transaction.atomic():
            mark_changed({datetime(2026, 10, 5, 10, tzinfo=UTC)})
    for month, now in ((OCTOBER, IN_NOVEMBER), (NOVEMBER, IN_DECEMBER)):
        with pytest.raises(UnableToCloseMonth, match="wait to be computed"):
            close(caldes, month, now)
    with inside(caldes):
        compute_changed()
        with transaction.atomic():
            mark_changed({datetime(2026, 11, 5, 10, tzinfo=UTC)})
    assert close(caldes).calls == 4  # what waits of November does not keep October waiting


def test_what_is_imported_late_is_a_correction_in_the_next_month_and_only_there(caldes, take_in):
    take_in(caldes, *MOMENTS)
    october = close(caldes)
    take_in(caldes, "2026-10-06 10:00:00", "2026-10-07 10:00:00")
    november = close(caldes, NOVEMBER, IN_DECEMBER)
    assert told(november) == ({"2026-11-01": 2}, 2, 2)
    assert november.corrections == {"2026-10-06": 1, "2026-10-07": 1}
    december = close(caldes, date(2026, 12, 1), IN_DECEMBER + timedelta(days=31))
    assert (december.calls, december.correction_of_earlier) == (0, 0)
    with inside(caldes):
        october.refresh_from_db()
    assert october.calls == 4


def test_what_is_taken_back_is_a_correction_below_zero(caldes, take_in):
    take_in(caldes, *MOMENTS)
    late = take_in(caldes, "2026-10-06 10:00:00")
    assert close(caldes).calls == 5
    with inside(caldes):
        undo_import(batch=late, by=actor_of_command(), reason="test")
        compute_changed()
    assert close(caldes, NOVEMBER, IN_DECEMBER).correction_of_earlier == -1


def test_a_correction_of_a_correction(caldes, take_in):
    close(caldes)
    take_in(caldes, "2026-10-06 10:00:00", "2026-10-07 10:00:00")
    assert close(caldes, NOVEMBER, IN_DECEMBER).corrections == {"2026-10-06": 1, "2026-10-07": 1}
    take_in(caldes, "2026-10-08 10:00:00", "2026-11-09 10:00:00")
    december = close(caldes, date(2026, 12, 1), IN_DECEMBER + timedelta(days=31))
    assert december.corrections == {"2026-10-08": 1, "2026-11-09": 1}
    with inside(caldes):
        rows = closed_months(caldes.schema_name)
    assert sum(one.calls + one.correction_of_earlier for one in rows) == 4


def test_nobody_changes_or_removes_a_closed_month_and_nobody_writes_another_towns(caldes, arrecife):
    closed = close(caldes)
    for side in (caldes, CONSOLE):
        for change in ("UPDATE public.usage_closedmonth SET calls = 1", "DELETE FROM public.usage_closedmonth"):
            with inside(side), pytest.raises(DatabaseError, match="permission denied"):
                from tenants.isolation.context import connection

                with connection.cursor() as cursor:
                    cursor.execute(change)
    with inside(arrecife):
        assert list(ClosedMonth.objects.all()) == []
        with pytest.raises(DatabaseError, match="row-level security"):
            ClosedMonth.objects.create(schema_name=caldes.schema_name, month=NOVEMBER, calls=9, by_day={})
    with inside(CONSOLE):
        assert [one.pk for one in ClosedMonth.objects.filter(schema_name=caldes.schema_name)] == [closed.pk]


def test_two_who_close_at_once_close_once(caldes, take_in):
    take_in(caldes, *MOMENTS)
    closed = []

    def do():
        try:
            closed.append(close(caldes).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(closed) == 4
    assert len(set(closed)) == 1
    with inside(caldes):
        assert AuditEntry.objects.filter(verb="close_month").count() == 1


def test_the_database_itself_refuses_a_second_closing(caldes):
    close(caldes)
    with owner_connection() as owner, pytest.raises(psycopg.errors.UniqueViolation):
        owner.execute(
            "INSERT INTO public.usage_closedmonth (schema_name, month, calls, by_day, correction_of_earlier, corrections, closed_at) "
            "SELECT schema_name, month, calls, by_day, 0, '{}', now() FROM public.usage_closedmonth"
        )


@pytest.fixture
def opened_in_september(caldes):
    """Caldes as if it had been opened on 20 September."""
    before = caldes.opened_at
    caldes.opened_at = datetime(2026, 9, 20, 9, tzinfo=UTC)
    yield caldes
    caldes.opened_at = before


def test_the_job_closes_what_is_over_since_the_opening_and_the_next_time_nothing(
    opened_in_september, take_in, monkeypatch
):
    town = opened_in_september
    take_in(town, *MOMENTS)
    monkeypatch.setattr("django.utils.timezone.now", lambda: IN_NOVEMBER)
    for _time in range(2):
        with inside(town):
            close_what_is_over(town)
            rows = [(one.month, one.calls) for one in closed_months(town.schema_name)]
        assert rows == [(date(2026, 9, 1), 1), (OCTOBER, 4)]


def test_the_job_leaves_a_month_whose_figures_wait_for_another_morning(opened_in_september, take_in, monkeypatch):
    from reporting.kpi.actions import mark_changed

    town = opened_in_september
    monkeypatch.setattr("django.utils.timezone.now", lambda: IN_NOVEMBER)
    with inside(town):
        with transaction.atomic():
            mark_changed({datetime(2026, 9, 25, 10, tzinfo=UTC)})
        close_what_is_over(town)
        assert closed_months(town.schema_name) == []
        compute_changed()
        close_what_is_over(town)
        assert [one.month.month for one in closed_months(town.schema_name)] == [9, 10]


def test_the_command_closes_as_the_municipalitys_own_role(caldes, take_in):
    take_in(caldes, *MOMENTS)
    done = json.loads(manage("close_month", "--municipality", "caldes", "--month", "2026-10", "--json").stdout)
    assert (done["calls"], done["by_day"]["2026-10-25"], done["correction_of_earlier"]) == (4, 3, 0)
    again = manage("close_month", "--municipality", "caldes", "--month", "2026-10")
    assert again.stdout.strip() == "Caldes de Montbui, 2026-10: 4 answered calls."


WRONG = [
    (("--municipality", "caldes", "--month", "2099-01"), "The month 2099-01 is not over"),
    (("--municipality", "caldes", "--month", "10/2026"), "“10/2026” is not a month: write it like 2026-10."),
    (("--municipality", "ningu", "--month", "2026-10"), "No municipality has the address “ningu”."),
]


@pytest.mark.parametrize(("arguments", "sentence"), WRONG)
def test_the_command_says_in_one_sentence_why_not(caldes, arguments, sentence):
    failed = manage("close_month", *arguments, check=False)
    assert failed.returncode
    assert sentence in failed.stderr
    assert failed.stderr.strip().count("\n") == 0


@pytest.fixture
def samples(caldes):
    """Caldes with sample calls; gives what takes them away."""
    with inside(caldes):
        taken = Import.objects.create(
            pbx=PbxFactory(is_sample=True), format="queue_log", file_name="samples", file_size=1,
            timezone="Europe/Madrid", state=Import.State.DONE, requested_by="test",
        )  # fmt: skip

    def take_away():
        with inside(caldes):
            Import.objects.filter(pk=taken.pk).update(state=Import.State.UNDONE)

    return take_away


def test_while_sample_calls_are_there_no_month_closes_and_none_is_foreseen(caldes, arrecife, samples, monkeypatch):
    from billing.usage import actions

    with pytest.raises(UnableToCloseMonth, match="Sample calls are among the calls: 2026-10 closes when"):
        close(caldes)
    assert close(arrecife).calls == 0, "those of another town hall change nothing"
    monkeypatch.setattr(actions, "attended_by_day", lambda first, past, zone: {date(2026, 10, 5): 10})
    with inside(caldes):
        assert actions.foresee_month(today=date(2026, 11, 3)) is None
        assert not Foreseen.objects.exists()
    samples()
    assert close(caldes).month == OCTOBER
    with inside(caldes):
        assert actions.foresee_month(today=date(2026, 11, 3))


def test_a_forecast_is_made_anew_until_the_middle_of_the_month_and_stays(caldes, arrecife, monkeypatch):
    from billing.usage import actions

    calls = {date(2026, 10, 5) + timedelta(days=number): 10 for number in range(80)}
    monkeypatch.setattr(actions, "attended_by_day", lambda first, past, zone: calls)
    found = []
    with inside(caldes):
        for day in (date(2026, 11, 3), date(2026, 11, 15), date(2026, 11, 16)):
            found.append(actions.foresee_month(today=day))
            calls = {day: number + 1 for day, number in calls.items()}
        kept = Foreseen.objects.get()
        monkeypatch.setattr(actions, "attended_by_day", lambda first, past, zone: {})
        assert actions.foresee_month(today=date(2026, 12, 1)) is None  # no week behind
    assert [one.made_on.day for one in found] == [3, 15, 15]
    assert (kept.calls, kept.made_on) == (330, date(2026, 11, 15))  # 11 calls on each of 30 days
    assert kept.by_day == {f"2026-11-{day:02}": "11" for day in range(1, 31)}
    with inside(arrecife):
        assert not Foreseen.objects.exists()
        with pytest.raises(DatabaseError, match="row-level security"):
            Foreseen.objects.create(
                schema_name=caldes.schema_name, month=date(2026, 11, 1), calls=1, made_on=date(2026, 11, 1)
            )
