"""The time line of one call: a lane per telephone, time is width."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.safestring import SafeString

from shell import numbers
from shell.charts import svg

Kind = Literal["whole", "wait", "talk", "unanswered"]
CLASSES: dict[str, str] = {"whole": "bm", "wait": "bs", "talk": "b1", "unanswered": "b2"}
BAR, HEAD, AIR = 20.0, 20.0, 7.0


@dataclass(frozen=True)
class Span:
    """A stretch from ``starts`` to ``ends``, in seconds since the call began. ``words`` are written beside it."""

    starts: float
    ends: float
    kind: Kind
    words: str = ""


@dataclass(frozen=True)
class Lane:
    """One telephone, queue or menu, and its stretches in order."""

    name: str
    spans: Sequence[Span]


def timeline(
    lanes: Sequence[Lane], *, chart_id: str, title: str, desc: str = "", is_full_width: bool = True
) -> SafeString:
    """Lanes one under the other on one scale that starts at 0 s. Without ``desc`` the stretches are told in words."""
    total = max((span.ends for lane in lanes for span in lane.spans), default=0)
    told = desc or "; ".join(
        f"{lane.name}: " + ", ".join(span.words or numbers.duration(span.ends - span.starts) for span in lane.spans)
        for lane in lanes
        if lane.spans
    )

    def draw(size: svg.Size) -> str:
        is_narrow = size is svg.NARROW  # names stand over their lane there, to leave the width to time
        longest = max((svg.width_of(lane.name) for lane in lanes), default=0)
        left = 0.0 if is_narrow else min(longest + 14, size.width * 0.36)
        row = BAR + 2 * AIR + (svg.LINE if is_narrow else 0)
        height = HEAD + row * len(lanes)
        scale = (size.width - left - AIR) / total if total > 0 else 0.0
        parts: list[str] = []
        for mark in [0.0, *svg.ticks(total, 3 if is_narrow else 7, is_time=True)]:
            x = left + mark * scale
            parts.append(svg.tag("line", class_="gr", x1=x, y1=HEAD, x2=x, y2=height))
            words = numbers.duration(mark)
            anchored = (
                svg.text(words, x, 14, class_="tc")
                if mark == 0
                else svg.centred(words, x, 14, within=size.width, class_="tc")
            )
            parts.append(anchored)
        for index, lane in enumerate(lanes):
            top = HEAD + row * index
            name_y = top + svg.LINE if is_narrow else top + AIR + BAR - 6
            parts.append(svg.text(svg.shortened(lane.name, (left or size.width) - 8), 0, name_y, class_="tn"))
            parts.append(svg.tag("line", class_="gr", x1=0, y1=top + row, x2=size.width, y2=top + row))
            parts += _lane(lane, left, top + AIR + (svg.LINE if is_narrow else 0), scale, size.width)
        return svg.drawing(size, height, chart_id=chart_id, title=title, desc=told, parts=parts)

    return svg.in_every_size(draw, is_full_width=is_full_width)


def _lane(lane: Lane, left: float, y: float, scale: float, width: float) -> list[str]:
    """Bars and their words: at the right when they fit, else at the left, else only how long it lasted."""
    drawn: list[str] = []
    written_until = left
    for index, span in enumerate(lane.spans):
        x, end = left + span.starts * scale, left + span.ends * scale
        drawn.append(svg.tag("rect", class_=CLASSES[span.kind], x=x, y=y, width=max(end - x - 0.5, 1.5), height=BAR))
        nearest = left + lane.spans[index + 1].starts * scale if index + 1 < len(lane.spans) else width
        colour = "t2" if span.kind == "unanswered" else ""
        for words in (span.words, numbers.duration(span.ends - span.starts)) if span.words else ():
            room = svg.width_of(words) + AIR
            if end + room <= nearest:
                drawn.append(svg.text(words, end + AIR, y + BAR - 5, class_=colour))
                end += room
                break
            if x - room >= written_until:
                drawn.append(svg.text(words, x - AIR, y + BAR - 5, class_=colour, anchor="end"))
                break
        written_until = end
    return drawn
