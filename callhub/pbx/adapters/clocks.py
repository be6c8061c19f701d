"""Local times to epoch seconds, quickly: one look-up in the time zone per hour of records, not per row."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_IN_UNIQUEID = re.compile(r"(\d{9,10})\.\d+$")


def epoch_of_uniqueid(uniqueid: str) -> int | None:
    """The second in which a channel was made, as its id says: `pbx-1795450259.2` gives 1795450259."""
    found = _IN_UNIQUEID.search(uniqueid)
    return int(found[1]) if found else None


class LocalClock:
    """Reads `2026-11-23 17:10:59[.123456]` of one time zone.

    The hour that happens twice in October, and a switchboard that writes UTC, are told apart by the channel's id, which
    holds the true second: the reading that comes first at or after it is meant. Without an id the first of the two hours
    is. A time inside the hour that is skipped in March is read as if the clock had not changed yet.
    """

    def __init__(self, timezone: str) -> None:
        self._zone = ZoneInfo(timezone)
        self._hours: dict[str, tuple[float, ...]] = {}

    def _candidates(self, hour: str) -> tuple[float, ...]:
        """Epochs of `2026-11-23 17` in local time (both readings when there are two) and in UTC."""
        known = self._hours.get(hour)
        if known is None:
            naive = datetime.strptime(hour, "%Y-%m-%d %H")  # noqa: DTZ007  (the zone is added below)
            readings = [naive.replace(tzinfo=self._zone, fold=fold).timestamp() for fold in (0, 1)]
            readings.append(naive.replace(tzinfo=UTC).timestamp())
            known = self._hours[hour] = tuple(dict.fromkeys(readings))
        return known

    def epoch(self, text: str, true_second: int | None = None) -> float:
        """Seconds since 1970, UTC. Raises ValueError for a text of another form."""
        candidates, beyond = self._readings(text)
        if true_second is not None and len(candidates) > 1:
            fitting = [c for c in candidates if c + beyond - true_second >= -2]
            if fitting:
                return min(fitting, key=lambda c: c + beyond - true_second) + beyond
        return candidates[0] + beyond

    def epoch_near(self, text: str, expected: float) -> float:
        """The reading nearest to the epoch ``expected``, which other cells of the row tell. Raises ValueError."""
        candidates, beyond = self._readings(text)
        return min(candidates, key=lambda c: abs(c + beyond - expected)) + beyond

    def _readings(self, text: str) -> tuple[tuple[float, ...], float]:
        """Possible starts of the hour, and the seconds after it."""
        text = text.replace("T", " ")
        candidates = self._candidates(text[:13])
        if text[13] != ":" or text[16] != ":":
            raise ValueError(text)
        minute, second = int(text[14:16]), float(text[17:])
        if not (0 <= minute < 60 and 0 <= second < 62):
            raise ValueError(text)
        return candidates, minute * 60 + second
