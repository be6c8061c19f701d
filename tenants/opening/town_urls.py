"""Addresses of what a new municipality has to do."""

from django.urls import path

from tenants.opening.views import town

app_name = "getting_started"
urlpatterns = [
    path("", town.tasks, name="tasks"),
    path("<slug:code>/", town.task, name="task"),
]
