"""Agreeing, changing and leaving: a municipality asks, Adtende answers with the prices of the plan."""

from billing.plans.actions.agreeing import answer, answer_waiting, end_contracts, offer_contract
from billing.plans.actions.asking import (
    accept_contract,
    change_plan,
    leave_contract,
    order_block,
    propose_contract,
    withdraw_contract,
)
from billing.plans.rules import Buyer, UnableToAgree

__all__ = [
    "Buyer",
    "UnableToAgree",
    "accept_contract",
    "answer",
    "answer_waiting",
    "change_plan",
    "end_contracts",
    "leave_contract",
    "offer_contract",
    "order_block",
    "propose_contract",
    "withdraw_contract",
]
