"""Addresses of Adtende's console."""

from django.urls import include, path

from billing.invoices.urls import FINANCE
from tenants.people.urls import SIGN_IN

handler400 = "shell.views.bad_request"
handler500 = "config.health.server_error"
urlpatterns = [
    path("", include("console.urls")),
    path("invoices/", include(FINANCE)),
    path("people/", include("tenants.people.urls")),
    path("audit/", include("tenants.audit.urls")),
    path("account/", include(SIGN_IN)),
    path("", include("shell.urls")),
]
