"""Addresses of invoices: a municipality's own, and everybody's on the console (`FINANCE`)."""

from django.urls import path

from billing.invoices import views

app_name = "invoices"
_FILES = [
    path("<uuid:invoice_uuid>/invoice.pdf", views.pdf, name="pdf"),
    path("<uuid:invoice_uuid>/invoice.xml", views.xml, name="xml"),
]
urlpatterns = [path("", views.own_invoices, name="invoices"), *_FILES]
FINANCE = (
    [
        path("", views.all_invoices, name="invoices"),
        *_FILES,
        path("<uuid:invoice_uuid>/", views.invoice, name="invoice"),
        path("<uuid:invoice_uuid>/rectify/", views.rectify, name="rectify"),
        path("<uuid:invoice_uuid>/deliver/", views.deliver, name="deliver"),
        path("<uuid:invoice_uuid>/registry/", views.registry, name="registry"),
        path("<uuid:invoice_uuid>/paid/", views.paid, name="paid"),
    ],
    app_name,
)
