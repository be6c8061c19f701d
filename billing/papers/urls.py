"""Addresses of papers on a municipality's host."""

from django.urls import path

from billing.papers import views

app_name = "papers"
urlpatterns = [
    path("proposal/", views.proposal, name="proposal"),
    path("contract/", views.contract, name="contract"),
]
