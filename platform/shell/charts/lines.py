"""Lines: how up to three figures move over time (p50 and p90 of waits), from zero, labelled at their end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from shell import numbers
from shell.charts import svg

STYLES = (("l1", "t1"), ("l2", "t2"), ("l3", "t3"))
TOP, PLOT = 26.0, 168.0


@dataclass(frozen=True)
class Series:
    """One line; None breaks it, for days that have no figure."""

    name: str
    values: Sequence[float | None]


def lines(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    chart_id: str,
    title: str,
    desc: str,
    written: Callable[[float], str] = numbers.whole,
    is_time: bool = False,
    target: float | None = None,
    is_full_width: bool = False,
) -> SafeString:
    """Lines over ``labels``; the highest point and each line's end say their value. ``is_time``: values are seconds.

    Raises ValueError for more than three lines or a line of another length than ``labels``.
    """
    if len(series) > len(STYLES) or any(len(one.values) != len(labels) for one in series):
        raise ValueError("Three lines at most, each with one value per label.")
    top = max([value or 0 for one in series for value in one.values] + [target or 0], default=0)
    marks = svg.ticks(top, 5, is_time=is_time)

    def draw(size: svg.Size) -> str:
        left = max((svg.width_of(written(mark)) for mark in marks), default=0) + 12
        ends = [(one, value) for one in series if (value := _latest(one.values)) is not None]
        right = max((max(svg.width_of(one.name), svg.width_of(written(value))) for one, value in ends), default=0) + 10
        width = max(size.width - left - right, 40)
        base = TOP + PLOT

        def x(index: int) -> float:
            return left + (width * index / (len(labels) - 1) if len(labels) > 1 else width / 2)

        def y(value: float) -> float:
            return base - (value / top * PLOT if top else 0)

        parts = [svg.tag("line", class_="ax", x1=left, y1=base, x2=left + width, y2=base)]
        for mark in marks:
            parts.append(svg.tag("line", class_="gr", x1=left, y1=y(mark), x2=left + width, y2=y(mark)))
            parts.append(svg.text(written(mark), left - 6, y(mark) + 4, class_="tc", anchor="end"))
        if target is not None:
            parts.append(svg.tag("line", class_="tg", x1=left, y1=y(target), x2=left + width, y2=y(target)))
        for one, (line, _) in zip(series, STYLES, strict=False):
            parts += _strokes(one.values, x, y, line)
        parts += _peak(series, x, y, written, size.width)
        parts += _ends(series, y, left + width + 8, written, base)
        widest = max((svg.width_of(label) for label in labels), default=0) + 6
        every = max(1, -(-int(widest * max(len(labels) - 1, 1)) // max(int(width), 1)))
        for index, label in enumerate(labels):
            if (len(labels) - 1 - index) % every == 0:
                parts.append(svg.centred(label, x(index), base + svg.LINE + 1, within=size.width, class_="tc"))
        return svg.drawing(size, base + svg.LINE + 8, chart_id=chart_id, title=title, desc=desc, parts=parts)

    return svg.in_every_size(draw, is_full_width=is_full_width)


def _latest(values: Sequence[float | None]) -> float | None:
    return next((value for value in reversed(values) if value is not None), None)


def _strokes(
    values: Sequence[float | None], x: Callable[[int], float], y: Callable[[float], float], class_: str
) -> list[str]:
    """One polyline per unbroken run; a run of one day is a dot."""
    drawn: list[str] = []
    run: list[tuple[float, float]] = []
    for index, value in enumerate([*values, None]):
        if value is not None:
            run.append((x(index), y(value)))
        elif run:
            points = " ".join(f"{svg.number(a)},{svg.number(b)}" for a, b in run)
            is_dot = len(run) == 1
            drawn.append(
                svg.tag("circle", class_="pin", cx=run[0][0], cy=run[0][1], r=4)
                if is_dot
                else svg.tag("polyline", class_=class_, points=points)
            )
            run = []
    return drawn


def _peak(
    series: Sequence[Series],
    x: Callable[[int], float],
    y: Callable[[float], float],
    written: Callable[[float], str],
    within: float,
) -> list[str]:
    """The highest value of all, unless it is an end, which says its value anyway."""
    found = [(value, index) for one in series for index, value in enumerate(one.values) if value]
    if not found:
        return []
    value, index = max(found)
    is_end = any(one.values and index == len(one.values) - 1 for one in series)
    return [] if is_end else [svg.centred(written(value), x(index), y(value) - 8, within=within, class_="tn")]


def _ends(
    series: Sequence[Series], y: Callable[[float], float], x: float, written: Callable[[float], str], base: float
) -> list[str]:
    """Name and latest value beside each line's end, pushed apart when they would touch, highest first."""
    ends = sorted(
        (
            (value, one.name, colour)
            for one, (_, colour) in zip(series, STYLES, strict=False)
            if (value := _latest(one.values)) is not None
        ),
        reverse=True,
    )
    bottom = base - (len(ends) - 1) * 2 * svg.LINE - svg.LINE + 4  # the highest label leaves room for the ones below
    drawn: list[str] = []
    place = 0.0
    for value, name, colour in ends:
        place = max(min(y(value) - 2, bottom), place)
        drawn += [svg.text(name, x, place, class_=colour), svg.text(written(value), x, place + svg.LINE)]
        place += 2 * svg.LINE
        bottom += 2 * svg.LINE
    return drawn
