"""Addresses of the service charter."""

from django.urls import path

from reporting.commitments import views

app_name = "commitments"
urlpatterns = [
    path("", views.board, name="board"),
    path("change/", views.change, name="change"),
    path("left-out/", views.left_out, name="left_out"),
    path("verdicts.csv", views.verdicts, name="verdicts"),
    path("public/", views.public, name="public"),
    path("<slug:code>/", views.one, name="one"),
    path("<slug:code>/evidence.csv", views.evidence, name="evidence"),
]
