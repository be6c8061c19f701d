"""The drawings of the public page, each with the numbers behind it."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reporting.public.queries import PublicBoard, PublicMonth, PublicOutcome
from reporting.public.rules import FEWEST_FOR_SHARE
from reporting.public.sentences import heading_of_outcomes, heading_of_trend, month_name, outcome_names
from shell import charts, numbers
from shell.charts import Bar, Column


def trend(board: PublicBoard) -> dict[str, object]:
    """Calls per month: closed months in two parts, those that still move in one."""
    if not any(month.calls for month in board.months):
        return {}
    heading = heading_of_trend(board)
    drawn = [_column(month, is_first=not place) for place, month in enumerate(board.months)]
    header = (_("Month"), _("Calls"), _("A person answered"), _("Share"))
    return {
        "heading": heading,
        "key": charts.key(*_key(board)),
        "drawing": charts.columns(drawn, chart_id="months", title=_("Calls registered per month"), desc=heading),
        "table": charts.data_table(header, [_row(month) for month in board.months]),
        "is_partial": any(month.is_partial for month in board.months),
    }


def _key(board: PublicBoard) -> list[tuple[str, str]]:
    entries = []
    if any(_is_split(month) for month in board.months):
        entries += [("", _("A person answered")), ("k-2", _("The others"))]
    if any(month.calls and not _is_split(month) for month in board.months):
        entries.append(("k-m", _("Not told apart: the month still moves, or a number is small")))
    return entries


def _is_split(month: PublicMonth) -> bool:
    return month.is_closed and month.answered is not None


def _column(month: PublicMonth, *, is_first: bool) -> Column:
    year = f"{month.first_day:%Y}" if is_first or month.first_day.month == 1 else ""
    parts = [month.answered, month.rest, None] if _is_split(month) else [None, None, month.calls]
    return Column(date_format(month.first_day, "M")[:3] + ("*" if month.is_partial else ""), parts, year)


def _row(month: PublicMonth) -> tuple[str, ...]:
    name = month_name(month)
    if month.is_partial:
        name += " *"
    if not month.is_closed:
        name = _("%(month)s, provisional") % {"month": name}
    is_split = _is_split(month)
    return (
        name,
        numbers.whole(month.calls),
        numbers.whole(month.answered if is_split else None),
        numbers.share(month.answered if is_split else None, month.calls, is_public=True),
    )


def outcomes(board: PublicBoard) -> dict[str, object]:
    """What became of all calls, the answered ones first; the parts and what is not told add up to all."""
    told = [outcome for outcome in board.outcomes if outcome.calls != 0 and (outcome.calls or outcome.is_few)]
    if not any(outcome.calls for outcome in told):
        return {}
    first, *others = sorted(told, key=lambda outcome: (outcome.word != "ANSWERED", -(outcome.calls or 0)))
    names = outcome_names()
    bars = [
        _bar(names[one.word], one, board.calls, is_worst=one.word != "ANSWERED" and one in (first, *others[:1]))
        for one in (first, *others)
    ]
    if board.not_detailed:
        rest = (numbers.whole(board.not_detailed), _share(board.not_detailed, board.calls))
        bars.append(Bar(_("Not told apart, because numbers are small"), board.not_detailed, rest))
    return {
        "heading": heading_of_outcomes(board),
        "table": charts.bars(
            bars, caption=_("Calls by what became of them"), heading=_("What became of the call"),
            cell_headings=(_("Calls"), _("Share")),
        ),
    }  # fmt: skip


def _bar(name: str, outcome: PublicOutcome, all_calls: int, *, is_worst: bool) -> Bar:
    if outcome.calls is None:
        return Bar(name, None, (numbers.few(), numbers.few_data()))
    return Bar(name, outcome.calls, (numbers.whole(outcome.calls), _share(outcome.calls, all_calls)), is_worst)


def _share(part: int, whole: int) -> str:
    return numbers.percent(part / whole) if FEWEST_FOR_SHARE <= whole >= part else numbers.few_data()


def drawings(board: PublicBoard) -> dict[str, dict[str, object]]:
    """Every drawing of the front page; an empty one where there is nothing to draw."""
    return {"trend": trend(board), "outcomes": outcomes(board)}
