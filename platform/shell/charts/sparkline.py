"""A small line beside a number: the shape of what came before, never a figure by itself."""

from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe

from shell.charts import svg

WIDTH, HEIGHT = 96.0, 24.0


def sparkline(values: Sequence[float | None], *, title: str) -> SafeString:
    """From zero to the highest; missing values are left out; a dot marks the latest. ``title`` says it in words."""
    known = [(index, value) for index, value in enumerate(values) if value is not None]
    top = max((value for _, value in known), default=0)
    steps = max(len(values) - 1, 1)
    points = [
        (3 + (WIDTH - 6) * index / steps, HEIGHT - 3 - ((HEIGHT - 6) * max(value, 0) / top if top > 0 else 0))
        for index, value in known
    ]
    parts = (
        [svg.tag("polyline", points=" ".join(f"{svg.number(x)},{svg.number(y)}" for x, y in points))]
        if len(points) > 1
        else []
    )
    parts += [svg.tag("circle", cx=points[-1][0], cy=points[-1][1], r=2.5)] if points else []
    drawn = svg.tag("svg", *parts or [""], class_="spark", viewBox="0 0 96 24", role="img", aria_label=title)
    return mark_safe(drawn)  # noqa: S308 - made of escaped parts
