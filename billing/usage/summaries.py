"""This month as the page of billing tells it: what came, what is foreseen, and what it will cost."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from billing.plans.models import Block, Contract
from billing.plans.queries import (
    blocks_from,
    contract_after,
    contract_on,
    parts_between,
    proposal_of,
    years_between,
)
from billing.plans.rules import Part, Quote, included_in, tax_of, year_quote
from billing.plans.words import euros
from billing.usage.models import ClosedMonth
from billing.usage.queries import attended_by_day, closed_months, quote_of_calls
from billing.usage.rules import WEEKS_BEHIND, forecast, in_all, within
from kit.periods import days_between, month_after
from shell import charts, numbers
from shell.charts import Column
from tenants.directory.models import Municipality


@dataclass(frozen=True)
class Month:
    """A month that goes on. ``expected`` None: there is no week behind it yet."""

    first: date
    today: date
    by_day: dict[date, int]
    expected: int | None
    parts: list[Part]
    contract: Contract | None
    following: Contract | None
    proposal: Contract | None
    closed: list[ClosedMonth]
    quote: Quote | None
    blocks: tuple[Block, ...] = ()
    year: Quote | None = None
    year_on: date | None = None

    @property
    def past(self) -> date:
        """The first day of the next month."""
        return month_after(self.first)

    @property
    def calls(self) -> int:
        """Those answered until now."""
        return within(self.by_day, self.first, self.past)

    @property
    def included(self) -> int:
        """The calls that the contracts of this month include."""
        return sum(included_in(part) for part in self.parts)

    @property
    def bought(self) -> int:
        """The calls of the blocks that were ordered for this month."""
        return sum(one.calls for one in self.blocks if one.starts_on == self.first)


def month_of(town: Municipality, today: date) -> Month:
    """This month of a municipality, asked inside it."""
    schema, zone, first = town.schema_name, ZoneInfo(town.time_zone), today.replace(day=1)
    past = month_after(first)
    by_day = attended_by_day(min(first, today - timedelta(weeks=WEEKS_BEHIND)), past, zone)
    foreseen = forecast(by_day, today)
    parts = parts_between(schema, first, past)
    ahead = next(iter(years_between(schema, today, date(today.year + 2, 1, 1))), None)
    return Month(
        first=first,
        today=today,
        by_day=by_day,
        expected=None if foreseen is None else in_all(foreseen),
        parts=parts,
        contract=contract_on(schema, today),
        following=contract_after(schema, today),
        proposal=proposal_of(schema),
        closed=closed_months(schema),
        quote=quote_of_calls(schema, first, _decimals(by_day) if foreseen is None else foreseen, town.ine_code),
        blocks=tuple(blocks_from(schema, first)),
        year=year_quote(ahead[0], tax_of(town.ine_code, today)) if ahead else None,
        year_on=ahead[0].starts_on if ahead else None,
    )


def _decimals(by_day: dict[date, int]) -> dict[date, Decimal]:
    """The calls until now as a forecast tells them: what the month costs with them, where nothing is foreseen."""
    return {day: Decimal(calls) for day, calls in by_day.items()}


def sentence(month: Month) -> str:
    """The month in one sentence."""
    told = {"month": capfirst(date_format(month.first, "F")), "calls": numbers.calls(month.calls)}
    if month.quote is None:
        return _("%(month)s: people answered %(calls)s so far. There is no contract yet, so nothing is charged.") % told
    amount = euros(month.quote.net_cents)
    if month.expected is None:
        told["amount"] = amount
        return _("%(month)s: people answered %(calls)s so far, which makes %(amount)s without tax.") % told
    told.update(expected=numbers.whole(month.expected), amount=amount)
    return (
        _("%(month)s: people answered %(calls)s so far. It will come to %(expected)s and cost %(amount)s without tax.")
        % told
    )


def drawing(month: Month) -> dict[str, str | SafeString] | None:
    """The calls of each day until today, and the table behind; None before the first call."""
    if not month.calls:
        return None
    days = list(days_between(month.first, month.today + timedelta(days=1)))
    data = [Column(str(day.day), [month.by_day.get(day, 0)]) for day in days]
    title = _("Calls answered by a person, day by day")
    rows = [(date_format(day, "SHORT_DATE_FORMAT"), numbers.whole(month.by_day.get(day, 0))) for day in days]
    return {
        "title": title,
        "drawing": charts.columns(data, chart_id="calls-by-day", title=title, desc=sentence(month)),
        "table": charts.data_table((_("Day"), _("Calls")), rows),
    }
