"""Addresses of billing on a municipality's host."""

from django.urls import path

from billing.usage import views

app_name = "usage"
urlpatterns = [path("", views.billing, name="billing")]
