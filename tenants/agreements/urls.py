"""Addresses of the data-processing agreement on a municipality's host."""

from django.urls import path

from tenants.agreements import views

app_name = "agreements"
urlpatterns = [
    path("", views.agreement, name="agreement"),
    path("pdf/", views.pdf, name="pdf"),
]
