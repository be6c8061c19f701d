"""Addresses of payments on the three kinds of host."""

from django.urls import path

from billing.payments import views

PUBLIC_PAYMENTS = ([path("stripe/webhook", views.webhook, name="webhook")], "payments")
TOWN_PAYMENTS = (
    [
        path("", views.overview, name="overview"),
        path("returned/", views.returned, name="returned"),
        path("pay/", views.pay, name="pay"),
        path("methods/", views.portal, name="portal"),
    ],
    "payments",
)
CONSOLE_PAYMENTS = (
    [
        path("", views.events, name="events"),
        path("events/<int:pk>/", views.event, name="event"),
        path("of/<slug:slug>/", views.charges, name="charges"),
        path("of/<slug:slug>/<slug:invoice_id>/give-back/", views.give_back, name="give_back"),
    ],
    "payments",
)
