"""Columns: something counted per day or month, in up to three stacked parts, from zero."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from shell import numbers
from shell.charts import svg

CLASSES = ("b1", "b2", "bm")
TOP, PLOT = 24.0, 170.0


@dataclass(frozen=True)
class Column:
    """One column. ``values`` follow the series, None is missing (no bar). ``note`` is written upright where it is empty."""

    label: str
    values: Sequence[float | None]
    sublabel: str = ""
    note: str = ""

    @property
    def total(self) -> float:
        """Height of the whole column."""
        return sum(max(value or 0, 0) for value in self.values)


def columns(
    data: Sequence[Column],
    *,
    chart_id: str,
    title: str,
    desc: str,
    written: Callable[[float], str] = numbers.whole,
    is_full_width: bool = False,
) -> SafeString:
    """Stacked columns; the highest and the latest say their total, all of them when there is room.

    Raises ValueError when a column has more than three values. ``chart_id`` must be unique in the page.
    """
    if any(len(column.values) > len(CLASSES) for column in data):
        raise ValueError("A column has three parts at most.")

    def draw(size: svg.Size) -> str:
        has_sublabels = any(column.sublabel for column in data)
        height = TOP + PLOT + svg.LINE * (2 if has_sublabels else 1) + 8
        base = TOP + PLOT
        parts = [svg.tag("line", class_="ax", x1=0, y1=base, x2=size.width, y2=base)]
        top = max((column.total for column in data), default=0)
        pitch = size.width / max(len(data), 1)
        labelled = _labelled(data, pitch, written)
        every = _every(data, pitch)
        for index, column in enumerate(data):
            middle = pitch * (index + 0.5)
            bar = min(pitch * 0.72, 56)
            edge = base
            for value, class_ in zip(column.values, CLASSES, strict=False):
                if value and value > 0 and top:
                    tall = value / top * PLOT
                    gap = 1 if edge < base else 0
                    parts.append(
                        svg.tag(
                            "rect",
                            class_=class_,
                            x=middle - bar / 2,
                            y=edge - tall,
                            width=bar,
                            height=max(tall - gap, 0.5),
                        )
                    )
                    edge -= tall
            if index in labelled:
                parts.append(svg.centred(written(column.total), middle, edge - 7, within=size.width, class_="tn"))
            if column.note and not column.total:
                turned = f"rotate(-90 {svg.number(middle + 4)} {svg.number(base - 6)})"
                parts.append(
                    svg.text(svg.shortened(column.note, PLOT), middle + 4, base - 6, class_="tc", transform=turned)
                )
            if (len(data) - 1 - index) % every == 0:
                class_ = "" if column.total else "tc"
                parts.append(svg.centred(column.label, middle, base + svg.LINE + 1, within=size.width, class_=class_))
                if column.sublabel:
                    parts.append(
                        svg.centred(column.sublabel, middle, base + 2 * svg.LINE + 1, within=size.width, class_="tc")
                    )
        return svg.drawing(size, height, chart_id=chart_id, title=title, desc=desc, parts=parts)

    return svg.in_every_size(draw, is_full_width=is_full_width)


def _every(data: Sequence[Column], pitch: float) -> int:
    """Label one column of how many, counted from the latest, so that labels do not touch."""
    widest = max((svg.width_of(max(c.label, c.sublabel, key=len)) for c in data), default=0) + 5
    return max(1, -(-int(widest) // max(int(pitch), 1)))


def _labelled(data: Sequence[Column], pitch: float, written: Callable[[float], str]) -> set[int]:
    """Which columns say their total: all, or the highest and the latest when they do not touch."""
    filled = [index for index, column in enumerate(data) if column.total]
    if not filled:
        return set()
    widest = max(svg.width_of(written(data[index].total)) for index in filled) * svg.STRONG
    if widest + 4 <= pitch:
        return set(filled)
    highest = max(filled, key=lambda index: data[index].total)
    latest = filled[-1]
    return {highest, latest} if (latest - highest) * pitch > widest + 4 else {highest}
