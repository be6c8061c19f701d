"""Addresses from the public site to a working account."""

from django.urls import path, re_path

from tenants.opening.views import enter
from tenants.opening.views import public as views

app_name = "opening"
urlpatterns = [
    path("", views.choose, name="choose"),
    path("other/", views.body, name="body"),
    path("sign-in/", enter.enter, name="enter"),
    path("sent/", views.sent, name="sent"),
    path("continue/<str:token>/", views.application, name="application"),
    re_path(r"^(?P<ine_code>[0-9]{5})/$", views.apply, name="apply"),
]
