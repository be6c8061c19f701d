"""Addresses of a municipality's host."""

from django.urls import include, path

from billing.payments.urls import TOWN_PAYMENTS
from tenants.people.urls import SIGN_IN

handler400 = "shell.views.bad_request"
handler500 = "config.health.server_error"
urlpatterns = [
    path("", include("reporting.dashboard.urls")),
    path("reports/", include("reporting.exports.urls")),
    path("commitments/", include("reporting.commitments.urls")),
    path("calls/", include("callhub.calls.urls")),
    path("", include("callhub.pbx.urls")),
    path("", include("callhub.surveys.urls")),
    path("departments/", include("callhub.departments.urls")),
    path("timetables/", include("callhub.timetables.urls")),
    path("samples/", include("callhub.samples.urls")),
    path("lines/", include("callhub.lines.urls")),
    path("payments/", include(TOWN_PAYMENTS)),
    path("invoices/", include("billing.invoices.urls")),
    path("people/", include("tenants.people.urls")),
    path("getting-started/", include("tenants.opening.town_urls")),
    path("audit/", include("tenants.audit.urls")),
    path("billing/", include("billing.usage.urls")),
    path("billing/contract/", include("billing.plans.urls")),
    path("billing/papers/", include("billing.papers.urls")),
    path("agreement/", include("tenants.agreements.urls")),
    path("account/", include(SIGN_IN)),
    path("accessibility/", include("tenants.agreements.urls_accessibility")),
    path("", include("shell.urls")),
]
