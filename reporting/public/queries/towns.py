"""What the pages of one municipality read."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from reporting.public.chain import Correction, Said, corrections
from reporting.public.models import PublicCount
from reporting.public.queries.boards import PublicBoard, PublicTown, board_of, shown_municipalities
from reporting.public.queries.editions import said_by
from reporting.public.rules import ANSWERED, CALLS, FEWEST_FOR_SHARE, TOTAL, is_of_similar_size, middle
from tenants.directory.models import Municipality


@dataclass(frozen=True)
class MonthTold:
    """A month of one municipality: as it was published for good, or provisional, with ``edition`` 0. None is not told."""

    first_day: date
    edition: int
    published_at: datetime | None
    calls: int | None
    has_few_calls: bool
    answered: int | None
    wait_median: int | None
    wait_p90: int | None

    @property
    def name(self) -> str:
        """``2026-10``, as in addresses."""
        return f"{self.first_day:%Y-%m}"


@dataclass(frozen=True)
class TownSite:
    """A municipality's public pages: its counts as the front page adds them up, its months and its corrections."""

    town: PublicTown
    board: PublicBoard
    months: list[MonthTold]  # the latest first
    said: list[Said]

    @property
    def corrections(self) -> list[Correction]:
        """What was said otherwise before, the latest first."""
        return corrections(self.said)

    def editions_of(self, month: date) -> list[Said]:
        """What was said of a month, the first edition first; empty where it is not published."""
        return [one for one in self.said if one.month == month]


def town_site(slug: str) -> TownSite | None:
    """Everything of one municipality in three queries; None where the front page does not know it."""
    municipality = shown_municipalities().filter(slug=slug).first()
    if municipality is None:
        return None
    board, said = board_of([municipality]), said_by([municipality.schema_name])
    if not board.towns:
        return None
    published = {one.month: one for one in said}
    months = [replace(month, is_closed=month.first_day in published) for month in board.months]
    return TownSite(
        town=board.towns[0],
        board=replace(board, months=months),
        months=_months(municipality, published),
        said=said,
    )


def _months(municipality: Municipality, published: dict[date, Said]) -> list[MonthTold]:
    told = [_of_said(one) for one in published.values()]
    moving: dict[date, dict[str, PublicCount]] = {}
    for count in PublicCount.objects.filter(schema_name=municipality.schema_name).exclude(period=TOTAL):
        month = date.fromisoformat(f"{count.period}-01")
        if month not in published:
            moving.setdefault(month, {})[count.indicator] = count
    told += [_provisional(month, cells) for month, cells in moving.items()]
    return sorted(told, key=lambda month: month.first_day, reverse=True)


def _of_said(one: Said) -> MonthTold:
    return MonthTold(
        one.month,
        one.edition,
        one.published_at,
        one.calls,
        one.has_few_calls,
        one.answered,
        one.wait_median,
        one.wait_p90,
    )


def _provisional(month: date, cells: dict[str, PublicCount]) -> MonthTold:
    """How many were answered is told when the month is over: until then those who wait count as not answered."""
    calls = cells[CALLS]
    return MonthTold(month, 0, None, calls.value, calls.is_suppressed, None, None, None)


def all_months() -> list[tuple[PublicTown, list[MonthTold]]]:
    """Every month that the municipalities the public site shows published for good, by municipality, the latest first."""
    shown = list(shown_municipalities())
    by_slug: dict[str, dict[date, Said]] = {}
    for one in said_by([town.schema_name for town in shown]):
        by_slug.setdefault(one.slug, {})[one.month] = one
    towns = {town.slug: town for town in board_of(shown).towns}
    return [
        (towns[slug], sorted(map(_of_said, by_slug[slug].values()), key=lambda month: month.first_day, reverse=True))
        for slug in (town.slug for town in shown)
        if slug in by_slug and slug in towns
    ]


def said_by_all() -> list[Said]:
    """Every edition of every municipality that the public site shows, in the order of publishing."""
    return said_by(shown_schemas())


def shown_schemas() -> list[str]:
    """The schemas of the municipalities that the public site shows."""
    return list(shown_municipalities().values_list("schema_name", flat=True))


@dataclass(frozen=True)
class Similar:
    """The share of calls that a person answered in municipalities of similar size, without names."""

    municipalities: int  # how many others there are to compare with
    middle: float | None  # None where they are fewer than five


def similar_towns(town: PublicTown, month: date) -> Similar:
    """The middle share of the others of similar size that tell theirs of this month."""
    inhabitants = shown_municipalities().values_list("population", flat=True).get(slug=town.slug)
    others = shown_municipalities().exclude(ine_code=town.ine_code).values_list("schema_name", "population")
    similar = [schema for schema, number in others if is_of_similar_size(inhabitants, number)]
    shares = list(_shares(similar, f"{month:%Y-%m}"))
    return Similar(len(shares), middle(shares))


def _shares(schemas: Iterable[str], period: str) -> Iterable[float]:
    cells: dict[str, dict[str, int | None]] = {}
    found = PublicCount.objects.filter(schema_name__in=schemas, period=period, indicator__in=[CALLS, ANSWERED])
    for count in found:
        cells.setdefault(count.schema_name, {})[count.indicator] = count.value
    for values in cells.values():
        calls, answered = values.get(CALLS), values.get(ANSWERED)
        if calls is not None and answered is not None and calls >= FEWEST_FOR_SHARE:
            yield answered / calls
