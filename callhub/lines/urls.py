"""Addresses of queues, agents and lines."""

from django.urls import path

from callhub.lines import views

app_name = "lines"
urlpatterns = [path("", views.names, name="names")]
