"""Addresses of the public host."""

from django.urls import include, path

from billing.payments.urls import PUBLIC_PAYMENTS
from config.health import healthz, readyz

handler400 = "shell.views.bad_request"
handler500 = "config.health.server_error"
urlpatterns = [
    path("", include("reporting.public.urls")),
    path("prices/", include("billing.plans.urls_public")),
    path("prices/proposal/", include("billing.papers.urls_public")),
    path("open-account/", include("tenants.opening.urls")),
    path("", include(PUBLIC_PAYMENTS)),
    path("accessibility/", include("tenants.agreements.urls_accessibility")),
    path("", include("shell.urls")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
