"""Invoicing a month, and confirming prices that are not the plan's. Done by Adtende's side: inside CONSOLE."""

from dataclasses import dataclass
from datetime import date

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from billing.closing.queries import APPROVED, TownMonth, confirmable, town_months
from billing.closing.rules import State
from billing.invoices.actions import UnableToIssueInvoice, issue_invoice
from billing.invoices.models import Invoice
from billing.plans.models import Contract
from tenants.audit.actions import record
from tenants.audit.rules import Actor
from tenants.directory.models import Municipality

log = structlog.get_logger("sct.billing")


class UnableToConfirm(Exception):
    """Nothing was confirmed; one sentence says why."""


@dataclass(frozen=True)
class Issued:
    """What became of a month: invoices new and there before, and who was refused and why."""

    made: list[tuple[Municipality, Invoice]]
    there: list[tuple[Municipality, Invoice]]
    refused: list[tuple[Municipality, str]]


def issue_month(*, month: date, by: Actor, reason: str) -> Issued:
    """Issues an invoice for each closed month and each year begun in it that is paid by electronic invoice; again is harmless.

    One that fails keeps nobody else waiting. Each invoice is a transaction of its own, with its line in the record.
    """
    done = Issued([], [], [])
    for one in town_months(month):
        if one.state == State.ISSUED and one.invoice:
            done.there.append((one.town, one.invoice))
        elif one.state == State.REFUSED:
            done.refused.append((one.town, one.why))
        elif one.state == State.READY:
            _issue(one, done, by, reason)
    with transaction.atomic():
        record(
            by=by,
            verb="issue_month",
            subject=f"{month:%Y-%m}",
            reason=reason,
            details={
                "issued": [str(invoice) for _town, invoice in done.made],
                "refused": {town.slug: why for town, why in done.refused},
            },
        )
    return done


def _issue(one: TownMonth, done: Issued, by: Actor, reason: str) -> None:
    assert one.data
    schema = one.town.schema_name
    try:
        invoice = issue_invoice(schema_name=schema, key=one.key, data=one.data, by=by, reason=reason)
    except UnableToIssueInvoice as error:
        done.refused.append((one.town, str(error)))
    except Exception:
        log.exception("an invoice was not issued", schema=schema, month=f"{one.month:%Y-%m}")
        done.refused.append((one.town, "Something unexpected went wrong; the log has the details."))
    else:
        done.made.append((one.town, invoice))


def confirm_terms(*, contract: Contract, by: Actor, reason: str) -> None:
    """Writes down that Adtende agreed to the prices, discount and population of ``contract`` as it was read.

    Raises UnableToConfirm when its row says something else by now.
    """
    with transaction.atomic():
        kept = Contract.objects.select_for_update().get(pk=contract.pk)
        if confirmable(kept) != confirmable(contract):
            raise UnableToConfirm(_("The contract has changed meanwhile: look at it again. Nothing was confirmed."))
        record(by=by, verb=APPROVED, subject=str(kept.uuid), reason=reason, details=confirmable(kept))
