"""Addresses of the console."""

from django.urls import path

from console import views

app_name = "console"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("municipalities/<slug:slug>/", views.town, name="town"),
    path("municipalities/<slug:slug>/reception-number/", views.reception_number, name="reception_number"),
]
