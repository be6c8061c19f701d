"""Charts that are tables: bars with their numbers beside, a heat grid whose cells say theirs, the table behind a drawing."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from shell import numbers
from shell.charts import svg


@dataclass(frozen=True)
class Bar:
    """One row. ``value`` None draws nothing; ``cells`` are ready texts; ``is_exception`` makes it warm and strong."""

    name: str
    value: float | None
    cells: Sequence[str] = field(default_factory=tuple)
    is_exception: bool = False
    url: str = ""


def bars(
    rows: Sequence[Bar],
    *,
    caption: str,
    heading: str,
    cell_headings: Sequence[str],
    target: float | None = None,
    is_muted: bool = False,
) -> SafeString:
    """A `table.bars`, zero-based, scaled to the longest; ``is_muted`` greys the rows that are no exception."""
    top = max([row.value or 0 for row in rows] + [target or 0], default=0)
    calm = "bm" if is_muted else "b1"
    heads = format_html_join("", '<th scope="col" class="num">{}</th>', ((head,) for head in cell_headings))
    body = format_html_join(
        "",
        '<tr{}><th scope="row">{}</th><td class="bar">{}</td>{}</tr>',
        (
            (
                mark_safe(' class="over"') if row.is_exception else "",
                format_html('<a href="{}">{}</a>', row.url, row.name) if row.url else row.name,
                _bar(row.value, top, target, "b2" if row.is_exception else calm),
                format_html_join(
                    "", '<td class="num{}">{}</td>', ((" val" if i == 0 else "", c) for i, c in enumerate(row.cells))
                ),
            )
            for row in rows
        ),
    )
    return format_html(
        '<table class="bars"><caption class="sr">{}</caption><thead><tr><th scope="col">{}</th>'
        '<th scope="col" class="bar"><span class="sr">{}</span></th>{}</tr></thead><tbody>{}</tbody></table>',
        caption, heading, gettext("Chart"), heads, body,
    )  # fmt: skip


def _bar(value: float | None, top: float, target: float | None, class_: str) -> SafeString:
    parts = []
    if value and value > 0 and top:
        parts.append(svg.tag("rect", class_=class_, width=max(value / top * 100, 0.3), height=10))
    if target is not None and top:
        parts.append(svg.tag("line", class_="tg", x1=target / top * 100, y1=0, x2=target / top * 100, y2=10))
    drawn = svg.tag(
        "svg", *parts or [""], viewBox="0 0 100 10", preserveAspectRatio="none", aria_hidden="true", focusable="false"
    )
    return mark_safe(drawn)  # noqa: S308 - made of escaped parts


def heat(
    row_labels: Sequence[str],
    column_labels: Sequence[str],
    values: Sequence[Sequence[float | None]],
    *,
    caption: str,
    column_unit: str = "",
    written: Callable[[float], str] = numbers.whole,
    suppressed_below: int = 0,
    link: Callable[[int, int], str] | None = None,
) -> SafeString:
    """A `table.heat`: values by row and column, six shades against the highest.

    None is missing and shows an en dash; with ``suppressed_below`` smaller counts show `<5` and no shade; ``link`` gives
    the address of the rows behind a cell. ``column_unit`` is read after each column label by screen readers.
    """
    top = max((value for row in values for value in row if value is not None), default=0)
    unit = format_html('<span class="sr"> {}</span>', column_unit) if column_unit else ""
    heads = format_html_join("", '<th scope="col">{}{}</th>', ((label, unit) for label in column_labels))

    def cell(row: int, column: int, value: float | None) -> SafeString:
        if value is None:
            return format_html('<td class="h0">{}</td>', numbers.MISSING)
        if 0 < value < suppressed_below:
            return format_html('<td class="h0">&lt;{}</td>', suppressed_below)
        words: str | SafeString = written(value)
        if link is not None and value:
            words = format_html('<a href="{}">{}</a>', link(row, column), words)
        return format_html('<td class="h{}">{}</td>', shade(value, top), words)

    body = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (label, mark_safe("".join(cell(row, column, value) for column, value in enumerate(cells))))  # noqa: S308
            for row, (label, cells) in enumerate(zip(row_labels, values, strict=True))
        ),
    )
    return format_html(
        '<table class="heat"><caption class="sr">{}</caption><colgroup><col class="h"/><col span="{}"/></colgroup>'
        '<thead><tr><td></td>{}</tr></thead><tbody>{}</tbody></table>',
        caption, max(len(column_labels), 1), heads, body,
    )  # fmt: skip


def shade(value: float, top: float) -> int:
    """0 for nothing, 1 to 5 by fifths of the highest."""
    return 0 if value <= 0 or top <= 0 else min(max(math.ceil(value / top * 5), 1), 5)


def data_table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, total: Sequence[str] = ()) -> SafeString:
    """The numbers behind a drawing, for its `<details>`: first cell of a row names it, the others are figures."""

    def line(cells: Sequence[str], class_: str = "") -> SafeString:
        figures = format_html_join("", '<td class="num">{}</td>', ((cell,) for cell in cells[1:]))
        attribute = mark_safe(f' class="{escape(class_)}"') if class_ else ""  # noqa: S308 - escaped
        return format_html('<tr{}><th scope="row">{}</th>{}</tr>', attribute, cells[0], figures)

    heads = format_html_join(
        "", '<th scope="col"{}>{}</th>', ((mark_safe(' class="num"') if i else "", h) for i, h in enumerate(headings))
    )
    body = mark_safe("".join([line(row) for row in rows] + ([line(total, "total")] if total else [])))  # noqa: S308
    return format_html('<table class="table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', heads, body)


def key(*entries: tuple[str, str]) -> SafeString:
    """What the colours mean: `key(("", "Answered"), ("k-2", "Abandoned"))`; classes k-s, k-2, k-m, k-t (target), k-o."""
    spans = format_html_join(
        "",
        "<span{}>{}</span>",
        ((format_html(' class="{}"', class_) if class_ else "", words) for class_, words in entries),
    )
    return format_html('<p class="key">{}</p>', spans)
