"""Charts are well-formed, escaped, zero-based and readable whatever the figures are."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell import charts, numbers
from shell.charts import Bar, Column, Lane, Series, Span
from shell.charts.svg import ticks

NASTY = '<script>alert("1")</script> & «Güell»'
figures = st.one_of(st.none(), st.floats(0, 1e15, allow_nan=False), st.integers(0, 10**15))


def parsed(markup: str) -> ElementTree.Element:
    """The markup inside one root, or a failure saying that it is not well-formed."""
    return ElementTree.fromstring(f"<root>{markup}</root>".replace("\u00a0", " "))


def rectangles(markup: str, name: str = "wide") -> list[ElementTree.Element]:
    drawing = next(svg for svg in parsed(markup) if svg.get("class") == name)
    return drawing.findall("rect")


def of_columns(data: list[Column]) -> str:
    return charts.columns(data, chart_id="c", title=NASTY, desc=NASTY)


@given(st.lists(st.tuples(figures, figures), max_size=40))
def test_columns_are_well_formed_whatever_they_count(values: list[tuple[float | None, float | None]]) -> None:
    markup = of_columns([Column(NASTY, pair, sublabel="L", note=NASTY) for pair in values])
    root = parsed(markup)
    assert [svg.get("class") for svg in root] == ["wide", "narrow"]
    assert all(float(bar.get("height", "-1")) >= 0 for bar in root.iter("rect"))
    assert "<script" not in markup and "style=" not in markup


@given(st.lists(figures, max_size=30), st.lists(figures, max_size=30))
def test_lines_are_well_formed_whatever_they_show(half: list[float | None], most: list[float | None]) -> None:
    size = min(len(half), len(most))
    series = [Series("p50", half[:size]), Series(NASTY, most[:size])]
    markup = charts.lines(
        [str(i) for i in range(size)],
        series,
        chart_id="l",
        title=NASTY,
        desc="",
        written=numbers.duration,
        is_time=True,
    )
    assert len(parsed(markup)) == 2
    assert "nan" not in markup and "inf" not in markup and "<script" not in markup


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), max_size=12))
def test_a_time_line_is_well_formed_whatever_lasts(spans: list[tuple[float, float]]) -> None:
    lanes = [Lane(NASTY, [Span(start, start + length, "talk", NASTY)]) for start, length in spans]
    markup = charts.timeline(lanes, chart_id="t", title="La llamada")
    assert [svg.get("class") for svg in parsed(markup)] == ["xwide", "wide", "narrow"]
    assert "<script" not in markup


def test_columns_start_at_zero_so_that_double_is_twice_as_tall() -> None:
    low, high = rectangles(of_columns([Column("1", (50,)), Column("2", (100,))]))
    assert float(high.get("height", 0)) == pytest.approx(2 * float(low.get("height", 0)), rel=0.01)


def test_a_stack_is_as_tall_as_its_total() -> None:
    first, second, whole = rectangles(of_columns([Column("1", (60, 40)), Column("2", (100,))]))
    assert float(second.get("y", 0)) == pytest.approx(float(whole.get("y", 0)), abs=0.2)
    assert float(first.get("y", 0)) > float(second.get("y", 0))


@pytest.mark.parametrize("data", [[], [Column("1", (0, 0))], [Column("1", (None,))]])
def test_nothing_counted_draws_an_axis_and_no_column(data: list[Column]) -> None:
    markup = of_columns(data)
    assert rectangles(markup) == []
    assert 'class="ax"' in markup


def test_one_column_says_its_value() -> None:
    assert ">1.234.567<" in of_columns([Column("hoy", (1_234_567,))])


def test_only_the_highest_and_the_latest_are_labelled_when_there_is_no_room_for_all() -> None:
    markup = of_columns([Column(str(i), (value,)) for i, value in enumerate([3000] * 10 + [9000] + [4000] * 20)])
    wide = markup[: markup.index("</svg>")]
    assert re.findall(r'class="tn"[^>]*>([^<]+)<', wide) == ["9.000", "4.000"]


def test_labels_of_many_columns_are_thinned_and_keep_the_latest() -> None:
    narrow = of_columns([Column(f"{day} nov", (5,)) for day in range(1, 31)]).split("<svg")[2]
    shown = re.findall(r">(\d+ nov)<", narrow)
    assert shown[-1] == "30 nov" and len(shown) <= 6


def test_a_column_of_four_parts_is_refused() -> None:
    with pytest.raises(ValueError, match="three parts"):
        of_columns([Column("1", (1, 2, 3, 4))])


def test_a_missing_day_breaks_the_line_and_is_not_zero() -> None:
    markup = charts.lines(
        ["1", "2", "3", "4", "5"], [Series("p50", [5, 6, None, 7, 8])], chart_id="l", title="t", desc="d"
    )
    assert len(parsed(markup)[0].findall("polyline")) == 2


def test_a_single_day_is_a_dot() -> None:
    markup = charts.lines(["1"], [Series("p50", [5])], chart_id="l", title="t", desc="d")
    assert parsed(markup)[0].findall("circle") and not parsed(markup)[0].findall("polyline")


def test_line_ends_that_coincide_do_not_cover_each_other() -> None:
    series = [Series("p50", [0, 1]), Series("p75", [0, 1]), Series("p90", [0, 100])]
    markup = charts.lines(["1", "2"], series, chart_id="l", title="t", desc="d")
    heights = sorted(float(y) for y in re.findall(r'class="t[123]"[^>]* y="([\d.]+)"', markup.split("</svg>")[0]))
    assert all(below - above >= 32 for above, below in pairwise(heights))


def test_lines_of_another_length_than_their_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="one value per label"):
        charts.lines(["1"], [Series("p50", [1, 2])], chart_id="l", title="t", desc="d")


def test_every_drawing_has_its_own_title_and_description() -> None:
    root = parsed(of_columns([Column("1", (1,))]))
    identities = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(identities) == len(set(identities)) == 4
    for drawing in root:
        assert (drawing.get("aria-labelledby") or "").split() == [drawing[0].get("id"), drawing[1].get("id")]
        assert drawing[0].text == NASTY


def test_bars_are_scaled_to_the_longest_and_mark_the_target() -> None:
    markup = charts.bars(
        [Bar("Urbanismo", 0.4, ("40 %",), is_exception=True), Bar(NASTY, 0.1, ("10 %",)), Bar("Sin datos", None, ("–",))],
        caption="c", heading="Departamento", cell_headings=("No cogidas",), target=0.2,
    )  # fmt: skip
    root = parsed(markup)
    assert [bar.get("width") for bar in root.iter("rect")] == ["100", "25"]
    assert {line.get("x1") for line in root.iter("line")} == {"50"}
    assert root.find(".//tr[@class='over']/th").text == "Urbanismo"  # type: ignore[union-attr]
    assert "<script" not in markup


def test_bars_of_nothing_draw_no_bar() -> None:
    assert not list(
        parsed(charts.bars([Bar("a", 0), Bar("b", None)], caption="", heading="", cell_headings=())).iter("rect")
    )


def test_heat_cells_say_their_number_and_tell_missing_from_zero_and_hidden() -> None:
    markup = charts.heat(["lun"], ["8", "9", "10", "11"], [[None, 0, 3, 50]], caption="c", suppressed_below=5)
    cells = [(cell.get("class"), cell.text) for cell in parsed(markup).findall(".//tbody/tr/td")]
    assert cells == [("h0", "–"), ("h0", "0"), ("h0", "<5"), ("h5", "50")]


def test_heat_of_zeros_has_no_shade() -> None:
    cells = parsed(charts.heat(["l"], ["8"], [[0]], caption="c")).findall(".//tbody/tr/td")
    assert [cell.get("class") for cell in cells] == ["h0"]


def test_heat_cells_lead_to_their_rows() -> None:
    markup = charts.heat(
        ["l"], ["8", "9"], [[4, 0]], caption="c", link=lambda row, column: f"/calls/?d={row}&h={column}"
    )
    assert [link.get("href") for link in parsed(markup).iter("a")] == ["/calls/?d=0&h=0"]


def test_a_time_line_tells_in_words_what_it_draws() -> None:
    markup = charts.timeline(
        [Lane("Urbanismo 214", [Span(0, 28, "unanswered", "28 s, nadie")])], chart_id="t", title="x"
    )
    assert parsed(markup)[0].findtext("desc") == "Urbanismo 214: 28 s, nadie"


def test_words_that_do_not_fit_beside_a_stretch_shrink_to_how_long_it_lasted() -> None:
    words = "28 segundos sonando y nadie la coge en Urbanismo"
    lanes = [Lane("214", [Span(100, 128, "unanswered", words)]), Lane("Cola", [Span(0, 230, "talk")])]
    *_, narrow = charts.timeline(lanes, chart_id="t", title="x").split("<svg")
    assert f">{words}<" not in narrow.split("</desc>")[1] and ">28\u00a0s<" in narrow


@pytest.mark.parametrize(
    ("top", "is_time", "expected"),
    [
        (0, False, []),
        (7, False, [2, 4, 6]),
        (288, True, [60, 120, 180, 240]),
        (1_000_000, False, [200_000 * i for i in range(1, 6)]),
    ],
)
def test_marks_of_an_axis_are_round(top: float, is_time: bool, expected: list[float]) -> None:
    assert ticks(top, 5, is_time=is_time) == expected


@pytest.mark.parametrize("values", [[], [None], [5], [0, 0], [1, None, 10**12]])
def test_a_sparkline_is_well_formed_and_named(values: list[float | None]) -> None:
    assert parsed(charts.sparkline(values, title=NASTY))[0].get("aria-label") == NASTY


def test_a_data_table_keeps_text_as_text() -> None:
    root = parsed(charts.data_table(("Día", "Llamadas"), [("2 nov", NASTY)], total=("Total", "1")))
    assert root.find(".//td").text == NASTY  # type: ignore[union-attr]
    assert root.find(".//tr[@class='total']/th").text == "Total"  # type: ignore[union-attr]
