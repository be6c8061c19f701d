"""Addresses of the monthly reports."""

from django.urls import path

from reporting.exports import views

app_name = "exports"
urlpatterns = [
    path("", views.months, name="months"),
    path("recipients/", views.recipients, name="recipients"),
    path("<str:month>/", views.month, name="month"),
    path("<str:month>/report.pdf", views.pdf, name="pdf"),
    path("<str:month>/report.xlsx", views.xlsx, name="xlsx"),
    path("<str:month>/<slug:table_id>.csv", views.csv, name="csv"),
]
