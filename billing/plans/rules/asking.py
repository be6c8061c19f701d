"""What a municipality may ask of its contract, in words that carry no price. Knows nothing of Django."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from billing.plans.rules.codes import UnusableCode, dir3_code, tax_number
from billing.plans.rules.days import ANNUAL, MONTHLY

WAYS = ("CARD", "DIRECT_DEBIT", "E_INVOICE")
IN_FORCE = "There is a contract in force: change its plan, or leave it first."


class UnableToAgree(Exception):
    """Nothing was agreed or changed; one sentence says why."""


@dataclass(frozen=True)
class Buyer:
    """To whom a contract is invoiced; the codes of FACe are needed for an electronic invoice only."""

    legal_name: str
    tax_id: str
    address: str
    postal_code: str
    town: str
    province: str
    invoice_email: str
    oc: str = ""
    og: str = ""
    ut: str = ""
    file_reference: str = ""


@dataclass(frozen=True)
class Proposal:
    """What would be agreed, but for its price."""

    plan: str
    term: str
    way: str
    starts_on: date
    buyer: Buyer

    def to_json(self) -> dict[str, Any]:
        """The form kept with what was asked."""
        return {**asdict(self), "starts_on": self.starts_on.isoformat()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Proposal":
        """The proposal that ``to_json`` gave. Raises UnableToAgree where it is none."""
        try:
            told = {name: str(kept[name]) for name in ("plan", "term", "way")}
            buyer = Buyer(**{name: str(value) for name, value in kept["buyer"].items()})
            return cls(**told, starts_on=date.fromisoformat(kept["starts_on"]), buyer=buyer)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UnableToAgree("This proposal cannot be read: choose a plan again.") from error


def checked(asked: Proposal, free_from: date, town_halls: frozenset[str]) -> Proposal:
    """The proposal with codes in their plain form. ``free_from``: the first day on which it may begin. Raises UnableToAgree."""
    if asked.starts_on < free_from:
        raise UnableToAgree("A contract begins today or later, and after the one that was left.")
    if asked.term not in (MONTHLY, ANNUAL) or asked.way not in WAYS:
        raise UnableToAgree("A contract is paid monthly or yearly, by card, direct debit or electronic invoice.")
    buyer = asked.buyer
    if asked.way == "E_INVOICE" and not (buyer.oc and buyer.og and buyer.ut):
        raise UnableToAgree("An electronic invoice needs the three DIR3 codes of FACe: OC, OG and UT.")
    try:
        codes = {name: dir3_code(code, town_halls) for name in ("oc", "og", "ut") if (code := getattr(buyer, name))}
        plain = Buyer(**{**asdict(buyer), **codes, "tax_id": tax_number(buyer.tax_id)})
    except UnusableCode as error:
        raise UnableToAgree(str(error)) from error
    return Proposal(asked.plan, asked.term, asked.way, asked.starts_on, plain)
