"""Addresses of the record."""

from django.urls import path

from tenants.audit import views

app_name = "audit"
urlpatterns = [path("", views.record, name="record")]
