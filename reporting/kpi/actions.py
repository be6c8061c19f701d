"""Computing figures ahead. Buckets are replaced whole, so that doing it twice changes nothing."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from kit.copying import as_cell, copy_lines
from kit.memory import no_garbage_collection
from kit.periods import Period, day_start, days_period, local_day
from reporting.kpi.counts import Counts
from reporting.kpi.models import ChangedQuarter, FillMark
from reporting.kpi.queries import AGENT, ALL, EXTENSION, Key, callers_of_days, counts_of_period
from tenants.isolation.context import connection, for_long_work

DAYS_AT_ONCE = 14  # bounds memory: one stretch is computed in memory and written in one transaction
_WITH_DERIVATIONS_BY_HOUR = (ALL, EXTENSION)


def mark_changed(quarters: set[datetime]) -> None:
    """Remembers quarters (UTC starts) whose calls changed. Called once in the transaction that changed them.

    A mark that stood before is locked, so that nobody computes its quarter and takes it away before this transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kpi_changedquarter (starts_at) SELECT unnest(%s::timestamptz[]) "
            "ON CONFLICT (starts_at) DO UPDATE SET starts_at = excluded.starts_at",
            [sorted(quarters)],
        )


def compute_changed() -> int:
    """Computes every marked quarter and its day again; gives the number of days done. A crash redoes the latest stretch."""
    zone = ZoneInfo(connection.tenant.time_zone)
    done = 0
    while days := _changed_days(zone):
        for first, past in _stretches(days):
            _compute(first, past, zone)
            done += (past - first).days
    return done


def compute_settled(done: set[date]) -> set[date]:
    """Computes a stretch of marked days while an import goes on; gives its days, none when there is nothing to do.

    The latest day is left alone, because the import is at it, and so are days ``done`` before: a file in no order would
    have them computed again and again.
    """
    zone = ZoneInfo(connection.tenant.time_zone)
    days = [day for day in _changed_days(zone)[:-1] if day not in done]
    if not days:
        return set()
    first, past = next(_stretches(days))
    _compute(first, past, zone)
    return {first + timedelta(days=number) for number in range((past - first).days)}


def _changed_days(zone: ZoneInfo) -> list[date]:
    return sorted({local_day(at, zone) for at in ChangedQuarter.objects.values_list("starts_at", flat=True)})


def _stretches(days: list[date]) -> Iterator[tuple[date, date]]:
    """Runs of neighbouring days, none longer than DAYS_AT_ONCE, as first day and the day after the run."""
    first = previous = days[0]
    for day in days[1:]:
        if day - previous > timedelta(days=1) or (day - first).days >= DAYS_AT_ONCE:
            yield first, previous + timedelta(days=1)
            first = day
        previous = day
    yield first, previous + timedelta(days=1)


def _compute(first: date, past: date, zone: ZoneInfo) -> None:
    period = days_period(first, past, zone)
    with no_garbage_collection(), transaction.atomic():
        for_long_work()  # what is lost with the server keeps its marks
        wait_for_others()
        _take_marks(period)
        counts = counts_of_period(period, zone)
        _delete("kpi_bucket", period)
        _write(_buckets(counts, zone, callers_of_days(period, zone)))
        FillMark.objects.update_or_create(name="calls")


def _take_marks(period: Period) -> None:
    """Marks set while we compute wait for this and stay: their quarters are computed once more."""
    with connection.cursor() as cursor:
        # In the order in which they are set, so that two transactions never wait for each other.
        cursor.execute(
            "SELECT FROM kpi_changedquarter WHERE starts_at >= %s AND starts_at < %s ORDER BY starts_at FOR UPDATE",
            [period.starts_at, period.ends_before],
        )
    _delete("kpi_changedquarter", period)


def _delete(table: str, period: Period) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE starts_at >= %s AND starts_at < %s", [period.starts_at, period.ends_before]
        )


def _buckets(
    counted: dict[Key, Counts], zone: ZoneInfo, callers: Mapping[datetime, Mapping[str, int]]
) -> Iterator[tuple[str, str, str, datetime, Counts]]:
    """Quarters as they were counted, and days summed from them; agents were counted by day.

    A day of all calls also says how many came in each local hour, so that the rhythm of weeks is read from days. A day of
    all calls or of an extension says so of derivations. ``callers`` belong to the days of all calls.
    """
    days: defaultdict[Key, Counts] = defaultdict(Counts)
    local: dict[datetime, tuple[datetime, int]] = {}
    for (kind, name, at), counts in counted.items():
        if kind == AGENT:
            yield "D", kind, name, at, counts
            continue
        found = local.get(at)
        if found is None:
            here = at.astimezone(zone)
            found = local[at] = (day_start(here.date(), zone), here.hour)
        day = days[kind, name, found[0]]
        day += counts
        if kind == ALL:
            day.hours[found[1]] += counts["inbound"] or counts["offered"]
        if kind in _WITH_DERIVATIONS_BY_HOUR and (followed := counts.derivations_followed):
            day.hours_derived[found[1]] += followed
            day.hours_missed[found[1]] += counts.derivations_missed
        yield "Q", kind, name, at, counts
    for (kind, name, at), counts in days.items():
        if kind == ALL:
            counts.callers.update(callers.get(at, {}))
        yield "D", kind, name, at, counts


def wait_for_others() -> None:
    """Lets one process of a municipality at a time write figures, until its transaction ends. Readers do not wait.

    Two that compute one day, or publish, at once would both write the same rows.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE kpi_bucket IN SHARE ROW EXCLUSIVE MODE")


def _write(rows: Iterable[tuple[str, str, str, datetime, Counts]]) -> None:
    written = json.JSONEncoder(separators=(",", ":")).encode
    lines = (
        f"{grain}\t{kind}\t{as_cell(name)}\t{at.isoformat()}\t{as_cell(written(counts.to_json()))}\n"
        for grain, kind, name, at, counts in rows
    )
    copy_lines(connection, "kpi_bucket", "grain, subject_kind, subject, starts_at, counts", lines)
