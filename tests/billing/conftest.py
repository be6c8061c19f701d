"""A buyer that may be one, and a municipality with a contract."""

from datetime import date
from types import SimpleNamespace

import pytest

TODAY = date(2026, 11, 25)
BUYER = {
    "legal_name": "Ajuntament de Caldes de Montbui",
    "tax_id": "P0803300C",
    "address": "Plaça de la Font del Lleó, 11",
    "postal_code": "08140",
    "town": "Caldes de Montbui",
    "province": "Barcelona",
    "invoice_email": "factures@example.org",
    "oc": "L01080333",
    "og": "L01080333",
    "ut": "L01080333",
    "file_reference": "2026/118",
}


@pytest.fixture
def agree():
    """agree(town, plan) proposes and accepts; its parts are there one by one as well."""
    from billing.plans import actions
    from billing.plans.actions import Buyer
    from tenants.audit.actions import actor_of_command
    from tenants.isolation.context import inside

    def propose(
        town, plan="attended", term="MONTHLY", way="E_INVOICE", today=TODAY, starts_on=None, buyer=None, **more
    ):
        with inside(town):
            return actions.propose_contract(
                plan=plan, term=term, way=way, buyer=Buyer(**{**BUYER, **(buyer or {})}), today=today,
                starts_on=starts_on or today, by=actor_of_command(), reason="test", **more,
            )  # fmt: skip

    def accept(town, contract, today=TODAY):
        with inside(town):
            return actions.accept_contract(contract=contract, today=today, by=actor_of_command(), reason="test")

    def change(town, contract, plan, today=TODAY):
        with inside(town):
            return actions.change_plan(contract=contract, plan=plan, today=today, by=actor_of_command(), reason="test")

    def leave(town, contract, today=TODAY):
        with inside(town):
            return actions.leave_contract(contract=contract, today=today, by=actor_of_command(), reason="test")

    def agreed(town, plan="attended", today=TODAY, **more):
        return accept(town, propose(town, plan, today=today, **more), today)

    return SimpleNamespace(propose=propose, accept=accept, change=change, leave=leave, whole=agreed)
