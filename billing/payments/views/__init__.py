"""Pages and the webhook of payments."""

from billing.payments.views.console import charges, event, events, give_back
from billing.payments.views.town import overview, page_after_accepting, pay, portal, returned
from billing.payments.views.webhook import webhook

__all__ = [
    "charges",
    "event",
    "events",
    "give_back",
    "overview",
    "page_after_accepting",
    "pay",
    "portal",
    "returned",
    "webhook",
]
