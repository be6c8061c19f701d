"""A year of invented calls, shaped like genuine ones. Pure and seeded: the same day and town give the same files.

Each invented call is a genuine call of a town hall's switchboard (records/), moved to another moment, stretched (the
genuine ones were made in compressed time, about 1:5), with other ids, callers and agents.
"""

import csv
import gzip
import hashlib
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

RECORDS = Path(__file__).parent / "records"
PASSWORD = "demostracion-sct-2026"  # noqa: S105  (shown on purpose; demonstration data only)


@dataclass(frozen=True)
class Town:
    """A demonstration municipality: its size decides how many calls it has."""

    slug: str
    ine_code: str
    name: str
    calls: int
    has_genuine_records: bool = False
    colour: str = "teal"
    time_zone: str = "Europe/Madrid"


@dataclass(frozen=True)
class SignIn:
    """Somebody who can sign in to the demonstration. ``slug`` is empty for Adtende's people."""

    email: str
    name: str
    role: str
    slug: str
    what: str
    password: str = PASSWORD


TOWNS = (
    Town("caldes", "08033", "Caldes de Montbui", 12_000, False, "teal"),
    Town("castelltercol", "08064", "Castellterçol", 2_500, True, "green"),
    Town("granollers", "08096", "Granollers", 26_000, False, "wine"),
)
SIGN_INS = (
    SignIn("adtende@example.org", "Olga Serra", "STAFF_ADMINISTRATOR", "", "Adtende's console"),
    *(
        person
        for town in TOWNS
        for person in (
            SignIn(
                f"administracio@{town.slug}.example.org",
                "Anna Ribas",
                "ADMINISTRATOR",
                town.slug,
                f"administrator of {town.name}",
            ),
            SignIn(
                f"supervisio@{town.slug}.example.org", "Pau Font", "SUPERVISOR", town.slug, f"supervisor of {town.name}"
            ),
            SignIn(
                f"dpd@{town.slug}.example.org",
                "Marta Pons",
                "DATA_PROTECTION_OFFICER",
                town.slug,
                f"data protection officer of {town.name}",
            ),
            SignIn(
                f"urbanisme@{town.slug}.example.org",
                "Laia Camps",
                "DEPARTMENT_CONTACT",
                town.slug,
                f"contact of a department of {town.name}",
            ),
        )
    ),
)
# Extension -> department and person, as in the genuine switchboard's plan of numbers.
EXTENSIONS = (
    ("301", "Urbanisme", "Laia Camps"),
    ("302", "Padró d'Habitants", "Joan Vila"),
    ("303", "Tributs", "Rosa Mas"),
    ("304", "Policia Local", "Guàrdia"),
    ("305", "Serveis Socials", "Clara Roig"),
    ("306", "Secretaria", "Jordi Serra"),
    *((number, "Oficina d'Atenció Ciutadana", "") for number in ("201", "202", "203", "204")),
    *((number, "Tributs", "") for number in ("221", "222")),
)
# What the town calls what its records name.
QUEUES = (("oac", "Oficina d'Atenció Ciutadana"), ("tributs", "Tributs"))
AGENTS = (("PJSIP/221", "Carme Vidal"), ("PJSIP/222", "Toni Roca"))

_WEEKDAYS = (1.25, 1.1, 1.05, 1.0, 0.8, 0.06, 0.03)
_MONTHS = (1.05, 1.0, 1.05, 1.0, 1.05, 1.0, 0.9, 0.6, 1.1, 1.05, 1.0, 0.85)
_HOURS = (0, 0, 0, 0, 0, 0, 0.1, 0.6, 2.6, 4.2, 4.8, 4.9, 4.3, 3.2, 1.4, 0.5, 0.8, 0.9, 0.6, 0.3, 0.1, 0.05, 0, 0)
_OPEN = range(8, 15)
_HOLIDAYS = {(1, 1), (1, 6), (5, 1), (6, 24), (8, 15), (9, 11), (10, 12), (11, 1), (12, 6), (12, 8), (12, 25), (12, 26)}
# First and last month and day, and how much more the telephone rings.
_CAMPAIGNS = (((5, 2), (5, 22), 1.7), ((3, 10), (3, 24), 1.35), ((9, 1), (9, 12), 1.3), ((10, 1), (10, 20), 1.4))
_NAMES = ("Núria Solà", "Marc Puig", "Pilar Ibáñez", "Jordi Bosch", "Aina Soler", "Eva Rius", "Pere Galí", "Lídia Cots")


@dataclass
class Shape:
    """One genuine inbound call: rows of queue_log and of CDR, and whether it came out of hours or in trouble."""

    started_at: float
    queue_rows: list[list[str]] = field(default_factory=list)
    detail_rows: list[list[str]] = field(default_factory=list)
    is_closed: bool = False
    is_lost: bool = False
    weight: float = 1.0


def _lines(name: str) -> Iterator[str]:
    with gzip.open(RECORDS / f"{name}.gz", "rt", encoding="utf-8", newline="") as file:
        yield from file


@cache
def shapes() -> tuple[Shape, ...]:
    """The genuine inbound calls, in order of their start."""
    call_of: dict[str, str] = {}
    rows: dict[str, list[list[str]]] = defaultdict(list)
    for row in csv.reader(_lines("cdr-custom.csv")):
        call_of[row[16]] = row[17]
        rows[row[17]].append(row)
    events: dict[str, list[list[str]]] = defaultdict(list)
    for line in _lines("queue_log"):
        parts = line.rstrip("\n").split("|")
        if parts[1] in call_of:
            events[call_of[parts[1]]].append(parts)
    found = []
    for key, details in rows.items():
        if not any(row[5].startswith("PJSIP/troncal") and row[16] == key for row in details):
            continue
        shape = Shape(min(float(row[21]) for row in details), events.get(key, []), details)
        shape.is_closed = any(row[3] == "fora-horari" for row in details)
        spoke = any(row[14] == "ANSWERED" and row[6] for row in details)
        shape.is_lost = not spoke and not shape.is_closed
        shape.weight = _weight(shape)
        found.append(shape)
    return tuple(sorted(found, key=lambda shape: shape.started_at))


def _weight(shape: Shape) -> float:
    """How often a shape is taken. The laboratory's departments picked up fewer derivations than a town's do."""
    if all(parts[4] != "BLINDTRANSFER" for parts in shape.queue_rows):
        return 1.0
    is_picked_up = any(row[3] == "dept" and row[14] == "ANSWERED" for row in shape.detail_rows)
    return 3.0 if is_picked_up else 0.9


def _factor(day: date) -> float:
    if (day.month, day.day) in _HOLIDAYS:
        return 0.04
    campaign = max((f for first, last, f in _CAMPAIGNS if first <= (day.month, day.day) <= last), default=1.0)
    return _WEEKDAYS[day.weekday()] * _MONTHS[day.month - 1] * campaign


def year_of_calls(town: Town, today: date) -> Iterator[tuple[list[str], list[str]]]:
    """Lines of queue_log and of cdr-custom.csv, day by day, of the 365 days before ``today``."""
    seed = int.from_bytes(hashlib.sha256(town.slug.encode()).digest()[:4], "big")
    chance = random.Random(seed)  # noqa: S311  (invented calls, not secrets)
    zone = ZoneInfo(town.time_zone)
    days = [today - timedelta(days=n) for n in range(365, 0, -1)]
    whole = sum(_factor(day) for day in days)
    names = dict(
        zip(
            ("Marta Puig", "Núria Solé", "Jordi Vila", "Pilar Ibáñez", "Aina Suport"),
            chance.sample(_NAMES, 5),
            strict=True,
        )
    )
    open_shapes = [s for s in shapes() if not s.is_closed and not s.is_lost]
    lost_shapes = [s for s in shapes() if s.is_lost]
    closed_shapes = [s for s in shapes() if s.is_closed]
    number = 0
    for day in days:
        factor = _factor(day)
        expected = town.calls * factor / whole
        pressure = min(max((factor - 1.0) * 0.25, 0.0), 0.3)  # on busy days more people give up
        queue_lines: list[tuple[int, str]] = []
        detail_lines: list[str] = []
        for _ in range(max(round(chance.gauss(expected, expected**0.5)), 0)):
            hour = chance.choices(range(24), _HOURS)[0]
            moment = datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)), zone)
            is_open = hour in _OPEN and day.weekday() < 5 and (day.month, day.day) not in _HOLIDAYS
            pool = closed_shapes if not is_open else lost_shapes if chance.random() < 0.16 + pressure else open_shapes
            number += 1
            shape = chance.choices(pool, [one.weight for one in pool])[0]
            _place(shape, moment.timestamp(), number, chance, names, zone, queue_lines, detail_lines)
        queue_lines.sort(key=lambda pair: pair[0])
        yield [line for _, line in queue_lines], detail_lines


def _place(
    shape: Shape, at: float, number: int, chance: random.Random, names: dict[str, str], zone: ZoneInfo,
    queue_lines: list[tuple[int, str]], detail_lines: list[str],
) -> None:  # fmt: skip
    stretch = chance.uniform(2.5, 7.0)
    caller = "anonymous" if chance.random() < 0.06 else f"6000{chance.randrange(40_000):05d}"
    begin = shape.started_at
    ids: dict[str, str] = {}

    def moved(moment: float) -> float:
        return at + (moment - begin) * stretch

    def new_id(old: str) -> str:
        if old not in ids:
            ids[old] = f"{int(moved(float(old.partition('.')[0])))}.{number * 40 + len(ids)}"
        return ids[old]

    for parts in shape.queue_rows:
        event, data = parts[4], list(parts[5:])
        if event == "ENTERQUEUE":
            data[1] = caller
        elif event == "CONNECT":
            data = [_times(data[0], stretch), new_id(data[1]) if "." in data[1] else data[1], _times(data[2], stretch)]
        elif event in {"COMPLETECALLER", "COMPLETEAGENT"}:
            data = [_times(data[0], stretch), _times(data[1], stretch), *data[2:]]
        elif event in {"ABANDON", "EXITWITHTIMEOUT"}:
            data = [*data[:2], _times(data[2], stretch)]
        elif event == "EXITWITHKEY":
            data = [*data[:3], _times(data[3], stretch)]
        elif event == "BLINDTRANSFER":
            data = [*data[:2], _times(data[2], stretch), _times(data[3], stretch), *data[4:]]
        second = int(moved(float(parts[0])))
        agent = names.get(parts[3], parts[3])
        queue_lines.append((second, "|".join([str(second), new_id(parts[1]), parts[2], agent, event, *data])))
    for row in shape.detail_rows:
        detail_lines.append(_detail(row, caller, moved, new_id, stretch, zone))


def _times(seconds: str, stretch: float) -> str:
    return str(round(int(seconds) * stretch)) if seconds.isdigit() else seconds


def _detail(
    row: list[str],
    caller: str,
    moved: Callable[[float], float],
    new_id: Callable[[str], str],
    stretch: float,
    zone: ZoneInfo,
) -> str:
    new = list(row)
    if row[1] != "938000000":
        new[1], new[4] = caller, f'"" <{caller}>'
    for text, exact in ((9, 21), (10, 22), (11, 23)):
        if row[text]:
            at = moved(float(row[exact]))
            new[exact] = f"{at:.6f}"
            new[text] = f"{datetime.fromtimestamp(at, UTC).astimezone(zone):%Y-%m-%d %H:%M:%S}"
    for index in (12, 13, 24, 25):
        new[index] = f"{float(row[index] or 0) * stretch:.{0 if index < 20 else 6}f}"
    new[16], new[17] = new_id(row[16]), new_id(row[17])
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in new)
