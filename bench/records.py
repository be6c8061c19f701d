"""Synthetic files of a switchboard: seeded, in order of time, calls spread over two years of opening hours."""

import random
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.results import SEED

FIRST_DAY = date(2024, 10, 1)
DAYS = 730
QUEUES = ("informacio", "padro", "tributs", "urbanisme", "serveis-socials", "policia")
AGENTS = tuple(f"PJSIP/{number}" for number in range(201, 225))
MADRID = ZoneInfo("Europe/Madrid")
_HOURS = (8, 9, 10, 11, 12, 13, 14)
_WEIGHTS = (3, 5, 6, 6, 5, 4, 2)
TABLE_MAPPING: dict[str, Any] = {
    "delimiter": ",",
    "encoding": "utf-8",
    "timezone": "Europe/Madrid",
    "date_format": "%Y-%m-%d",
    "time_format": "%H:%M:%S",
    "key": ["id"],
    "arrived": ["date", "time"],
    "wait_seconds": "wait",
    "talk_seconds": "talk",
    "queue": "queue",
    "agent": "agent",
    "caller": "caller",
    "line": "line",
    "outcome": {"column": "result", "values": {"answered": "ANSWERED", "abandoned": "ABANDONED"}},
}


def _starts(calls: int, chance: random.Random) -> list[datetime]:
    """Local moments of arrival, in order: working days, more in the middle of the morning."""
    days = [day for n in range(DAYS) if (day := FIRST_DAY + timedelta(days=n)).weekday() < 5]
    hours = chance.choices(_HOURS, _WEIGHTS, k=calls)
    return sorted(
        datetime(day.year, day.month, day.day, hour, chance.randrange(60), chance.randrange(60))  # noqa: DTZ001
        for day, hour in zip(chance.choices(days, k=calls), hours, strict=True)
    )


def _caller(chance: random.Random) -> str:
    return "anonymous" if chance.random() < 0.06 else f"6{chance.randrange(80_000):08d}"


def write_queue_log(path: Path, rows: int) -> None:
    """A queue_log of ``rows`` lines: enough calls for them, about one in seven gives up, one in forty runs out of time."""
    chance = random.Random(SEED)
    lines: list[tuple[int, str]] = []
    for number, start in enumerate(_starts(rows * 10 // 28, chance)):
        at = int(start.replace(tzinfo=MADRID).timestamp())
        call, queue, wait = f"{at}.{number}", chance.choice(QUEUES), int(chance.expovariate(1 / 35))
        lines.append((at, f"{at}|{call}|{queue}|NONE|ENTERQUEUE||{_caller(chance)}|1"))
        end, fate = at + wait, chance.random()
        agent = chance.choice(AGENTS)
        if fate < 0.14:
            lines.append((end, f"{end}|{call}|{queue}|NONE|ABANDON|1|1|{wait}"))
        elif fate < 0.165:
            lines.append((end, f"{end}|{call}|{queue}|NONE|EXITWITHTIMEOUT|1|1|{wait}"))
        else:
            if chance.random() < 0.07:
                lines.append(
                    (at + wait // 2, f"{at + wait // 2}|{call}|{queue}|{chance.choice(AGENTS)}|RINGNOANSWER|15000")
                )
            talk, who = 20 + int(chance.expovariate(1 / 160)), chance.choice(("COMPLETECALLER", "COMPLETEAGENT"))
            lines.append(
                (end, f"{end}|{call}|{queue}|{agent}|CONNECT|{wait}|{end}.{number + 10_000_000}|{min(wait, 4)}")
            )
            lines.append((end + talk, f"{end + talk}|{call}|{queue}|{agent}|{who}|{wait}|{talk}|1"))
    lines.sort(key=lambda pair: pair[0])
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for _, line in lines[:rows])


def write_table(path: Path, rows: int) -> None:
    """A CSV of ``rows`` calls after a header; TABLE_MAPPING says which column is which."""
    chance = random.Random(SEED)
    with path.open("w", encoding="utf-8") as file:
        file.write("id,date,time,queue,agent,caller,line,wait,talk,result\n")
        for number, start in enumerate(_starts(rows, chance)):
            wait, is_answered = int(chance.expovariate(1 / 35)), chance.random() > 0.15
            agent, talk = (chance.choice(AGENTS), 20 + int(chance.expovariate(1 / 160))) if is_answered else ("", 0)
            file.write(
                f"{number},{start:%Y-%m-%d},{start:%H:%M:%S},{chance.choice(QUEUES)},{agent},{_caller(chance)},938000000,"
                f"{wait},{talk if is_answered else ''},{'answered' if is_answered else 'abandoned'}\n"
            )
