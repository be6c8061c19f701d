"""A service charter as data, and the verdict on each of its commitments from the counts of days. Knows nothing of Django.

The shape is that of UNE 93200: what is measured, over which window, the target, the share of days, calls or users that
must reach it, what is left out, and what is done when it is missed.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, NamedTuple

from kit.periods import days_between, month_after, month_before
from reporting.kpi.counts import Counts
from reporting.kpi.rules import (
    DEFAULT_TARGET_SECONDS,
    NO_CALLS,
    NOTHING_TO_DIVIDE,
    Figure,
    figure,
)

DAYS, CALLS, USERS = "days", "calls", "users"
SECONDS, SHARE = "seconds", "share"
FEWEST = {DAYS: 5, CALLS: 30, USERS: 30}  # under these a verdict would be luck
DAYS_BEFORE_A_WARNING = 3
MONTH, QUARTER, YEAR = "month", "quarter", "year"
MONTHS_OF = {MONTH: 1, QUARTER: 3, YEAR: 12}
MOST_COMMITMENTS = 12
_CLOSE = 1e-9  # shares are compared as people do, not to the latest digit of a float


@dataclass(frozen=True)
class Statistic:
    """What can be promised: ``of`` what the target is a share, the figure it is read from, and what its limit is."""

    of: str
    figure: str
    limit: str = ""
    is_at_most: bool = True


STATISTICS: dict[str, Statistic] = {
    "mean_wait": Statistic(DAYS, "average_speed_of_answer", SECONDS),
    "answered": Statistic(DAYS, "answered_by_person_rate", SHARE, is_at_most=False),
    "not_picked_up": Statistic(DAYS, "disaffection", SHARE),
    "answered_calls": Statistic(CALLS, "answered_by_person_rate"),
    "calls_in_time": Statistic(CALLS, "sl_default", SECONDS),
    "first_attempt": Statistic(USERS, "first_attempt_rate"),
}


@dataclass(frozen=True)
class Commitment:
    """One promise. ``code`` stays the same through editions; ``limit`` is seconds or a share from 0 to 1, as its statistic says.

    ``target`` is the share of days, calls or users; ``only_open_days`` leaves out the days on which the town hall is closed.
    """

    code: str
    text: str
    statistic: str
    target: float
    window: str = MONTH
    limit: float = 0
    only_open_days: bool = False
    exclusions: str = ""
    remedy: str = ""

    @property
    def measures(self) -> Statistic:
        """What it measures."""
        return STATISTICS[self.statistic]


@dataclass(frozen=True)
class Charter:
    """The commitments of one edition; ``is_public`` shows citizens the verdicts."""

    title: str = ""
    commitments: tuple[Commitment, ...] = ()
    is_public: bool = False

    def with_code(self, code: str) -> Commitment | None:
        """The commitment with this code; None where there is none."""
        return next((one for one in self.commitments if one.code == code), None)


def to_json(charter: Charter) -> dict[str, Any]:
    """The stored form."""
    return asdict(charter)


def from_json(stored: Mapping[str, Any]) -> Charter:
    """What ``to_json`` stored."""
    commitments = tuple(Commitment(**one) for one in stored["commitments"])
    return Charter(stored["title"], commitments, stored["is_public"])


class Window(NamedTuple):
    """The days over which a commitment is judged: from ``first`` up to, but without, ``past``."""

    first: date
    past: date


def window_of(kind: str, day: date) -> Window:
    """The month, quarter or year of a day."""
    first = date(day.year, day.month - (day.month - 1) % MONTHS_OF[kind], 1)
    past = first
    for _month in range(MONTHS_OF[kind]):
        past = month_after(past)
    return Window(first, past)


def windows_until(kind: str, since: date, today: date) -> list[Window]:
    """The windows that begin on ``since`` or later and have begun by ``today``, the latest first."""
    window, found = window_of(kind, today), []
    while window.first >= since:
        found.append(window)
        window = window_of(kind, month_before(window.first))
    return found


KEPT, MISSED_DAY, COUNTED, LEFT_OUT, NOBODY, UNKNOWN_DAY, TO_COME = (
    "KEPT", "MISSED", "COUNTED", "LEFT_OUT", "NOBODY", "NOT_KNOWN", "TO_COME",
)  # fmt: skip
NO_RECORD, CLOSED_DAY, NOBODY_ANSWERED = "no_record_of_the_day", "closed_day", "nobody_was_answered"


@dataclass(frozen=True)
class Record:
    """What is known of days. ``first`` and ``latest`` are the ends of what was recorded, None when nothing was.

    ``left_out`` says why by day; ``is_closed`` what the timetable says of a day, ``is_expected`` whether calls are
    expected on it; ``today`` and what follows are still to come.
    """

    days: Mapping[date, Counts]
    today: date
    first: date | None = None
    latest: date | None = None
    left_out: Mapping[date, str] = field(default_factory=dict)
    is_closed: Callable[[date], bool] = lambda _day: False
    is_expected: Callable[[date], bool] = lambda _day: True

    def is_recorded(self, day: date) -> bool:
        """Whether the records reach this day."""
        return self.first is not None and self.latest is not None and self.first <= day <= self.latest


@dataclass(frozen=True)
class DayResult:
    """What one day says of a commitment: its state, the figure, and why it is left out or not known."""

    day: date
    state: str
    reason: str = ""
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None


def _figure(commitment: Commitment, counts: Counts) -> Figure:
    seconds = int(commitment.limit) if commitment.measures.limit == SECONDS else DEFAULT_TARGET_SECONDS
    return figure(counts, commitment.measures.figure, target_seconds=seconds, days=[counts])


def day_result(commitment: Commitment, day: date, record: Record) -> DayResult:
    """What a day says of a commitment."""
    if day in record.left_out:
        return DayResult(day, LEFT_OUT, record.left_out[day])
    if commitment.only_open_days and record.is_closed(day):
        return DayResult(day, LEFT_OUT, CLOSED_DAY)
    if day >= record.today:
        return DayResult(day, TO_COME if record.is_expected(day) else NOBODY)
    if not record.is_recorded(day):
        return DayResult(day, UNKNOWN_DAY, NO_RECORD) if record.is_expected(day) else DayResult(day, NOBODY)
    counts = record.days.get(day, Counts())
    one = _figure(commitment, counts)
    if one.value is None:
        return _without_value(commitment, day, counts, one.reason)
    state = COUNTED if commitment.measures.of != DAYS else KEPT if _keeps(commitment, one.value) else MISSED_DAY
    return DayResult(day, state, "", one.value, one.numerator, one.denominator)


def _without_value(commitment: Commitment, day: date, counts: Counts, reason: str) -> DayResult:
    if not counts["inbound"] and not counts["offered"]:
        return DayResult(day, NOBODY)
    if reason not in {NOTHING_TO_DIVIDE, NO_CALLS}:
        return DayResult(day, UNKNOWN_DAY, reason)
    if commitment.statistic == "mean_wait" and counts["offered"]:
        return DayResult(day, MISSED_DAY, NOBODY_ANSWERED)  # all hung up: no wait was short enough
    return DayResult(day, NOBODY)


def _keeps(commitment: Commitment, value: float) -> bool:
    if commitment.measures.is_at_most:
        return value <= commitment.limit + _CLOSE
    return value >= commitment.limit - _CLOSE


MET, MISSED, TOO_FEW, NOT_KNOWN, RUNNING = "MET", "MISSED", "TOO_FEW", "NOT_KNOWN", "RUNNING"
SECURED, ON_TRACK, AT_RISK, LOST = "SECURED", "ON_TRACK", "AT_RISK", "LOST"


@dataclass(frozen=True)
class Verdict:
    """Whether a commitment was kept in a window. ``good`` of ``cases`` days, calls or users kept it; ``reason`` says why not known.

    ``outlook`` is told of a window that goes on: ``needed`` of the ``left`` days or calls must still keep it.
    """

    commitment: Commitment
    window: Window
    word: str
    good: int
    cases: int
    days: Sequence[DayResult]
    reason: str = ""
    outlook: str = ""
    left: int = 0
    needed: int = 0

    @property
    def rate(self) -> float | None:
        """The share that kept it; None of nothing."""
        return self.good / self.cases if self.cases else None

    def count(self, state: str) -> int:
        """How many of its days are in a state."""
        return sum(1 for one in self.days if one.state == state)

    @property
    def is_about_to_miss(self) -> bool:
        """Whether somebody should hear of it today."""
        return self.word == RUNNING and self.outlook in {AT_RISK, LOST}


def verdict(commitment: Commitment, window: Window, record: Record) -> Verdict:
    """The verdict on a commitment in a window, with the days it rests on."""
    days = [day_result(commitment, day, record) for day in days_between(*window)]
    states = Counter(one.state for one in days)
    if commitment.measures.of == DAYS:
        good, cases = states[KEPT], states[KEPT] + states[MISSED_DAY]
    else:
        counted = [one for one in days if one.state == COUNTED]
        good, cases = (int(sum(part(one) or 0 for one in counted)) for part in (_numerator, _denominator))
    if record.today < window.past:
        outlook, left, needed = _outlook(commitment, good, cases, states)
        return Verdict(commitment, window, RUNNING, good, cases, days, "", outlook, left, needed)
    word = _word(commitment, good, cases, states[UNKNOWN_DAY])
    return Verdict(commitment, window, word, good, cases, days, _why(days) if word == NOT_KNOWN else "")


def _numerator(one: DayResult) -> float | None:
    return one.numerator


def _denominator(one: DayResult) -> float | None:
    return one.denominator


def _word(commitment: Commitment, good: int, cases: int, unknown: int) -> str:
    """Of a window that is over. Unknown days hinder a verdict only where they could turn it."""
    if commitment.measures.of != DAYS and unknown:
        return NOT_KNOWN
    if not cases and unknown:
        return NOT_KNOWN
    everything = cases + unknown
    if everything < FEWEST[commitment.measures.of]:
        return TOO_FEW
    if good >= commitment.target * everything - _CLOSE:
        return MET
    return MISSED if good + unknown < commitment.target * everything - _CLOSE else NOT_KNOWN


def _why(days: Sequence[DayResult]) -> str:
    """The commonest reason of the days that are not known."""
    reasons = Counter(one.reason for one in days if one.state == UNKNOWN_DAY)
    return reasons.most_common(1)[0][0] if reasons else ""


def _outlook(commitment: Commitment, good: int, cases: int, states: Counter[str]) -> tuple[str, int, int]:
    """How it stands while the window goes on: the outlook, how many days or calls are left, and how many of them are needed."""
    open_days = states[TO_COME] + states[UNKNOWN_DAY]  # a day without a record yet can still turn out either way
    if commitment.measures.of == DAYS:
        left, settled = open_days, cases
    else:
        settled = states[COUNTED]
        left = round(cases / settled * open_days) if settled else 0
    needed = max(math.ceil(commitment.target * (cases + left) - _CLOSE) - good, 0)
    is_enough = cases >= (DAYS_BEFORE_A_WARNING if commitment.measures.of == DAYS else FEWEST[commitment.measures.of])
    if needed > left and (cases or left):
        outlook = LOST if is_enough or commitment.measures.of == DAYS else ON_TRACK
    elif not needed and cases and commitment.measures.of == DAYS:
        outlook = SECURED
    else:
        is_behind = is_enough and good / cases < commitment.target - _CLOSE
        outlook = AT_RISK if is_behind else ON_TRACK
    return outlook, left, needed


def next_code(charters: Sequence[Charter]) -> str:
    """A code that no commitment of any edition ever had."""
    numbers = [int(one.code[1:]) for charter in charters for one in charter.commitments]
    return f"c{max(numbers, default=0) + 1}"


def earliest_start(has_edition: bool, today: date) -> date | None:
    """From which day a new edition may hold: none changes what was judged already. None: from any."""
    return today.replace(day=1) if has_edition else None
