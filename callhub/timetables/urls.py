"""Addresses of hours and closed days."""

from django.urls import path

from callhub.timetables import views

app_name = "timetables"
urlpatterns = [
    path("", views.timetables, name="timetables"),
    path("general/", views.change, name="general"),
    path("<int:pk>/", views.change, name="department"),
    path("closed-days/", views.closed, name="closed"),
    path("closed-days/keep/", views.keep_day, name="keep_day"),
    path("undo/", views.undo, name="undo"),
]
