"""Addresses of the accessibility statement, on every host that citizens see."""

from django.urls import path

from tenants.agreements import accessibility

app_name = "accessibility"
urlpatterns = [path("", accessibility.statement, name="statement"), path("pdf/", accessibility.pdf, name="pdf")]
