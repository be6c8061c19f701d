"""What may be shown to everybody: nobody can be recognised in it, whatever is added or subtracted. Knows nothing of Django.

Everything published of a municipality is decided here at once, as if everybody knew all of it. Pages add up what is
published and nothing else, so that no sum over months, outcomes or municipalities tells more than its parts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

TOTAL = "total"  # the period of counts since the beginning
CALLS, ANSWERED = "calls", "answered"
WAITS = WAIT_MEDIAN, WAIT_P90 = "wait_median", "wait_p90"
Place = tuple[str, str]  # period and indicator
SMALLEST_SHOWN = 5
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


@dataclass
class Published:
    """Cells by period and indicator: ``shown`` with their number, ``small`` as "<5", ``silent`` not at all."""

    shown: dict[Place, int] = field(default_factory=dict)
    small: set[Place] = field(default_factory=set)
    silent: set[Place] = field(default_factory=set)

    @property
    def tells_answered(self) -> bool:
        """Whether it is told how many calls a person answered in all."""
        return (TOTAL, outcome_indicator("ANSWERED")) in self.shown

    def add_row(self, cells: Mapping[Place, int]) -> None:
        """Adds cells that together make a number shown elsewhere, without those that must not be told."""
        small, silent = hidden(cells)
        self.small |= small
        self.silent |= silent
        self.shown |= {place: number for place, number in cells.items() if place not in small | silent}


def is_small(number: int) -> bool:
    """Whether a count could point at somebody. Nobody at all may be told."""
    return 0 < number < SMALLEST_SHOWN


def hidden(cells: Mapping[Place, int]) -> tuple[set[Place], set[Place]]:
    """Of the cells of a row with a known total: those told only as small, and those not told at all.

    Besides the small ones as many others are hidden, the smallest first, as it takes that every small cell could be any
    number from 1 to 4 and the hidden others still make up for it. Where there are too few others, nothing but zeros is told.
    """
    small = {place for place, number in cells.items() if is_small(number)}
    if not small:
        return set(), set()
    others = sorted((place for place, n in cells.items() if n >= SMALLEST_SHOWN), key=lambda place: cells[place])
    silent: set[Place] = set()
    for place in others:
        silent.add(place)
        spare = sum(cells[one] for one in small | silent) - (SMALLEST_SHOWN - 1) * len(small)
        if spare >= SMALLEST_SHOWN * len(silent):
            return small, silent
    return set(), small | silent


def months_without_split(months: Mapping[str, Tally], untold: set[str]) -> set[str]:
    """The months of which must not be told how many calls a person answered, though all months together are told.

    Those of ``untold`` size, those where either part is small, and further ones, the least busy first, until each small
    part could be anything, given what is left when the told months are subtracted from the total.
    """
    without = {
        name for name, month in months.items() if name in untold or is_small(month.answered) or is_small(month.rest)
    }
    others = sorted(set(months) - without, key=lambda name: months[name].calls, reverse=True)
    while others and not _could_be_anything([months[name] for name in without]):
        without.add(others.pop())
    return without


def _could_be_anything(months: list[Tally]) -> bool:
    """Whether no small part can be told from the sizes of the months and the sums of both parts."""
    calls = sum(month.calls for month in months)
    sums = sum(month.answered for month in months), sum(month.rest for month in months)
    for month in months:
        for part, whole in zip((month.answered, month.rest), sums, strict=True):
            at_least, at_most = max(0, whole - (calls - month.calls)), min(month.calls, whole)
            if is_small(part) and (at_least > 0 or at_most < min(month.calls, SMALLEST_SHOWN)):
                return False
    return True


def published(total: Tally, months: Mapping[str, Tally]) -> Published:
    """What may be told of a municipality's calls: in all, by outcome, by month, and by month how many a person answered."""
    told = Published()
    if is_small(total.calls):
        told.small.add((TOTAL, CALLS))
        return told
    told.shown[TOTAL, CALLS] = total.calls
    told.add_row({(TOTAL, outcome_indicator(word)): number for word, number in total.outcomes.items()})
    told.add_row({(name, CALLS): month.calls for name, month in months.items()})
    without = set(months)
    if told.tells_answered:
        without = months_without_split(months, {name for name in months if (name, CALLS) not in told.shown})
    told.shown |= {(name, ANSWERED): month.answered for name, month in months.items() if name not in without}
    told.silent |= {(name, ANSWERED) for name in without}
    return told


def outcome_indicator(word: str) -> str:
    """The name of the count of one outcome."""
    return f"outcome_{word}"


def tells_few_apart(before: int | None, now: int | None) -> bool:
    """Whether a new number of calls beside the old one would tell of very few: then it waits for more."""
    return before is not None and now is not None and is_small(abs(now - before))
