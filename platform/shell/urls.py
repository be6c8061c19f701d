"""Addresses the chrome itself needs on every kind of host. Mount at the root of each URLconf."""

from django.urls import path

from shell import views

urlpatterns = [
    path("preferences/language/", views.choose_language, name="set_language"),
    path("preferences/theme/", views.choose_theme, name="set_theme"),
    path("kit/", views.kit, name="kit"),
]
