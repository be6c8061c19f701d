"""Paying, and taking in what Stripe tells."""

from billing.payments.actions.contracts import (
    contract_was_accepted,
    end_subscriptions,
    follow_payment,
    pay_contract,
    payment_changed,
    tell_use,
)
from billing.payments.actions.events import count_refusal, process, receive, replay
from billing.payments.actions.paying import (
    open_portal,
    refund,
    report_usage,
    start_checkout,
    start_invoice_subscription,
    sync_prices,
)
from billing.payments.rules import UnableToPay

__all__ = [
    "UnableToPay",
    "contract_was_accepted",
    "count_refusal",
    "end_subscriptions",
    "follow_payment",
    "pay_contract",
    "payment_changed",
    "tell_use",
    "open_portal",
    "process",
    "receive",
    "refund",
    "replay",
    "report_usage",
    "start_checkout",
    "start_invoice_subscription",
    "sync_prices",
]
