"""A buyer that may be one, and a municipality with a contract."""

from types import SimpleNamespace

import pytest
from fixtures.contracts import BUYER, TODAY


@pytest.fixture
def agree():
    """agree(town, plan) proposes and accepts; its parts are there one by one as well."""
    from billing.plans import actions
    from billing.plans.rules import Buyer, Proposal
    from tenants.audit.actions import actor_of_command
    from tenants.isolation.context import CONSOLE, inside

    def propose(
        town, plan="attended", term="MONTHLY", way="E_INVOICE", today=TODAY, starts_on=None, buyer=None, **discount
    ):
        to, said = Buyer(**{**BUYER, **(buyer or {})}), {"by": actor_of_command(), "reason": "test"}
        if discount:  # only Adtende gives them
            asked = Proposal(plan, term, way, starts_on or today, to)
            with inside(CONSOLE):
                return actions.offer_contract(town=town, asked=asked, today=today, **discount, **said)
        with inside(town):
            return actions.propose_contract(
                plan=plan, term=term, way=way, buyer=to, today=today, starts_on=starts_on or today, **said
            )

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
