"""Addresses of papers on the public site."""

from django.urls import path

from billing.papers import views

app_name = "papers"
urlpatterns = [path("<str:ine_code>/", views.for_place, name="for_place")]
