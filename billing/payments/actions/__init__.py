"""Paying, and taking in what Stripe tells."""

from billing.payments.actions.contracts import (
    contract_was_accepted,
    follow_payment,
    order_of,
    pay_contract,
    payment_changed,
)
from billing.payments.actions.events import count_refusal, process, receive, replay
from billing.payments.actions.paying import (
    open_portal,
    refund,
    start_checkout,
    start_invoice_subscription,
    sync_prices,
)
from billing.payments.actions.settling import follow_contracts, settle_months
from billing.payments.rules import UnableToPay

__all__ = [
    "UnableToPay",
    "contract_was_accepted",
    "count_refusal",
    "follow_contracts",
    "follow_payment",
    "pay_contract",
    "payment_changed",
    "order_of",
    "open_portal",
    "process",
    "receive",
    "refund",
    "replay",
    "settle_months",
    "start_checkout",
    "start_invoice_subscription",
    "sync_prices",
]
