"""Drawing primitives: plain SVG text, everything escaped, numbers short, no inline style.

Each drawing is made once per width, so that its text is never scaled under 12 px: `narrow` for telephones, `wide` for
half a page, `xwide` for a whole one. The style sheet shows the one that fits its container.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

CHARACTER = 7.3  # widest average of the fallback faces at 13 px, in drawing units
STRONG = 1.15  # digits are wider than letters, and strong ones more so
LINE = 16.0
TINY = 1e-9  # below it a scale has no marks: divided, the smallest numbers become 0


@dataclass(frozen=True)
class Size:
    """A width to draw for; ``name`` is the class that the style sheet shows or hides."""

    name: str
    width: float


NARROW, WIDE, XWIDE = Size("narrow", 300), Size("wide", 500), Size("xwide", 920)


def sizes(*, is_full_width: bool) -> Sequence[Size]:
    """The widths a chart is drawn in."""
    return (XWIDE, WIDE, NARROW) if is_full_width else (WIDE, NARROW)


def number(value: float) -> str:
    """A coordinate with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")


def tag(name: str, *children: str, **attributes: str | float) -> str:
    """One element; children are markup already, attributes are escaped. ``class_`` is `class`, `_` becomes `-`."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(number(value) if isinstance(value, int | float) else value)}"'
        for key, value in attributes.items()
        if value != ""
    )
    return f"<{name}{written}>{''.join(children)}</{name}>" if children else f"<{name}{written}/>"


def text(words: str, x: float, y: float, *, class_: str = "", anchor: str = "start", transform: str = "") -> str:
    """Words at a point."""
    return tag("text", str(escape(words)), class_=class_, x=x, y=y, text_anchor=anchor, transform=transform)


def width_of(words: str) -> float:
    """How wide a text of 13 px is at most, in drawing units."""
    return len(words) * CHARACTER


def centred(words: str, x: float, y: float, *, within: float, class_: str = "") -> str:
    """Words centred on ``x`` but never outside 0..``within``."""
    half = width_of(words) * STRONG / 2
    return text(words, min(max(x, half), max(within - half, half)), y, class_=class_, anchor="middle")


def shortened(words: str, width: float) -> str:
    """The words, cut with an ellipsis when they do not fit; the table beside the chart has them whole."""
    room = max(int(width / CHARACTER), 1)
    return words if len(words) <= room else words[: max(room - 1, 1)] + "…"


def drawing(size: Size, height: float, *, chart_id: str, title: str, desc: str, parts: Sequence[str]) -> str:
    """The whole `<svg>` with title and description that assistive technology reads."""
    title_id, desc_id = f"{chart_id}-{size.name}-title", f"{chart_id}-{size.name}-desc"
    return tag(
        "svg",
        tag("title", str(escape(title)) or " ", id=title_id),
        tag("desc", str(escape(desc)) or " ", id=desc_id),
        *parts,
        class_=size.name,
        viewBox=f"0 0 {number(size.width)} {number(height)}",
        role="img",
        aria_labelledby=f"{title_id} {desc_id}",
    )


def in_every_size(draw: Callable[[Size], str], *, is_full_width: bool) -> SafeString:
    """The drawing in each width, one after the other."""
    return mark_safe("".join(draw(size) for size in sizes(is_full_width=is_full_width)))  # noqa: S308 - escaped above


def ticks(top: float, most: int, *, is_time: bool = False) -> list[float]:
    """Round marks above zero up to ``top``, ``most`` of them at most; seconds step by 15, 30, 60, 300 ..."""
    if top < TINY or not math.isfinite(top):
        return []
    decade = 10 ** math.floor(math.log10(top / most))
    steps = [decade * factor for factor in (1, 2, 5, 10, 20)]
    if is_time and top > 10:
        hours = 3600 * 10 ** max(math.floor(math.log10(top / 3600)) - 1, 0)
        steps = [
            5,
            10,
            15,
            30,
            60,
            120,
            300,
            600,
            900,
            1800,
            *(hours * factor for factor in (1, 2, 5, 10, 20, 50, 100)),
        ]
    step = next((step for step in steps if top / step <= most), steps[-1])
    return [step * index for index in range(1, int(top / step) + 1)]
