"""Counts of any period and subject, from buckets where they cover it and from the calls themselves at the edges."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from callhub.calls.queries import tallies
from kit.periods import Period, day_start, local_day, quarter_at_or_after, quarter_of
from kit.waits import bin_of
from reporting.kpi.counts import Counts
from reporting.kpi.models import Bucket, ChangedQuarter, FillMark

Key = tuple[str, str, datetime]  # kind of subject, its name, start of the quarter; of the local day for agents

ALL, QUEUE, AGENT, EXTENSION = (kind.value for kind in Bucket.Subject)
EVERY_KIND = frozenset({ALL, QUEUE, AGENT, EXTENSION})
_RESULTS = {"PICKED_UP": "picked_up", "RETURNED": "returned_to_queue", "LOST": "lost", "UNKNOWN": "unknown"}
_DIRECTIONS = {"INBOUND": "inbound", "OUTBOUND": "outbound", "INTERNAL": "internal"}


class _StartsOfDays(dict[datetime, datetime]):
    """Moment -> start of its local day, worked out once per moment."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone

    def __missing__(self, at: datetime) -> datetime:
        start = self[at] = day_start(local_day(at, self._zone), self._zone)
        return start


def counts_of_period(period: Period, zone: ZoneInfo, kinds: frozenset[str] = EVERY_KIND) -> dict[Key, Counts]:
    """Counts by subject and quarter, straight from the calls of the period; of some ``kinds`` of subjects, or of every one.

    Agents are counted by day: nobody asks for an agent's quarter of an hour, and there would be more of them than of all else.
    """
    found: defaultdict[Key, Counts] = defaultdict(Counts)
    days = _StartsOfDays(zone)
    if kinds & {ALL, QUEUE, AGENT}:
        _count_visits(period, found, days, kinds)
    if ALL in kinds:
        _count_calls(period, found, by_queue=False)
    if kinds & {ALL, EXTENSION, AGENT}:
        _count_derivations(period, found, days, by_queue=False, kinds=kinds)
    if QUEUE in kinds:
        _count_calls(period, found, by_queue=True)
        _count_derivations(period, found, days, by_queue=True, kinds=kinds)
    if EXTENSION in kinds:
        for talk in tallies.talk_tallies(period.starts_at, period.ends_before):
            counts = found[EXTENSION, talk.party, talk.quarter]
            counts.add("talk_calls", talk.calls)
            counts.add("talk_seconds", talk.talk_sum)
    return dict(found)


def _count_visits(period: Period, found: defaultdict[Key, Counts], days: _StartsOfDays, kinds: frozenset[str]) -> None:
    of_all, of_queues, of_agents = (kind in kinds for kind in (ALL, QUEUE, AGENT))
    for row in tallies.visit_tallies(period.starts_at, period.ends_before):
        subjects: list[Key] = [(ALL, "", row.quarter)] if of_all else []
        if of_queues and row.queue:
            subjects.append((QUEUE, row.queue, row.quarter))
        if of_agents and row.agent and row.outcome == "ANSWERED":
            subjects.append((AGENT, row.agent, days[row.quarter]))
        for subject in subjects:
            counts = found[subject]
            numbers = counts.numbers
            numbers["offered"] += row.visits
            numbers[row.outcome.lower()] += row.visits
            if row.by_key:
                numbers["flowed_out_by_key"] += row.visits
            if row.with_talk:
                counts.add("talk_sum", row.talk_sum)
                numbers["talk_n"] += row.with_talk
            if row.wait_second is None:
                continue
            if row.outcome == "ANSWERED":
                counts.waits_answered[bin_of(row.wait_second)] += row.visits
                counts.add("wait_answered_sum", row.wait_sum)
            elif row.outcome == "ABANDONED":
                counts.waits_abandoned[bin_of(row.wait_second)] += row.visits


def _count_calls(period: Period, found: defaultdict[Key, Counts], by_queue: bool) -> None:
    for row in tallies.call_tallies(period.starts_at, period.ends_before, by_queue=by_queue):
        kind, name = (QUEUE, row.queue) if row.queue else (ALL, "")
        counts = found[kind, name, row.quarter]
        counts.add(_DIRECTIONS.get(row.direction, "other"), row.calls)
        if row.direction != "INBOUND":
            continue
        counts.add(f"outcome_{row.outcome}", row.calls)
        counts.add("with_queue_record" if row.has_queue_record else "without_queue_record", row.calls)
        if row.tells_transfers:
            counts.add("with_transfer_record", row.calls)
        if row.answered_by_person:
            counts.add("answered_by_person", row.calls)
            if row.tells_transfers:
                counts.add("answered_with_transfer_record", row.calls)
            if row.is_derived_blindly or row.is_derived_attended:
                counts.add("with_derivation", row.calls)
            if row.is_derived_blindly:
                counts.add("with_blind", row.calls)
            if row.is_derived_attended:
                counts.add("with_attended", row.calls)
        elif row.answered_by_person is None:
            counts.add("person_unknown", row.calls)


def _count_derivations(
    period: Period, found: defaultdict[Key, Counts], days: _StartsOfDays, by_queue: bool, kinds: frozenset[str]
) -> None:
    for row in tallies.derivation_tallies(period.starts_at, period.ends_before, by_queue=by_queue):
        subjects = [(QUEUE, row.queue)] if row.queue else [(ALL, ""), (EXTENSION, row.target), (AGENT, row.by_agent)]
        for kind, name in subjects:
            if kind not in kinds or (kind != ALL and not name):
                continue
            at = days[row.quarter] if kind == AGENT else row.quarter
            counts, prefix = found[kind, name, at], row.kind.lower()
            counts.add(f"{prefix}_total", row.derivations)
            counts.add(f"{prefix}_{_RESULTS[row.result]}", row.derivations)
            if row.with_inside:
                counts.add(f"{prefix}_inside_wait_sum", row.inside_sum)
                counts.add(f"{prefix}_inside_wait_n", row.with_inside)


def callers_of_days(period: Period, zone: ZoneInfo) -> dict[datetime, dict[str, int]]:
    """What ``Counts.callers`` holds, by start of the local day; the period is whole days."""
    told = tallies.caller_tallies(period.starts_at, period.ends_before, zone.key)
    return {day_start(one.day, zone): {k: n for k, n in one._asdict().items() if k != "day" and n} for one in told}


def counts_between(period: Period, zone: ZoneInfo, kind: str = ALL, name: str = "") -> Counts:
    """The counts of one subject in any period: whole days from day buckets, the rest from quarters and from calls."""
    first_day, past_day = _whole_days(period.starts_at, period.ends_before, zone)
    if first_day >= past_day:
        return _of_parts_of_days(period.starts_at, period.ends_before, zone, kind, name)
    total = _from_buckets("D", first_day, past_day, kind, name)
    total += _of_parts_of_days(period.starts_at, first_day, zone, kind, name)
    total += _of_parts_of_days(past_day, period.ends_before, zone, kind, name)
    return total


def _of_parts_of_days(starts_at: datetime, ends_before: datetime, zone: ZoneInfo, kind: str, name: str) -> Counts:
    inner_start, inner_end = quarter_at_or_after(starts_at), quarter_of(ends_before)
    if kind == AGENT or inner_start >= inner_end:
        return _from_calls(starts_at, ends_before, zone, kind, name)
    total = _from_buckets("Q", inner_start, inner_end, kind, name)
    total += _from_calls(starts_at, inner_start, zone, kind, name)
    total += _from_calls(inner_end, ends_before, zone, kind, name)
    return total


def _whole_days(starts_at: datetime, ends_before: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    first = local_day(starts_at, zone)
    if day_start(first, zone) < starts_at:
        first += timedelta(days=1)
    return day_start(first, zone), day_start(local_day(ends_before, zone), zone)


def _from_calls(starts_at: datetime, ends_before: datetime, zone: ZoneInfo, kind: str, name: str) -> Counts:
    if starts_at >= ends_before:
        return Counts()
    counted = counts_of_period(Period(starts_at, ends_before), zone, frozenset({kind}))
    return _sum(counts for (of_kind, of_name, _), counts in counted.items() if (of_kind, of_name) == (kind, name))


def _from_buckets(grain: str, starts_at: datetime, ends_before: datetime, kind: str, name: str) -> Counts:
    stored = Bucket.objects.filter(
        grain=grain, subject_kind=kind, subject=name, starts_at__gte=starts_at, starts_at__lt=ends_before
    ).values_list("counts", flat=True)
    return Counts.from_json(*stored)


def _sum(parts: Iterable[Counts]) -> Counts:
    total = Counts()
    for part in parts:
        total += part
    return total


def series(grain: str, period: Period, kind: str = ALL, name: str = "") -> dict[datetime, Counts]:
    """Buckets of one subject in the period by their start; empty buckets are absent."""
    stored = Bucket.objects.filter(
        grain=grain, subject_kind=kind, subject=name, starts_at__gte=period.starts_at, starts_at__lt=period.ends_before
    ).values_list("starts_at", "counts")
    return {at: Counts.from_json(counts) for at, counts in stored}


def days_and_total(since: datetime, period: Period) -> tuple[dict[datetime, Counts], Counts]:
    """Days of all calls from ``since``, which is no later than the period, to its end, without their waits; the period's sum, with them."""
    stored = Bucket.objects.filter(
        grain="D", subject_kind=ALL, subject="", starts_at__gte=since, starts_at__lt=period.ends_before
    ).values_list("starts_at", "counts")
    found = dict(stored)
    total = Counts.from_json(*(counts for at, counts in found.items() if at >= period.starts_at))
    return {at: Counts.without_waits(counts) for at, counts in found.items()}, total


def days_without_waits(starts: Collection[datetime]) -> list[Counts]:
    """The days of all calls that start at these moments, without their waits; days without calls are absent."""
    stored = Bucket.objects.filter(grain="D", subject_kind=ALL, subject="", starts_at__in=starts)
    return [Counts.without_waits(counts) for counts in stored.values_list("counts", flat=True)]


def series_together(grain: str, period: Period, kind: str, names: Collection[str]) -> dict[datetime, Counts]:
    """Buckets of several subjects added up by their start, as the extensions of a department."""
    found: defaultdict[datetime, list[dict[str, Any]]] = defaultdict(list)
    stored = Bucket.objects.filter(
        grain=grain,
        subject_kind=kind,
        subject__in=names,
        starts_at__gte=period.starts_at,
        starts_at__lt=period.ends_before,
    ).values_list("starts_at", "counts")
    for at, counts in stored:
        found[at].append(counts)
    return {at: Counts.from_json(*parts) for at, parts in found.items()}


def by_subject(period: Period, kind: str) -> dict[str, Counts]:
    """Counts of every queue, agent or extension over whole local days."""
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    stored = Bucket.objects.filter(
        grain="D", subject_kind=kind, starts_at__gte=period.starts_at, starts_at__lt=period.ends_before
    ).values_list("subject", "counts")
    for name, counts in stored:
        found[name].append(counts)
    return {name: Counts.from_json(*parts) for name, parts in found.items()}


class Fill(NamedTuple):
    """When figures were computed latest, and the first moment whose calls still wait to be counted; None: none."""

    computed_at: datetime | None
    waiting_from: datetime | None


def fill() -> Fill:
    """How far the figures are filled."""
    mark = FillMark.objects.filter(name="calls").first()
    waiting = ChangedQuarter.objects.order_by("starts_at").values_list("starts_at", flat=True).first()
    return Fill(mark.computed_at if mark else None, waiting)
