"""Addresses of the contract on a municipality's host."""

from django.urls import path

from billing.plans.views import contract

app_name = "plans"
urlpatterns = [
    path("choose/", contract.choose, name="choose"),
    path("proposal/", contract.proposal, name="proposal"),
    path("change/", contract.change, name="change"),
    path("block/", contract.block, name="block"),
    path("leave/", contract.leave, name="leave"),
]
