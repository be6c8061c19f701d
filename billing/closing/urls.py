"""Addresses of the month close on the console."""

from django.urls import path

from billing.closing import views

app_name = "closing"
urlpatterns = [
    path("", views.month, name="month"),
    path("issue/", views.issue, name="issue"),
    path("confirm/", views.confirm, name="confirm"),
]
