"""What one bucket holds. Counts add up: quarters make days, days make months, queues make all.

Knows nothing of Django. Kept as JSON with short keys, zero entries left out.
"""

import struct
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, ClassVar, Self

from kit.waits import LAST_SECOND

_SECONDS_PER_PAIR = 8  # waits spread over more seconds than that are kept as pairs

# Short keys of the stored form. They never change: stored buckets are read with them for ever.
# offered answered abandoned flowed_out unknown wait_answered_sum talk_sum talk_n                          (visits)
# flowed_out_by_key                                                                                        (visits)
# inbound outbound internal other answered_by_person person_unknown outcome_<WORD>                         (calls)
# answered_with_transfer_record with_derivation with_blind with_attended      (calls answered by a person)
# with_queue_record without_queue_record with_transfer_record talk_calls talk_seconds
# blind_<key> and attended_<key> for the keys below                                                       (derivations)
DERIVATION_KEYS = ("total", "picked_up", "returned_to_queue", "lost", "unknown", "inside_wait_sum", "inside_wait_n")


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
        "wa": "waits_answered",  # of buckets stored before waits were kept as texts
        "wb": "waits_abandoned",
        "h": "hours",
        "hd": "hours_derived",
        "hm": "hours_missed",
        "c": "callers",
    }
    # Waits are most of a bucket. As texts the server hands them over as they are, number by number it would write each.
    _PAIRS: ClassVar[dict[str, str]] = {
        "pa": "waits_answered",
        "pb": "waits_abandoned",
    }  # "35,1,80,2": bin, number, ...
    _DENSE: ClassVar[dict[str, str]] = {"da": "waits_answered", "db": "waits_abandoned"}  # see _packed

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
        """The stored form; zero entries are left out. Waits are texts, other histograms lists of [bin, number]."""
        stored: dict[str, Any] = {
            name: round(number, 3) if isinstance(number, float) else number
            for name, number in self.numbers.items()
            if number
        }
        for pairs_key, dense_key in zip(self._PAIRS, self._DENSE, strict=True):
            if waits := getattr(self, self._PAIRS[pairs_key]):
                dense, pairs = _dense_part(sorted(waits.items()))
                if dense:
                    stored[dense_key] = _packed(dense)
                if pairs:
                    stored[pairs_key] = ",".join(map(str, chain.from_iterable(pairs)))
        for key, attribute in self._HISTOGRAMS.items():
            if attribute not in _WAITS and (histogram := getattr(self, attribute)):
                stored[key] = sorted(histogram.items())
        return stored

    @classmethod
    def without_waits(cls, stored: dict[str, Any]) -> "Counts":
        """What ``to_json`` stored but the waits, which are most of the work of reading it."""
        counts = cls()
        counts._add_pairs({key: value for key, value in stored.items() if key not in _WAIT_KEYS})
        return counts

    @classmethod
    def from_json(cls, *stored: dict[str, Any]) -> "Counts":
        """The sum of counts that ``to_json`` stored."""
        counts = cls()
        for one in stored:
            counts._add_pairs(one)
        for key, attribute in cls._DENSE.items():
            histogram = getattr(counts, attribute)
            for second, number in enumerate(_sum_of_packed(one[key] for one in stored if key in one)):
                if number:
                    histogram[second] += number
        return counts

    def _add_pairs(self, stored: dict[str, Any]) -> None:
        numbers = self.numbers
        for name, value in stored.items():
            if name in self._PAIRS:
                histogram, told = getattr(self, self._PAIRS[name]), map(int, value.split(","))
                for second, number in zip(told, told, strict=True):
                    histogram[second] += number
            elif name in self._HISTOGRAMS:
                histogram = getattr(self, self._HISTOGRAMS[name])
                for key, number in value:
                    histogram[key] += number
            elif name not in self._DENSE:
                numbers[name] += value


_WAITS = frozenset(Counts._PAIRS.values())
_WAIT_KEYS = frozenset({*Counts._PAIRS, *Counts._DENSE, *(k for k, a in Counts._HISTOGRAMS.items() if a in _WAITS)})


def _packed(numbers: list[int]) -> str:
    """One number per second as the digits of one large number: 32 bits each, the first second lowest, hexadecimal."""
    return f"{int.from_bytes(struct.pack(f'<{len(numbers)}I', *numbers), 'little'):x}"


def _sum_of_packed(packed: Iterable[str]) -> list[int]:
    """The sums by second. Two large numbers are added for all their seconds at once; a second never reaches 32 bits."""
    total = sum(int(one, 16) for one in packed)
    length = (total.bit_length() + 31) // 32
    return list(struct.unpack(f"<{length}I", total.to_bytes(length * 4, "little")))


def _dense_part(pairs: list[tuple[int, int]]) -> tuple[list[int], list[tuple[int, int]]]:
    """The seconds up to LAST_SECOND as one number each, and the other bins; no seconds where most would be zeros."""
    seconds = [pair for pair in pairs if pair[0] <= LAST_SECOND]
    if not seconds or seconds[-1][0] > len(seconds) * _SECONDS_PER_PAIR:
        return [], pairs
    numbers = [0] * (seconds[-1][0] + 1)
    for second, number in seconds:
        numbers[second] = number
    return numbers, pairs[len(seconds) :]
