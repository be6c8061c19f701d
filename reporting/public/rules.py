"""What may be shown to everybody: nobody can be recognised in it, whatever is added or subtracted. Knows nothing of Django.

Everything published of a municipality is decided here at once, as if everybody knew all of it. Pages add up what is
published and nothing else, so that no sum over months, outcomes or municipalities tells more than its parts.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median

from kit.periods import month_after

TOTAL = "total"  # the period of counts since the beginning
CALLS, ANSWERED = "calls", "answered"
WAITS = WAIT_MEDIAN, WAIT_P90 = "wait_median", "wait_p90"
Place = tuple[str, str]  # period and indicator
SMALLEST_SHOWN = 5
DAYS_OF_GRACE = 3  # after the end of a month, for records that come in late
FEWEST_FOR_SHARE = 30


@dataclass(frozen=True)
class Tally:
    """The genuine calls of one period by outcome."""

    outcomes: Mapping[str, int]

    @property
    def calls(self) -> int:
        """All calls."""
        return sum(self.outcomes.values())

    @property
    def answered(self) -> int:
        """Those that a person answered."""
        return self.outcomes.get("ANSWERED", 0)

    @property
    def rest(self) -> int:
        """The others."""
        return self.calls - self.answered

    @property
    def parts(self) -> tuple[int, int, int]:
        """All calls, those that a person answered, and the others."""
        return self.calls, self.answered, self.rest

    def __add__(self, other: "Tally") -> "Tally":
        words = {**self.outcomes, **other.outcomes}
        return Tally({word: self.outcomes.get(word, 0) + other.outcomes.get(word, 0) for word in words})


@dataclass
class Published:
    """Cells by period and indicator: ``shown`` with their number, ``small`` as "<5", ``silent`` not at all."""

    shown: dict[Place, int] = field(default_factory=dict)
    small: set[Place] = field(default_factory=set)
    silent: set[Place] = field(default_factory=set)
    gives_away: bool = False  # a small number would be found, whatever is hidden: nothing of this may be told yet

    @property
    def calls(self) -> int | None:
        """All calls; None where their number is too small to be told."""
        return self.shown.get((TOTAL, CALLS))

    @property
    def tells_answered(self) -> bool:
        """Whether it is told how many calls a person answered in all."""
        return (TOTAL, outcome_indicator("ANSWERED")) in self.shown

    def add_row(self, cells: Mapping[Place, int], known: Set[Place] = frozenset()) -> None:
        """Adds cells that together make a number shown elsewhere, without those that must not be told."""
        small, silent = hidden(cells, known)
        if _gives_away([cells[place] for place in small | silent]):
            self.gives_away = True
        self.small |= small
        self.silent |= silent
        self.shown |= {place: number for place, number in cells.items() if place not in small | silent}


def is_small(number: int) -> bool:
    """Whether a count could point at somebody. Nobody at all may be told."""
    return 0 < number < SMALLEST_SHOWN


def hidden(cells: Mapping[Place, int], known: Set[Place] = frozenset()) -> tuple[set[Place], set[Place]]:
    """Of the cells of a row with a known total: those told only as small, and those not told at all.

    Besides the small ones as many others are hidden, the smallest first, as it takes that every small cell could be any
    number from 1 to 4 and the hidden others still make up for it. Where there are too few others, nothing but zeros is
    told. What is ``known`` already cannot be hidden.
    """
    small = {place for place, number in cells.items() if is_small(number)}
    if not small:
        return set(), set()
    candidates = (place for place, number in cells.items() if number >= SMALLEST_SHOWN and place not in known)
    others = sorted(candidates, key=lambda place: cells[place])
    silent: set[Place] = set()
    for place in others:
        silent.add(place)
        spare = sum(cells[one] for one in small | silent) - (SMALLEST_SHOWN - 1) * len(small)
        if spare >= SMALLEST_SHOWN * len(silent):
            return small, silent
    return set(), small | silent


def months_without_split(months: Mapping[str, Tally], untold: set[str], known: Set[str] = frozenset()) -> set[str]:
    """The months of which must not be told how many calls a person answered, though all months together are told.

    Those of ``untold`` size, those where either part is small, and further ones, the least busy first, until each small
    part could be anything, given what is left when the told months are subtracted from the total. What is told of the
    ``known`` months cannot be taken back.
    """
    without = {
        name for name, month in months.items() if name in untold or is_small(month.answered) or is_small(month.rest)
    }
    others = sorted(set(months) - without - known, key=lambda name: months[name].calls, reverse=True)
    while others and not _could_be_anything([months[name] for name in without]):
        without.add(others.pop())
    return without


def _could_be_anything(months: list[Tally], of_told_size: list[Tally] | None = None) -> bool:
    """Whether no small part can be told from the sizes of the months, of all or of some, and the sums of both parts."""
    calls = sum(month.calls for month in months)
    sums = sum(month.answered for month in months), sum(month.rest for month in months)
    for month in months if of_told_size is None else of_told_size:
        for part, whole in zip((month.answered, month.rest), sums, strict=True):
            at_least, at_most = max(0, whole - (calls - month.calls)), min(month.calls, whole)
            if is_small(part) and (at_least > 0 or at_most < min(month.calls, SMALLEST_SHOWN)):
                return False
    return True


def _gives_away(hidden_numbers: list[int]) -> bool:
    """Whether who knows the sum of hidden numbers, none of them 0, knows a small one: there is one only, or all are 1."""
    if not any(is_small(number) for number in hidden_numbers):
        return False
    return len(hidden_numbers) == 1 or sum(hidden_numbers) == len(hidden_numbers)


def published(total: Tally, months: Mapping[str, Tally], known: Set[Place] = frozenset()) -> Published:
    """What may be told of a municipality's calls: in all, by outcome, by month, and by month how many a person answered.

    ``known`` are numbers of months that were told before and are the same today. They are told again.
    """
    told = Published()
    if is_small(total.calls):
        told.small.add((TOTAL, CALLS))
        return told
    told.shown[TOTAL, CALLS] = total.calls
    told.add_row({(TOTAL, outcome_indicator(word)): number for word, number in total.outcomes.items()})
    told.add_row({(name, CALLS): month.calls for name, month in months.items()}, known)
    without = set(months)
    if told.tells_answered:
        untold = {name for name in months if (name, CALLS) not in told.shown}
        known_split = {name for name, indicator in known if indicator == ANSWERED}
        without = months_without_split(months, untold, known_split)
        # Without numbers told before, everything was hidden that can be, and nobody can take that apart.
        if known_split - without:
            of_told_size = [months[name] for name in without - untold]
            told.gives_away |= not _could_be_anything([months[name] for name in without], of_told_size)
    elif any(indicator == ANSWERED for _name, indicator in known):
        told.gives_away = True
    told.shown |= {(name, ANSWERED): month.answered for name, month in months.items() if name not in without}
    told.silent |= {(name, ANSWERED) for name in without}
    return told


def outcome_indicator(word: str) -> str:
    """The name of the count of one outcome."""
    return f"outcome_{word}"


def tells_few_apart(before: int | None, now: int | None) -> bool:
    """Whether a new number of calls beside the old one would tell of very few: then it waits for more."""
    return before is not None and now is not None and is_small(abs(now - before))


def as_told(now: Mapping[str, Tally], said: Mapping[str, Tally]) -> dict[str, Tally]:
    """The tallies of months to tell: today's, but what was ``said`` of a month stays while the difference is of few calls.

    A published month is never taken back, so the old number beside a new one would tell of one to four calls for ever.
    """
    found = dict(now)
    for name, before in said.items():
        today = now.get(name, Tally({}))
        differences = (abs(one - other) for one, other in zip(before.parts, today.parts, strict=True))
        found[name] = before if any(is_small(one) for one in differences) else today
    return found


def may_be_published(month: date, today: date) -> bool:
    """Whether a month, by its first day, has been over long enough to be published for good."""
    return today >= month_after(month) + timedelta(days=DAYS_OF_GRACE)


def is_of_similar_size(inhabitants: int, others: int) -> bool:
    """Whether a municipality is compared with another: it has from half to twice as many inhabitants."""
    return others <= 2 * inhabitants <= 4 * others


def middle(shares: Sequence[float]) -> float | None:
    """The share that half of the municipalities reach; None of fewer than five, where one could be told by the others."""
    return median(shares) if len(shares) >= SMALLEST_SHOWN else None
