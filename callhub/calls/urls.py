"""Addresses of calls."""

from django.urls import path

from callhub.calls import views

app_name = "calls"
urlpatterns = [
    path("", views.calls, name="calls"),
    path("<uuid:call_id>/", views.call, name="call"),
]
