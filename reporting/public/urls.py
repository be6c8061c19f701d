"""Addresses of the public site."""

from django.urls import path

from reporting.public import views

app_name = "public"
urlpatterns = [
    path("", views.front, name="front"),
    path("method/", views.method, name="method"),
    path("data/calls.csv", views.calls_csv, name="calls_csv"),
    path("data/months.csv", views.months_csv, name="months_csv"),
    path("data/outcomes.csv", views.outcomes_csv, name="outcomes_csv"),
]
