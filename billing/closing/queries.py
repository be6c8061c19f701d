"""A month of every municipality as the people of finance see it. Asked on Adtende's side: inside CONSOLE."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog
from django.db.models import Q

from billing.closing.drafts import draft
from billing.closing.rules import Agreement, NotInvoiced, State, check_sums, check_terms, key_of, key_of_year
from billing.invoices.actions import UnableToIssueInvoice, seller_of_settings, today
from billing.invoices.models import Invoice
from billing.invoices.rules import InvoiceData, UnusableInvoice, check
from billing.plans.definitions import UnknownPrice
from billing.plans.models import Contract
from billing.plans.queries import HELD, years_between
from billing.plans.rules import ANNUAL, Line, Quote, UnknownTax, Year, tax_of, year_quote
from billing.usage.models import ClosedMonth, Foreseen
from billing.usage.queries import days_foreseen, foreseen_of, late_lines, quote_of, quote_of_calls, trouble_of
from kit.periods import month_after, month_before
from tenants.audit.models import AuditEntry
from tenants.directory.models import Municipality
from tenants.directory.queries import today_of

APPROVED = "confirm_terms"
log = structlog.get_logger("sct.billing")


@dataclass(frozen=True)
class TownMonth:
    """One municipality's month, or its year in advance that begins in it; ``why`` says what keeps it from being invoiced."""

    town: Municipality
    month: date
    state: State
    contracts: tuple[Contract, ...] = ()
    closed: ClosedMonth | None = None
    calls_before: int | None = None
    quote: Quote | None = None
    data: InvoiceData | None = None
    invoice: Invoice | None = None
    why: str = ""
    year: Year | None = None
    foreseen: Foreseen | None = None
    expected: Quote | None = None  # what a month that is not closed would cost with the calls foreseen

    @property
    def more_than_foreseen(self) -> int | None:
        """How many calls more than were foreseen; None where the month is not closed or nothing was."""
        return self.closed.calls - self.foreseen.calls if self.closed and self.foreseen else None

    @property
    def key(self) -> str:
        """What names its invoice."""
        schema = self.town.schema_name
        return key_of_year(schema, self.year.starts_on) if self.year else key_of(schema, self.month)

    @property
    def more_calls(self) -> int | None:
        """How many calls more than in the month before; None where one of both is not closed."""
        return self.closed.calls - self.calls_before if self.closed and self.calls_before is not None else None

    @property
    def cents(self) -> int:
        """What is, or would be, to be paid with tax."""
        if self.invoice:
            return self.invoice.total_cents
        return self.quote.total_cents if self.quote else 0


def town_months(month: date) -> list[TownMonth]:
    """Every municipality with calls, a contract or an invoice in a month, by name. Nobody's trouble hides another's.

    A year that is paid in advance by electronic invoice has a row of its own in the month in which it begins.
    """
    past, before = month_after(month), month_before(month)
    contracts: dict[str, list[Contract]] = defaultdict(list)
    begun = Contract.objects.filter(state__in=HELD, starts_on__lt=past)
    for one in begun.filter(Q(ends_on=None) | Q(ends_on__gt=month)):
        if one.ends_on is None or one.ends_on > one.starts_on:
            contracts[one.schema_name].append(one)
    closed = {(one.schema_name, one.month): one for one in ClosedMonth.objects.filter(month__in=(month, before))}
    found, foreseen = [], foreseen_of(month)
    for town in Municipality.objects.order_by("name"):
        schema = town.schema_name
        its, then, held = closed.get((schema, month)), closed.get((schema, before)), contracts.get(schema, [])
        told = {"town": town, "month": month, "closed": its, "calls_before": then.calls if then else None}
        told["foreseen"] = foreseen.get(schema)
        invoice = _invoice_of(key_of(schema, month))
        if held or invoice or (its and (its.calls or its.corrections)):
            found.append(_town_month(told, tuple(held), invoice))
        if any(one.term == ANNUAL and one.way == Contract.Way.E_INVOICE for one in held):
            years = years_between(schema, month, past)
            found += [_town_year(town, month, year, contract) for year, contract in years]
    return found


def _town_year(town: Municipality, month: date, year: Year, contract: Contract) -> TownMonth:
    """A year in advance: to be invoiced from its first day on, whether the month is over or not."""
    told: dict[str, Any] = {"town": town, "month": month, "year": year, "contracts": (contract,)}
    told["invoice"] = _invoice_of(key_of_year(town.schema_name, year.starts_on))
    if told["invoice"]:
        return TownMonth(state=State.ISSUED, **told)
    if contract.way != Contract.Way.E_INVOICE:
        return TownMonth(state=State.OTHER_WAY, **told)
    if year.starts_on > today():
        return TownMonth(state=State.OPEN, why="The year has not begun.", **told)
    return _or_refused(told, lambda: _of_year(told, contract))


def _of_year(told: dict[str, Any], contract: Contract) -> TownMonth:
    town, year = told["town"], told["year"]
    _check_contract(contract, town)
    try:
        told["quote"] = year_quote(year, tax_of(town.ine_code, year.starts_on))
    except (UnknownTax, UnknownPrice) as error:
        raise NotInvoiced(str(error)) from error
    if told["quote"].total_cents == 0:
        return TownMonth(state=State.NOTHING, why="There is nothing to pay.", **told)
    data = _checked(town, contract, told["quote"], year.starts_on, year.ends_before)
    return TownMonth(state=State.READY, data=data, **told)


def _invoice_of(key: str) -> Invoice | None:
    return Invoice.objects.filter(key=key).defer("xml", "content").first()


def _town_month(told: dict[str, Any], contracts: tuple[Contract, ...], invoice: Invoice | None) -> TownMonth:
    town, month, closed = told["town"], told["month"], told["closed"]
    told |= {"contracts": contracts, "invoice": invoice}
    if invoice:
        return TownMonth(state=State.ISSUED, **told)
    if closed is None:
        is_over = today_of(town) >= month_after(month)
        why = "It closes when all its figures are computed." if is_over else "The month is not over."
        return TownMonth(state=State.OPEN, why=why, expected=_expected(told), **told)
    return _or_refused(told, lambda: _of_closed(told, _payers(closed, contracts)))


def _or_refused(told: dict[str, Any], prepare: Callable[[], TownMonth]) -> TownMonth:
    """What ``prepare`` makes of it, or why it is refused; ``told`` is what is known until then."""
    try:
        return prepare()
    except NotInvoiced as error:
        return TownMonth(state=State.REFUSED, why=str(error), **told)
    except Exception:
        log.exception("a month could not be prepared", schema=told["town"].schema_name, month=f"{told['month']:%Y-%m}")
        return TownMonth(state=State.REFUSED, why="Something unexpected went wrong; the log has the details.", **told)


def _expected(told: dict[str, Any]) -> Quote | None:
    town, foreseen = told["town"], told["foreseen"]
    try:
        if not foreseen or not foreseen.by_day:
            return None
        return quote_of_calls(town.schema_name, told["month"], days_foreseen(foreseen), town.ine_code)
    except (UnknownTax, KeyError, TypeError, ValueError, ArithmeticError, AttributeError):
        return None  # why it cannot be invoiced is told when it is closed; the forecast is the municipality's own row


def _payers(closed: ClosedMonth, contracts: tuple[Contract, ...]) -> tuple[Contract, ...]:
    """The contracts of the month; where there is none any more and something was corrected, the last one before."""
    if contracts or not closed.corrections:
        return contracts
    last = Contract.objects.filter(schema_name=closed.schema_name, state__in=HELD, starts_on__lt=closed.month).last()
    return (last,) if last else ()


def _of_closed(told: dict[str, Any], contracts: tuple[Contract, ...]) -> TownMonth:
    town, closed = told["town"], told["closed"]
    if not contracts:
        return TownMonth(state=State.NOTHING, why="There is no contract.", **told)
    ways = {one.way for one in contracts}
    if Contract.Way.E_INVOICE in ways and len(ways) > 1:
        raise NotInvoiced("The contracts of this month are paid in different ways: make this invoice by hand.")
    trouble = trouble_of(closed)
    if trouble:
        raise NotInvoiced(trouble)
    for one in _contracts_that_count(closed, contracts):
        _check_contract(one, town)
    try:
        quote = quote_of(closed, town.ine_code)
    except (UnknownTax, UnknownPrice) as error:
        raise NotInvoiced(str(error)) from error
    if quote is None or not quote.lines:
        return TownMonth(state=State.NOTHING, why="There is nothing to pay.", **told)
    told["quote"] = quote
    if Contract.Way.E_INVOICE not in ways:
        return TownMonth(state=State.OTHER_WAY, **told)
    if quote.total_cents == 0:
        return TownMonth(state=State.NOTHING, why="There is nothing to pay.", **told)
    data = _checked(town, contracts[-1], quote, closed.month, month_after(closed.month), late_lines(closed))
    return TownMonth(state=State.READY, data=data, **told)


def _contracts_that_count(closed: ClosedMonth, contracts: tuple[Contract, ...]) -> list[Contract]:
    """Those of the month, and those of earlier months that it corrects."""
    if not closed.corrections:
        return list(contracts)
    first = date.fromisoformat(min(closed.corrections)).replace(day=1)
    held = Contract.objects.filter(Q(ends_on=None) | Q(ends_on__gt=first), schema_name=closed.schema_name)
    return list(held.filter(state__in=HELD, starts_on__lt=month_after(closed.month)))


def _check_contract(contract: Contract, town: Municipality) -> None:
    try:
        terms = contract.agreed
        if not is_confirmed(contract):
            check_terms(
                terms, Agreement(contract.plan, contract.population, contract.discount_percent), town.population
            )
    except (KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise NotInvoiced("The agreed prices of the contract cannot be read.") from error
    except NotInvoiced:
        raise
    except ValueError as error:
        raise NotInvoiced("The agreed prices of the contract cannot be read.") from error


def confirmable(contract: Contract) -> dict[str, Any]:
    """What finance confirms of a contract: a later change of any of it is not confirmed."""
    return {
        "plan": contract.plan,
        "population": contract.population,
        "discount_percent": f"{contract.discount_percent:.2f}",
        "terms": contract.terms,
    }


def is_confirmed(contract: Contract) -> bool:
    """Whether somebody of Adtende confirmed just these prices. The record is one that no municipality can write."""
    entry = AuditEntry.objects.filter(verb=APPROVED, subject=str(contract.uuid)).first()
    return entry is not None and entry.details == confirmable(contract)


def unconfirmed(one: TownMonth) -> list[Contract]:
    """The contracts of a month that is refused for what they say, unless it was confirmed."""
    return [contract for contract in one.contracts if not is_confirmed(contract)] if one.state == State.REFUSED else []


def contract_with(identity: uuid.UUID) -> Contract | None:
    """The contract of this number."""
    return Contract.objects.filter(uuid=identity).first()


def _checked(
    town: Municipality,
    contract: Contract,
    quote: Quote,
    first: date,
    past: date,
    late: Sequence[tuple[date, Line]] = (),
) -> InvoiceData:
    try:
        seller = seller_of_settings()
    except UnableToIssueInvoice as error:
        raise NotInvoiced(str(error)) from error
    data = draft(
        period_from=first,
        ends_before=past,
        contract=contract,
        quote=quote,
        late=late,
        seller=seller,
        issued_on=today(),
        language=town.language,
    )
    check_sums(data, quote)
    try:
        check(data)
    except UnusableInvoice as error:
        raise NotInvoiced(str(error)) from error
    return data
