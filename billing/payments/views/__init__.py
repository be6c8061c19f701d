"""Pages and the webhook of payments."""

from billing.payments.views.console import event, events
from billing.payments.views.town import overview, page_after_accepting, pay, portal, returned
from billing.payments.views.webhook import webhook

__all__ = ["event", "events", "overview", "page_after_accepting", "pay", "portal", "returned", "webhook"]
