"""What a benchmark says: one ratio against a goal."""

import json
import os
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

LATEST = Path(__file__).parent / "latest.json"
SEED = 20_261


@dataclass(frozen=True)
class Result:
    """One row of the table. ``goal`` is text such as `<= 3.0`; ``ratio`` None when it could not be measured."""

    name: str
    ratio: float | None
    goal: str
    detail: str

    @property
    def holds(self) -> bool:
        """Whether the ratio keeps to its goal."""
        sign, number = self.goal.split()
        if self.ratio is None:
            return False
        return self.ratio <= float(number) if sign == "<=" else self.ratio >= float(number)

    def to_json(self) -> dict[str, Any]:
        """The row as it is kept in latest.json."""
        row = asdict(self)
        row["ratio"] = None if self.ratio is None else round(self.ratio, 3)
        return {
            "name": row["name"],
            "ratio": row["ratio"],
            "goal": row["goal"],
            "holds": self.holds,
            "detail": row["detail"],
        }


def scaled(full: int, *, at_least: int = 1) -> int:
    """A size of a benchmark: ``full``, or a part of it where BENCH_SCALE (0-1) is set for trying out."""
    return max(at_least, round(full * float(os.environ.get("BENCH_SCALE") or 1)))


def part_of(name: str, parts: Iterable[str]) -> str:
    """The part that measures a row: of the parts whose names begin the row's the longest; empty when there is none."""
    return max((part for part in parts if f"{name}-".startswith(f"{part}-")), key=len, default="")


def write(results: Iterable[Result], run: Collection[str], parts: Collection[str], path: Path = LATEST) -> None:
    """Keeps the results of the parts that were ``run``; those of other ``parts``, measured earlier, stay."""
    new = {result.name: result.to_json() for result in results}
    old = json.loads(path.read_text()) if path.exists() else []
    rows = {row["name"]: row for row in old if part_of(row["name"], parts) not in run} | new
    path.write_text(json.dumps([rows[name] for name in sorted(rows)], indent=1, ensure_ascii=False) + "\n")


def table(results: Iterable[Result]) -> str:
    """The results as lines for people."""
    lines = []
    for result in results:
        ratio = "—" if result.ratio is None else f"{result.ratio:.3f}"
        lines.append(
            f"{result.name:<20} {ratio:>9}  {result.goal:<8} {'yes' if result.holds else 'NO':<4} {result.detail}"
        )
    return "\n".join(lines)
