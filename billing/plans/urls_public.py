"""Addresses of prices on the public site."""

from django.urls import path

from billing.plans.views import prices

app_name = "plans"
urlpatterns = [path("", prices.prices, name="prices")]
