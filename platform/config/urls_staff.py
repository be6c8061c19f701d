"""Addresses of Adtende's console."""

from django.urls import include, path

from billing.invoices.urls import FINANCE
from billing.payments.urls import CONSOLE_PAYMENTS
from tenants.people.urls import SIGN_IN

handler400 = "shell.views.bad_request"
handler500 = "config.health.server_error"
urlpatterns = [
    path("", include("console.urls")),
    path("payments/", include(CONSOLE_PAYMENTS)),
    path("invoices/", include(FINANCE)),
    path("month-close/", include("billing.closing.urls")),
    path("people/", include("tenants.people.urls")),
    path("audit/", include("tenants.audit.urls")),
    path("account/", include(SIGN_IN)),
    path("", include("shell.urls")),
]
