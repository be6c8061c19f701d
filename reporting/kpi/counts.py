"""What one bucket holds. Counts add up: quarters make days, days make months, queues make all.

Knows nothing of Django. Kept as JSON with short keys, zero entries left out.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

LAST_SECOND = 600  # waits are kept by whole second up to here, then in steps of 60 s
STEP = 60

# Short keys of the stored form. They never change: stored buckets are read with them for ever.
# offered answered abandoned flowed_out unknown wait_answered_sum talk_sum talk_n                          (visits)
# flowed_out_by_key                                                                                        (visits)
# inbound outbound internal other answered_by_person person_unknown outcome_<WORD>                         (calls)
# answered_with_transfer_record with_derivation with_blind with_attended      (calls answered by a person)
# with_queue_record without_queue_record with_transfer_record talk_calls talk_seconds
# blind_<key> and attended_<key> for the keys below                                                       (derivations)
DERIVATION_KEYS = ("total", "picked_up", "returned_to_queue", "lost", "unknown", "inside_wait_sum", "inside_wait_n")


def bin_of(seconds: float) -> int:
    """The bin of a wait: its whole second up to 600, then the lower edge of its 60 s step (612.9 gives 600)."""
    whole = int(seconds)
    return whole if whole <= LAST_SECOND else whole - (whole - LAST_SECOND) % STEP


def _zeros() -> defaultdict[Any, Any]:
    return defaultdict(int)  # much quicker to make than a Counter, and there are hundreds of thousands


@dataclass
class Counts:
    """Sums of one subject over one stretch of time.

    ``numbers`` holds the entries listed at the top of this file; ``waits_answered`` and ``waits_abandoned`` count visits by bin of wait.
    ``hours`` counts the calls that came in by local hour, in days of all calls only. ``hours_derived`` counts the blind
    derivations of those calls that could be followed, ``hours_missed`` those not picked up: by local hour in which the
    call came in, in days of all calls and of extensions. ``callers`` holds what can only be said of a whole day, in days of
    all calls: the numbers of ``CallerTally``.
    """

    numbers: defaultdict[str, float] = field(default_factory=_zeros)
    waits_answered: defaultdict[int, int] = field(default_factory=_zeros)
    waits_abandoned: defaultdict[int, int] = field(default_factory=_zeros)
    hours: defaultdict[int, float] = field(default_factory=_zeros)
    hours_derived: defaultdict[int, float] = field(default_factory=_zeros)
    hours_missed: defaultdict[int, float] = field(default_factory=_zeros)
    callers: defaultdict[str, int] = field(default_factory=_zeros)

    # Keys of the stored form, which never change either.
    _HISTOGRAMS: ClassVar[dict[str, str]] = {
        "wa": "waits_answered",
        "wb": "waits_abandoned",
        "h": "hours",
        "hd": "hours_derived",
        "hm": "hours_missed",
        "c": "callers",
    }

    def __getitem__(self, name: str) -> float:
        return self.numbers.get(name, 0)

    def add(self, name: str, number: float = 1) -> None:
        """Adds ``number`` to one entry."""
        self.numbers[name] += number

    def __iadd__(self, other: "Counts") -> Self:
        for name, number in other.numbers.items():
            self.numbers[name] += number
        for attribute in self._HISTOGRAMS.values():
            if added := getattr(other, attribute):
                histogram = getattr(self, attribute)
                for key, number in added.items():
                    histogram[key] += number
        return self

    def __add__(self, other: "Counts") -> "Counts":
        total = Counts()
        total += self
        total += other
        return total

    @property
    def derivations_followed(self) -> float:
        """Blind derivations of which the records tell what became of them."""
        return self["blind_total"] - self["blind_unknown"]

    @property
    def derivations_missed(self) -> float:
        """Blind derivations that the department did not pick up."""
        return self["blind_returned_to_queue"] + self["blind_lost"]

    def within(self, seconds: int) -> int:
        """Answered visits whose wait, in whole seconds, is at most ``seconds``."""
        return sum(number for second, number in self.waits_answered.items() if second <= seconds)

    def abandoned_within(self, seconds: int) -> int:
        """Abandoned visits whose wait, in whole seconds, is at most ``seconds``."""
        return sum(number for second, number in self.waits_abandoned.items() if second <= seconds)

    def abandoned_before(self, seconds: int) -> int:
        """Abandoned visits whose wait is under ``seconds``: short abandons."""
        return sum(number for second, number in self.waits_abandoned.items() if second < seconds)

    def wait_quantile(self, share: float) -> int | None:
        """The wait, in seconds, that ``share`` (0-1) of the answered visits did not exceed; None without any."""
        total = sum(self.waits_answered.values())
        if not total:
            return None
        needed, seen = share * total, 0
        for second in sorted(self.waits_answered):
            seen += self.waits_answered[second]
            if seen >= needed:
                return second
        return None

    def to_json(self) -> dict[str, Any]:
        """The stored form; zero entries are left out, histograms are lists of [bin, number]."""
        stored: dict[str, Any] = {
            name: round(number, 3) if isinstance(number, float) else number
            for name, number in self.numbers.items()
            if number
        }
        for key, attribute in self._HISTOGRAMS.items():
            if histogram := getattr(self, attribute):
                stored[key] = sorted(histogram.items())
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Counts":
        """The counts that ``to_json`` stored."""
        counts = cls()
        counts.add_stored(stored)
        return counts

    def add_stored(self, stored: dict[str, Any]) -> None:
        """Adds what ``to_json`` stored, without making another object of it."""
        numbers = self.numbers
        for name, value in stored.items():
            if name in self._HISTOGRAMS:
                histogram = getattr(self, self._HISTOGRAMS[name])
                for key, number in value:
                    histogram[key] += number
            else:
                numbers[name] += value
